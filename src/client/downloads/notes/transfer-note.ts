import { type Sentence, say, type Told } from "../../../sentences/sentence.ts";
import { waitingNote } from "../../../text/shown/waiting.ts";
import { texts } from "../../../text/texts.ts";
import type { DownloadStats } from "../../../transfer/download.ts";

/** What a transfer is doing, or waits for, in a few words. */
export function transferNote(stats: Pick<DownloadStats, "state" | "readySources" | "hindrance"> | null): string {
  const { common, downloads } = texts();
  if (stats?.state === "closing" || stats?.state === "over") return downloads.notes.finishing;
  if (stats?.hindrance) return waitingNote(stats.hindrance);
  if (stats && stats.readySources > 0) return common.sources(stats.readySources);
  return downloads.notes.connecting;
}

/** That no secondary delivers, and why. */
export function noSourceTold(name: string, why: Told): Sentence {
  return say("{name}: no secondary delivers now; waiting for one to come back ({why})", { name, why });
}
