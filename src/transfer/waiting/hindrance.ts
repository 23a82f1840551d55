import type { Hindrance } from "../../protocol/shown/hindrance.ts";

/** How it stands with a download that runs. */
export interface Standing {
  /** The numbers of all sources that are known, of those that are ready, and of those that are asked for something. */
  readonly known: readonly number[];
  readonly ready: readonly number[];
  readonly asked: readonly number[];
  /** Whether nothing has come for so long that it is to be told. */
  readonly isSilent: boolean;
  /** Whether it was told that no source is ready. */
  readonly noSourceReported: boolean;
  /** Whether no source can be asked, since what is here is still read; or since nobody has read yet what has come. */
  readonly isBusyHere: boolean;
  readonly isBlocked: boolean;
  /** Whether a limit is why nothing comes. */
  readonly isHeldBack: boolean;
}

/** What it waits for; null: it goes on, or has been still for a moment only. */
export function hindranceOf(standing: Standing): Hindrance | null {
  const { known, ready, asked, isSilent, noSourceReported: isStranded, isBusyHere, isBlocked, isHeldBack } = standing;
  if (ready.length === 0 && !isBusyHere) return isStranded ? { kind: "sources", numbers: known } : null;
  if (!isSilent) return null;
  if (isBusyHere) return { kind: "disk" };
  if (isBlocked) return { kind: "reader" };
  if (isHeldBack) return { kind: "limit" };
  return { kind: "sources", numbers: asked.length > 0 ? asked : ready };
}
