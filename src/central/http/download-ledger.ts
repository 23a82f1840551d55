import { LRUCache } from "lru-cache";
import { MAX_DOWNLOADS } from "../../protocol/limits.ts";
import type { Report } from "../../protocol/messages/client.ts";

/** `done`, `failed` and `cancelled`, as clients report it. */
export type ReportedOutcome = Report["outcome"];

/** What is known of a download: times in milliseconds on the steady clock. */
interface LedgerEntry {
  /** Null: it began in another run of the central. */
  readonly askedAt: number | null;
  begunAt: number | null;
  ended: boolean;
}

export interface DownloadTimes {
  /** Seconds that a download has waited until it was its turn. */
  waited(seconds: number): void;
  /** Seconds from its turn until its client had all of it. */
  took(seconds: number): void;
}

/**
 * Counts each download once, and takes its times, over reconnects of its client and reports that come twice. Sans-I/O.
 * Of as many as may be at once it remembers the latest.
 */
export class DownloadLedger {
  readonly ended: Record<ReportedOutcome, number> = { done: 0, failed: 0, cancelled: 0 };
  private readonly entries = new LRUCache<string, LedgerEntry>({ max: 2 * MAX_DOWNLOADS });

  constructor(private readonly times: DownloadTimes) {}

  /** `resumed`: its client goes on with what it began before. */
  asked(download: string, resumed: boolean, now: number): void {
    if (this.entries.get(download)) return;
    this.entries.set(download, { askedAt: resumed ? null : now, begunAt: null, ended: false });
  }

  begun(download: string, now: number): void {
    const entry = this.entries.get(download);
    if (!entry || entry.askedAt === null || entry.begunAt !== null) return;
    entry.begunAt = now;
    this.times.waited((now - entry.askedAt) / 1000);
  }

  hasEnded(download: string, outcome: ReportedOutcome, now: number): void {
    const entry = this.entries.get(download);
    if (entry?.ended) return;
    this.ended[outcome] += 1;
    if (outcome === "done" && entry && entry.begunAt !== null) this.times.took((now - entry.begunAt) / 1000);
    if (entry) entry.ended = true;
    else this.entries.set(download, { askedAt: null, begunAt: null, ended: true });
  }
}
