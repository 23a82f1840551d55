import type { HeldFile } from "../protocol/member-messages.ts";

/** A file of the catalogue: the version that every secondary should hold. */
export interface Entry {
  readonly name: string;
  readonly id: string;
  readonly size: number;
  /** Versions that this one replaced, newest first. */
  readonly ancestors: readonly string[];
  /** Whether a secondary knew it as the cluster's version already when it announced it. */
  readonly agreed: boolean;
}

/**
 * What becomes of an announced file. `accept`: it is the cluster's version from now on; `same`: it is already;
 * `outdated`: the cluster has a later one; `conflict`: the two never agreed, and this one must take another name;
 * `displace`: they never agreed, and the one that is known must.
 */
export type Verdict = "accept" | "same" | "outdated" | "conflict" | "displace";

/** Compares an announced file with the entry of its name. */
export function judge(entry: Entry | undefined, file: HeldFile): Verdict {
  if (!entry) return "accept";
  if (entry.id === file.id) return "same";
  if (file.ancestors.includes(entry.id)) return "accept";
  if (entry.ancestors.includes(file.id)) return "outdated";
  // A central that was started again may hear a stranger before those who agreed long ago.
  return file.agreed && !entry.agreed ? "displace" : "conflict";
}
