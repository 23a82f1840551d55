import type { Log } from "../platform/log/log.ts";
import type { ConnectionFault } from "./connection/messages.ts";
import type { DownloadEvents } from "./download-spec.ts";
import type { Source } from "./source.ts";

/** What the sources of a download do wrong: told, counted, and said of those that are there and well. */
export class SourceFaults {
  constructor(
    private readonly name: string,
    private readonly log: Log,
    private readonly report: DownloadEvents["faultFound"],
  ) {}

  /** Of a connection that has ended. Once for one that is not there: it is tried again for ever. */
  recordEnd(source: Source, { fault, message }: ConnectionFault): void {
    if (fault === "offence") this.recordAndReport(source, null, message);
    if (fault === "cut") this.record(source, null, message);
    if (fault === "stranger" && source.faults === 0) this.record(source, null, `is not there: ${message}`);
  }

  /** Names a source that gave a bad answer, and counts it. */
  record(source: Source, piece: number | null, what: string): void {
    const { name } = this;
    const text = `${name}: secondary ${source.number} (${source.address}) ${what}; others are asked`;
    this.log.warn(piece === null ? "bad-source" : "bad-piece", text, { name, number: source.number, piece });
    source.faults += 1;
  }

  /** Blames a source that is there and well, and yet gives bad answers. */
  recordAndReport(source: Source, piece: number | null, what: string): void {
    this.record(source, piece, what);
    source.wrongPieceReceived();
    this.report(source.number, piece);
  }

  /** What it says of the version cannot be: it is left, and asked again later. */
  rejectVersion(source: Source, what: string): void {
    this.recordAndReport(source, null, what);
    source.disconnect();
  }
}
