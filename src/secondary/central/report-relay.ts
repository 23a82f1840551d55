import { Packr } from "msgpackr/pack";
import { Unpackr } from "msgpackr/unpack";
import * as v from "valibot";
import { Backoff } from "../../net/session/backoff.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Random } from "../../platform/random.ts";
import { plural } from "../../platform/units.ts";
import { type Report, report } from "../../protocol/messages/client.ts";
import type { RemoteSecondaryStore } from "../remote-store.ts";

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false });

/** Most reports that are sent and not answered: the central stores many in one transaction, for which each waits. */
const MAX_UNANSWERED = 100;
/**
 * Milliseconds without an answer after which reports are sent again: at first, and at most. The central's disk may be
 * full.
 */
const FIRST_RETRY_MS = 5000;
const LONGEST_RETRY_MS = 300_000;

export interface ReportRelayDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: Pick<RemoteSecondaryStore, "addReport" | "pendingReports" | "deleteReport">;
  /** Sends one to the central. */
  send(report: Report): void;
}

/**
 * Reports of clients that could not reach the central themselves. Durable until the central has them; while it
 * is there they are sent in their order, a bounded number at once, and again until each is answered.
 */
export class ReportRelay {
  private readonly log: LogLimiter;
  private readonly backoff = new Backoff({ firstMs: FIRST_RETRY_MS, longestMs: LONGEST_RETRY_MS });
  /** Whether there is a session with the central. */
  private connected = false;
  /** Downloads whose reports were sent over this session and are not acknowledged. */
  private readonly unanswered = new Set<string>();
  /** The place in the store up to which reports were sent. */
  private sentUpTo = 0;
  /** `sending again`: reports may have come since the sending began, so it goes once more through the store. */
  private state: "idle" | "sending" | "sending again" = "idle";
  private cancelRetry: Cancel | null = null;

  constructor(private readonly deps: ReportRelayDeps) {
    this.log = new LogLimiter(deps.log, deps.clock);
  }

  /** Resolves with whether the report is stored. */
  async accept(relayed: Report): Promise<boolean> {
    const stored = await this.tryStore(async () => {
      const dropped = await this.deps.store.addReport(relayed.download, new Uint8Array(packr.pack(relayed)));
      if (dropped > 0) {
        const text = `${plural(dropped, "report")} of clients given up: too many wait for the central`;
        this.log.warn("reports-lost", text, { reports: dropped });
      }
    });
    if (stored) this.sendSoon();
    return stored;
  }

  /** There is a session with the central: sends the reports that it has not acknowledged. */
  connectionUp(): void {
    this.connected = true;
    this.startOver();
  }

  /** The session with the central is over. */
  connectionDown(): void {
    this.connected = false;
    this.unanswered.clear();
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.backoff.reset();
  }

  /** The central has counted the report of this download. */
  async acknowledged(download: string): Promise<void> {
    // A report that cannot be deleted is sent again, with all others that were not acknowledged.
    if (!(await this.tryStore(() => this.deps.store.deleteReport(download)))) return;
    if (!this.unanswered.delete(download)) return;
    this.backoff.reset();
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.sendSoon();
  }

  private startOver(): void {
    this.unanswered.clear();
    this.sentUpTo = 0;
    this.sendSoon();
  }

  /** Sends as many reports as may be unanswered at once. */
  private sendSoon(): void {
    if (this.state === "idle") void this.sendAll();
    else this.state = "sending again";
  }

  private async sendAll(): Promise<void> {
    let read: boolean;
    do {
      this.state = "sending";
      read = await this.tryStore(() => this.sendSome());
    } while (this.state !== "sending");
    this.state = "idle";
    if (this.connected && (this.unanswered.size > 0 || !read)) this.retryLater();
  }

  private async sendSome(): Promise<void> {
    const space = MAX_UNANSWERED - this.unanswered.size;
    if (!this.connected || space <= 0) return;
    const page = await this.deps.store.pendingReports(this.sentUpTo, space);
    if (!this.connected) return;
    for (const { at, download, report: bytes } of page) {
      this.sentUpTo = Math.max(this.sentUpTo, at);
      const decoded = decode(bytes);
      if (!decoded) {
        await this.deps.store.deleteReport(download);
        continue;
      }
      this.unanswered.add(download);
      this.deps.send(decoded);
    }
    // The store gives new reports the places of deleted ones: once nothing is unanswered, it begins at the first place.
    const wrapped = page.length === 0 && this.unanswered.size === 0 && this.sentUpTo > 0;
    if (wrapped) this.sentUpTo = 0;
    if (wrapped || page.length === space) this.state = "sending again";
  }

  private retryLater(): void {
    this.cancelRetry ??= this.deps.clock.after(this.backoff.next(this.deps.random.fraction()), () => {
      this.cancelRetry = null;
      this.startOver();
    });
  }

  private async tryStore(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.log.error("reports-failed", `cannot keep the reports of clients: ${(error as Error).message}`);
      return false;
    }
  }
}

/** Null when this version of the program could not have written these bytes. */
function decode(bytes: Uint8Array): Report | null {
  try {
    return v.parse(report, unpackr.unpack(bytes));
  } catch {
    return null;
  }
}
