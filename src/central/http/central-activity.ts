import type { Clock } from "../../platform/clock.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { AdmittedDownload } from "../downloads/admission-queue.ts";
import type { CentralObserver, ObservedFile } from "../observer.ts";
import type { DownloadLedger } from "./download-ledger.ts";

/** Passes on what happens in the central: its downloads to the metrics, and all of it to the events. */
export class CentralActivity implements CentralObserver {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: DownloadLedger,
    private readonly events: CentralObserver,
  ) {}

  downloadAsked(download: AdmittedDownload, resumed: boolean): void {
    this.ledger.asked(download.download, resumed, this.clock.now());
    this.events.downloadAsked(download, resumed);
  }

  downloadBegun(download: AdmittedDownload): void {
    this.ledger.begun(download.download, this.clock.now());
    this.events.downloadBegun(download);
  }

  downloadEnded(report: Parameters<CentralObserver["downloadEnded"]>[0]): void {
    this.ledger.hasEnded(report.download, report.outcome, this.clock.now());
    this.events.downloadEnded(report);
  }

  downloadLeft(download: AdmittedDownload): void {
    this.events.downloadLeft(download);
  }

  fileChanged(file: ObservedFile): void {
    this.events.fileChanged(file);
  }

  holdersChanged(name: string): void {
    this.events.holdersChanged(name);
  }

  accused(accusation: Messages["accuse"], accuser: string): void {
    this.events.accused(accusation, accuser);
  }
}
