import { type Sentence, say, type Told } from "../../../sentences/sentence.ts";
import { texts } from "../../../text/texts.ts";
import type { DownloadStats } from "../../../transfer/download.ts";

/** What a transfer is doing, in a few words. `stalled`: no secondary delivers, and that was told. */
export function transferNote(stats: Pick<DownloadStats, "state" | "readySources"> | null, stalled: boolean): string {
  const { common, downloads } = texts();
  if (stats?.state === "closing" || stats?.state === "over") return downloads.notes.finishing;
  if (stats && stats.readySources > 0) return common.sources(stats.readySources);
  return stalled ? downloads.notes.noSecondary : downloads.notes.connecting;
}

/** That no secondary delivers, and why. */
export function strandedTold(name: string, why: Told): Sentence {
  return say("{name}: no secondary delivers now; waiting for one to come back ({why})", { name, why });
}
