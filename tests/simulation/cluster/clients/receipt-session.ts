import { CentralSession, type DownloadListener } from "../../../../src/client/central-session.ts";
import { DownloadJob } from "../../../../src/client/downloads/download-job.ts";

/** Sees which downloads begin, and what the central says of their counts. */
export interface ReceiptObserver {
  /** `download`: the id of a download of this name. */
  began(download: string, name: string): void;
  counted(download: string): void;
}

/** A client's session with the central that tells an observer what the client is told. */
export class ReceiptSession extends CentralSession {
  observer: ReceiptObserver | null = null;

  override subscribe(download: string, listener: DownloadListener): void {
    if (listener instanceof DownloadJob) this.observer?.began(download, listener.options.name);
    super.subscribe(download, {
      connected: () => listener.connected(),
      disconnected: (reason, lost) => listener.disconnected(reason, lost),
      sources: (message) => listener.sources(message),
      update: (update) => {
        if (update.type === "counted") this.observer?.counted(download);
        listener.update(update);
      },
    });
  }
}
