import type { Clock } from "../../platform/clock.ts";
import type { AdmittedDownload } from "../downloads/admission-queue.ts";
import type { CentralObserver } from "../observer.ts";
import type { DownloadLedger } from "./download-ledger.ts";

/** Passes on to the metrics what happens in the central. */
export class CentralActivity implements CentralObserver {
  constructor(
    private readonly clock: Clock,
    private readonly ledger: DownloadLedger,
  ) {}

  downloadAsked({ download }: AdmittedDownload, resumed: boolean): void {
    this.ledger.asked(download, resumed, this.clock.now());
  }

  downloadBegun({ download }: AdmittedDownload): void {
    this.ledger.begun(download, this.clock.now());
  }

  downloadEnded({ download, outcome }: Parameters<CentralObserver["downloadEnded"]>[0]): void {
    this.ledger.hasEnded(download, outcome, this.clock.now());
  }

  downloadLeft(): void {}

  fileChanged(): void {}

  holdersChanged(): void {}

  accused(): void {}
}
