/**
 * Where a version of a name stands in the history of that name: for each branch of the history that it comes from, the
 * last number on it. Written as `branch:number branch:number…`: a branch is 8 hexadecimal digits that the central chose
 * at random, and the last element is the version's own place, its dot. "" is no history. Equal texts are equal vectors.
 *
 * On one branch each version descends from the one before: a vector with number 5 of a branch includes its numbers 1 to 4.
 */
export type VersionVector = string;

/** One place in a history. */
export interface Dot {
  readonly branch: string;
  readonly number: number;
}

/** Most branches in a vector. Of more, those with the lowest numbers are left out: very old copies are unknown then. */
export const MAX_BRANCHES = 64;
/** Highest number on a branch. */
export const MAX_NUMBER_ON_BRANCH = 9_999_999_999;
/** Characters in the name of a branch. */
const BRANCH_LENGTH = 8;

/** What a vector looks like on the wire. */
export const VECTOR_PATTERN = /^(?:[0-9a-f]{8}:[1-9]\d{0,9}(?: [0-9a-f]{8}:[1-9]\d{0,9}){0,63})?$/;

/** The version's own place; null where there is no history. */
export function lastDot(vector: VersionVector): Dot | null {
  if (vector === "") return null;
  const start = vector.lastIndexOf(" ") + 1;
  return {
    branch: vector.slice(start, start + BRANCH_LENGTH),
    number: Number(vector.slice(start + BRANCH_LENGTH + 1)),
  };
}

/** The number of the version itself; 0 where there is no history. */
export function numberOf(vector: VersionVector): number {
  return lastDot(vector)?.number ?? 0;
}

/** The highest number in it; 0 where there is no history. */
export function highestNumber(vector: VersionVector): number {
  return vector.includes(" ") ? Math.max(...parseDots(vector).map(({ number }) => number)) : numberOf(vector);
}

/** Whether some of its history is on a branch. */
export function hasBranch(vector: VersionVector, branch: string): boolean {
  return vector.includes(`${branch}:`);
}

/** Whether the version of `other` is in the history of `vector`, or the same. Nothing covers a version without history. */
export function covers(vector: VersionVector, other: VersionVector): boolean {
  if (vector === other) return vector !== "";
  const dot = lastDot(other);
  return dot !== null && numberOn(vector, dot.branch) >= dot.number;
}

/** Whether the whole history of `other` is in that of `vector`. */
export function includesHistory(vector: VersionVector, other: VersionVector): boolean {
  return vector === other || parseDots(other).every(({ branch, number }) => numberOn(vector, branch) >= number);
}

/** The history of both, with the place of `vector`'s own version. */
export function merge(vector: VersionVector, other: VersionVector): VersionVector {
  if (other === "" || vector === other) return vector;
  if (vector === "") return other;
  const numbers = new Map<string, number>();
  for (const { branch, number } of [...parseDots(vector), ...parseDots(other)]) {
    numbers.set(branch, Math.max(number, numbers.get(branch) ?? 0));
  }
  return formatVector(numbers, lastDot(vector)?.branch ?? "");
}

/** The vector of a version that descends from `vector` and is number `number` on `branch`. */
export function extend(vector: VersionVector, branch: string, number: number): VersionVector {
  if (vector === "") return `${branch}:${number}`;
  const numbers = new Map(parseDots(vector).map((dot) => [dot.branch, dot.number]));
  return formatVector(numbers.set(branch, number), branch);
}

/**
 * The vector of a version from a time when the history was a list of ids: of itself, and of those that it replaced,
 * newest first. Every server derives the same vector from the same list.
 */
export function vectorFromIds(id: string | null, replaced: readonly string[]): VersionVector {
  const ids = [...replaced].reverse();
  if (id !== null) ids.push(id);
  return [...new Set(ids.map((each) => each.slice(0, BRANCH_LENGTH)).reverse())]
    .reverse()
    .map((branch) => `${branch}:1`)
    .join(" ");
}

function parseDots(vector: VersionVector): Dot[] {
  if (vector === "") return [];
  return vector
    .split(" ")
    .map((dot) => ({ branch: dot.slice(0, BRANCH_LENGTH), number: Number(dot.slice(BRANCH_LENGTH + 1)) }));
}

/** The number that a vector has on a branch; 0 where it has none. */
function numberOn(vector: VersionVector, branch: string): number {
  const at = vector.indexOf(`${branch}:`);
  if (at < 0) return 0;
  const end = vector.indexOf(" ", at);
  return Number(vector.slice(at + BRANCH_LENGTH + 1, end < 0 ? undefined : end));
}

function formatVector(numbers: Map<string, number>, own: string): VersionVector {
  const last = numbers.get(own) ?? 0;
  numbers.delete(own);
  const others = [...numbers].sort(([one, left], [other, right]) => left - right || (one < other ? -1 : 1));
  return [...others.slice(-(MAX_BRANCHES - 1)), [own, last]].map(([branch, number]) => `${branch}:${number}`).join(" ");
}
