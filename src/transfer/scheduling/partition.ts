/** Which part of a file a copy fetches for all those that run at the same time. */
export interface Partition {
  readonly parts: number;
  readonly part: number;
}

/**
 * The division between the secondaries of these numbers, for `copier`, one more of them. Each comes to the same one. Of
 * a file with fewer pieces than copies somebody has no part: `id`, that of the version, makes it another one for each file.
 */
export function partitionFor(id: string, copier: number, others: readonly number[]): Partition {
  const before = others.filter((number) => number < copier).length;
  const parts = others.length + 1;
  return { parts, part: (before + Number.parseInt(id.slice(0, 8), 16)) % parts };
}
