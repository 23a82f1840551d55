import type { Log } from "../platform/log/log.ts";
import { say, type Told } from "../sentences/sentence.ts";
import type { ConnectionFault } from "./connection/messages.ts";
import type { DownloadEvents } from "./download-spec.ts";
import type { Source } from "./source.ts";
import type { SourceSet } from "./source-set.ts";

/** What the sources of a download do wrong: logged and counted, and reported of those that are connected and well. */
export class SourceFaults {
  constructor(
    private readonly name: string,
    private readonly log: Log,
    private readonly report: DownloadEvents["faultFound"],
  ) {}

  /**
   * A connection has ended. That something else answers at the address is recorded once: it is tried again and again.
   */
  recordEnd(source: Source, { fault, message }: ConnectionFault): void {
    if (fault === "offence") this.recordAndReport(source, null, message);
    if (fault === "cut") this.record(source, null, message);
    if (fault === "stranger" && source.faults === 0)
      this.record(source, null, say("is not there: {message}", { message }));
  }

  /** Logs what a source did wrong, and counts it. `what` follows its name: "sent wrong bytes for piece 7". */
  record(source: Source, piece: number | null, what: Told): void {
    const { name } = this;
    const text = say("{name}: secondary {number} ({address}) {what}; others are asked", {
      ...{ name, number: source.number, address: source.address, what },
    });
    this.log.warn(piece === null ? "bad-source" : "bad-piece", text, { name, number: source.number, piece });
    source.faults += 1;
  }

  /** The same for a source that is connected and gives bad answers: it is reported to the central too. */
  recordAndReport(source: Source, piece: number | null, what: Told): void {
    this.record(source, piece, what);
    source.wrongPieceReceived();
    this.report(source.number, piece);
  }

  wrongBytes(source: Source, piece: number): void {
    this.recordAndReport(source, piece, say("sent wrong bytes for piece {piece}", { piece }));
  }

  /** Of these sources, those that have numbers in `stalled` are asked and do not answer: they are disconnected, and tried again. */
  disconnectStalled(sources: Pick<SourceSet, "get">, stalled: readonly number[]): void {
    for (const number of stalled) {
      const source = sources.get(number);
      if (!source) continue;
      this.record(source, null, say("has sent nothing for a long time"));
      source.disconnect();
    }
  }

  /** What it says of the version cannot be true: it is disconnected, and tried again later. */
  rejectVersion(source: Source, what: Told): void {
    this.recordAndReport(source, null, what);
    source.disconnect();
  }
}
