/** The file is cut into `parts` equal ranges, one for each copy that runs at the same time. `part` is this copy's. */
export interface Partition {
  readonly parts: number;
  readonly part: number;
}

/**
 * The partition for the secondary `own` when the secondaries `others` copy the file at the same time. Each of them
 * comes to the same partition. A file with fewer pieces than copies leaves some copies without a piece; `id`, that of
 * the version, makes them other ones for each file.
 */
export function partitionFor(id: string, own: number, others: readonly number[]): Partition {
  const before = others.filter((number) => number < own).length;
  const parts = others.length + 1;
  return { parts, part: (before + Number.parseInt(id.slice(0, 8), 16)) % parts };
}
