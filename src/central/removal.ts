import type { Entry } from "./entry.ts";

/** A file that was removed from the cluster. */
export interface Removal {
  /** Removals are numbered in their order. */
  readonly serial: number;
  readonly name: string;
  readonly id: string;
  /** Versions that the removed one had replaced: they are removed too. */
  readonly ancestors: readonly string[];
}

/**
 * Most removals that are remembered, so that the orders for all of them fit into what may wait for a secondary. One that
 * was away for more than so many may bring a file back.
 */
export const MAX_REMOVALS = 10_000;

/** Whether a version is the removed one, or an older one that somebody still had. */
export function covers({ id, ancestors }: Removal, file: Pick<Entry, "id">): boolean {
  return file.id === id || ancestors.includes(file.id);
}
