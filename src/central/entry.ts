import { MAX_ANCESTORS } from "../protocol/fields.ts";

/** A version under a name, as a secondary holds it or as the whole cluster should. */
export interface Entry {
  readonly name: string;
  readonly id: string;
  readonly size: number;
  /** Versions that this one replaced, newest first. */
  readonly ancestors: readonly string[];
  /** Whether the cluster had settled on it before it was announced: what never was must give way to what was. */
  readonly agreed: boolean;
}

/**
 * What becomes of an announced file. `accept`: it is the cluster's version from now on; `same`: it is already;
 * `outdated`: the cluster has a later one; `conflict`: the two never agreed, and this one must take another name;
 * `displace`: they never agreed, and the one that is known must.
 */
export type Verdict = "accept" | "same" | "outdated" | "conflict" | "displace";

/** Compares a file with the entry of its name; `fresh`: it has just been announced. */
export function judge(entry: Entry | undefined, file: Entry, fresh: boolean): Verdict {
  if (!entry) return "accept";
  if (entry.id === file.id) return "same";
  const newer = file.ancestors.includes(entry.id);
  const older = entry.ancestors.includes(file.id);
  // Where a version came back each is an ancestor of the other. Only what is new and was not agreed yet is later.
  if (newer && older) return fresh && !file.agreed ? "accept" : "outdated";
  if (newer) return "accept";
  if (older) return "outdated";
  // A central that was started again may hear a stranger before those who agreed long ago.
  return file.agreed && !entry.agreed ? "displace" : "conflict";
}

/** A version together with what is known of the same version elsewhere, or of the one that it replaced. */
export function inherit(entry: Entry, other: Entry): Entry {
  const ancestors = new Set([...entry.ancestors, other.id, ...other.ancestors]);
  ancestors.delete(entry.id);
  return { ...entry, ancestors: [...ancestors].slice(0, MAX_ANCESTORS), agreed: entry.agreed || other.agreed };
}
