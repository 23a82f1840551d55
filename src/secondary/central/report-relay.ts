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
import type { RemoteStore } from "../remote-store.ts";

const packr = new Packr({ useRecords: false });
const unpackr = new Unpackr({ useRecords: false });

/** Reports on their way to the central at once: each waits there for a transaction, and one transaction has many. */
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
  readonly store: Pick<RemoteStore, "addReport" | "pendingReports" | "deleteReport">;
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
  /** Sent over this session and not answered, by download. */
  private readonly unanswered = new Set<string>();
  /** The place in the order up to which they were sent. */
  private sent = 0;
  /** `again`: there may be more since the sending began. */
  private sending: "no" | "yes" | "again" = "no";
  private cancelRetry: Cancel | null = null;

  constructor(private readonly deps: ReportRelayDeps) {
    this.log = new LogLimiter(deps.log, deps.clock);
  }

  /** Resolves with whether the report is stored. */
  async accept(kept: Report): Promise<boolean> {
    const stored = await this.tryStore(async () => {
      const dropped = await this.deps.store.addReport(kept.download, new Uint8Array(packr.pack(kept)));
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
    // One that cannot be dropped comes again, with all others that were not answered.
    if (!(await this.tryStore(() => this.deps.store.deleteReport(download)))) return;
    if (!this.unanswered.delete(download)) return;
    this.backoff.reset();
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.sendSoon();
  }

  private startOver(): void {
    this.unanswered.clear();
    this.sent = 0;
    this.sendSoon();
  }

  /** Sends what there is room for. */
  private sendSoon(): void {
    if (this.sending === "no") void this.sendAll();
    else this.sending = "again";
  }

  private async sendAll(): Promise<void> {
    let read: boolean;
    do {
      this.sending = "yes";
      read = await this.tryStore(() => this.sendSome());
    } while (this.sending !== "yes");
    this.sending = "no";
    if (this.connected && (this.unanswered.size > 0 || !read)) this.retryLater();
  }

  private async sendSome(): Promise<void> {
    const room = MAX_UNANSWERED - this.unanswered.size;
    if (!this.connected || room <= 0) return;
    const page = await this.deps.store.pendingReports(this.sent, room);
    if (!this.connected) return;
    for (const { at, download, report: bytes } of page) {
      this.sent = Math.max(this.sent, at);
      const kept = decode(bytes);
      if (!kept) {
        await this.deps.store.deleteReport(download);
        continue;
      }
      this.unanswered.add(download);
      this.deps.send(kept);
    }
    // Places are used again when the last ones are gone: from the beginning once more, where nothing waits.
    const wrapped = page.length === 0 && this.unanswered.size === 0 && this.sent > 0;
    if (wrapped) this.sent = 0;
    if (wrapped || page.length === room) this.sending = "again";
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

/** Null where there is none that this version of the program could have written. */
function decode(bytes: Uint8Array): Report | null {
  try {
    return v.parse(report, unpackr.unpack(bytes));
  } catch {
    return null;
  }
}
