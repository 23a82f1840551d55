import type { Report } from "../protocol/messages/client.ts";
import type { Messages } from "../protocol/messages/messages.ts";
import type { AdmittedDownload } from "./downloads/admission-queue.ts";
import type { FileEvent } from "./registry/effect.ts";

/** What became of a file: as the registry says, or it was removed everywhere by order. */
export type ObservedFile = FileEvent | { readonly what: "removed"; readonly name: string };

/**
 * Hears of what happens in the central, where it happens: for metrics and for events over HTTP. Without HTTP there is none. It
 * must not change anything, nor throw.
 */
export interface CentralObserver {
  /** A client wants to download; `resumed`: it goes on with what it began before this session. */
  downloadAsked(download: AdmittedDownload, resumed: boolean): void;
  downloadBegun(download: AdmittedDownload): void;
  /** A client or a secondary has reported it; the same end may be reported again, unless it is `done`. */
  downloadEnded(report: Pick<Report, "download" | "client" | "name" | "outcome">): void;
  /** Its client is gone, and may come back and go on with it. */
  downloadLeft(download: AdmittedDownload): void;
  fileChanged(file: ObservedFile): void;
  /** The version of a name, or who holds it, may be another now. */
  holdersChanged(name: string): void;
  accused(accusation: Messages["accuse"], accuser: string): void;
}
