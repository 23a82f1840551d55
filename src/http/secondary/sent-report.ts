import { type Clock, every } from "../../platform/clock.ts";
import type { FileBodies } from "../files/file-bodies.ts";
import type { SecondaryBackend } from "./backend.ts";

/** Milliseconds between two reports. */
const INTERVAL_MS = 1000;

/** Tells the main thread how many bytes of files are sent, while they are. */
export class SentReport {
  private told = 0;

  constructor(
    private readonly bodies: Pick<FileBodies, "sentBytes">,
    private readonly backend: Pick<SecondaryBackend, "sent">,
  ) {}

  start(clock: Clock): void {
    every(clock, INTERVAL_MS, () => this.tell());
  }

  /** To be called also before a file is given back, so that all of it is counted then. */
  tell(): void {
    const bytes = this.bodies.sentBytes - this.told;
    if (bytes === 0) return;
    this.told += bytes;
    this.backend.sent(bytes).catch(() => {});
  }
}
