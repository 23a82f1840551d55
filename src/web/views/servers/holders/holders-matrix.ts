import type { ListedFileAnswer, SecondaryAnswer } from "../../../../http/api/central-answers.ts";

/** Servers that have a column of their own: as many as fit on a phone. */
export const MAX_COLUMNS = 12;

/** Whether all of a file is at a server; null: the central does not list so many holders. */
export type MatrixCell = boolean | null;

type MatrixFile = Pick<ListedFileAnswer, "name" | "holders" | "heldBy">;

export interface MatrixRow {
  readonly name: string;
  /** One for each column. */
  readonly cells: readonly MatrixCell[];
  /** All servers that have all of it, with those that have no column. */
  readonly holders: number;
}

/** Who holds what: a row for each file, a column for each server. */
export interface HoldersMatrix {
  /** Numbers of servers, rising. */
  readonly columns: readonly number[];
  /** Servers without a column. */
  readonly more: number;
  readonly rows: readonly MatrixRow[];
}

export function holdersMatrix(
  files: readonly MatrixFile[],
  servers: readonly Pick<SecondaryAnswer, "number" | "state">[],
  maxColumns = MAX_COLUMNS,
): HoldersMatrix {
  const columns = columnsOf(servers, maxColumns);
  return { columns, more: servers.length - columns.length, rows: files.map((file) => rowOf(file, columns)) };
}

function rowOf({ name, holders, heldBy }: MatrixFile, columns: readonly number[]): MatrixRow {
  const held = new Set(heldBy);
  // The first holders are listed, in the order of their numbers: of servers behind the last of them nothing is known.
  const known = holders > heldBy.length ? (heldBy.at(-1) ?? 0) : Number.POSITIVE_INFINITY;
  const cells = columns.map((number): MatrixCell => (number <= known ? held.has(number) : null));
  return { name, cells, holders };
}

/** Those that are not as they should be come before the others, where there are too many. */
function columnsOf(servers: readonly Pick<SecondaryAnswer, "number" | "state">[], most: number): number[] {
  const isWell = ({ state }: Pick<SecondaryAnswer, "state">) => Number(state === "in step");
  const urgent = [...servers].sort((left, right) => isWell(left) - isWell(right) || left.number - right.number);
  const numbers = urgent.slice(0, most).map(({ number }) => number);
  return numbers.sort((left, right) => left - right);
}
