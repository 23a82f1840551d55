import { MAX_SOURCES } from "../../protocol/limits.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { DownloadStats } from "../../transfer/download.ts";

/** What the central is told again and again of how far a download is. Sans-I/O. */
export class ProgressReport {
  /** Bytes that had come from each source the last time. */
  private before: ReadonlyMap<number, number> = new Map();

  next({
    doneBytes,
    sources,
  }: Pick<DownloadStats, "doneBytes" | "sources">): Pick<Messages["progress"], "bytes" | "sources"> {
    const delivering = sources.filter(({ number, bytes }) => bytes > (this.before.get(number) ?? 0));
    this.before = new Map(sources.map(({ number, bytes }) => [number, bytes]));
    return { bytes: doneBytes, sources: delivering.map(({ number }) => number).slice(0, MAX_SOURCES) };
  }
}
