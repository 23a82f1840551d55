import { MAX_DOWNLOADS, MAX_DOWNLOADS_PER_SESSION } from "../../protocol/limits.ts";

/** A client's download, which waits or is active. */
export interface AdmittedDownload {
  readonly download: string;
  /** Key of the session that asked for it. */
  readonly session: number;
  readonly client: string;
  readonly name: string;
  readonly id: string;
  /** Bytes; 0 where unknown. */
  readonly size: number;
  /** When it became active, in milliseconds; null while it waits. */
  startedAt: number | null;
  /** Bytes that the client has. */
  bytes: number;
  /** Bytes in a second; null before there are two reports to tell it from. */
  rate: number | null;
  /** Numbers of the secondaries that it came from lately. */
  sources: readonly number[];
}

/** What an entry is made from. */
type Request = Omit<AdmittedDownload, "startedAt" | "bytes" | "rate" | "sources">;

/** Weight of the latest rate in the moving average: a rate that is shown must not jump. */
const LATEST_RATE_WEIGHT = 0.5;

/** Weight of the latest duration in the moving average: some downloads are enough to follow a change. */
const LATEST_DURATION_WEIGHT = 0.3;

/**
 * Which downloads may run now: at most `limit` at once (0: no limit), the others in the order in which they came.
 * Sans-I/O.
 */
export class AdmissionQueue {
  private readonly active = new Map<string, AdmittedDownload>();
  private readonly waiting = new Map<string, AdmittedDownload>();
  /** How many each session has. */
  private readonly counts = new Map<number, number>();
  /** When active downloads last reported their progress, in milliseconds. */
  private readonly reportedAt = new Map<string, number>();
  /** Moving average of how long downloads take; null before the first one has finished. */
  private averageDurationMs: number | null = null;

  constructor(
    private mostActive: number,
    /**
     * With a limit, no new download begins before this time (milliseconds): those from before a restart are admitted
     * first.
     */
    private readonly opensAt = Number.NEGATIVE_INFINITY,
  ) {}

  /** Downloads at once; 0: any number. */
  get limit(): number {
    return this.mostActive;
  }

  /** What is active goes on; where more may be, `promote` gives those whose turn it is. */
  setLimit(limit: number): void {
    this.mostActive = limit;
  }

  get activeCount(): number {
    return this.active.size;
  }

  get waitingCount(): number {
    return this.waiting.size;
  }

  downloads(): readonly AdmittedDownload[] {
    return [...this.active.values(), ...this.waiting.values()];
  }

  /** Whether a session may have one more download; one that is known already needs no place. */
  mayAdd(session: number, download: string): boolean {
    if (this.find(download)) return true;
    const all = this.active.size + this.waiting.size;
    return all < MAX_DOWNLOADS && (this.counts.get(session) ?? 0) < MAX_DOWNLOADS_PER_SESSION;
  }

  find(download: string): AdmittedDownload | undefined {
    return this.active.get(download) ?? this.waiting.get(download);
  }

  /**
   * Adds a download. One that is `running` already goes on whatever the limit; one that is known keeps its place, since
   * its client has connected again. True when it may begin now.
   */
  admit(request: Request, running: boolean, now: number): boolean {
    const { download } = request;
    this.countOf(this.find(download)?.session, -1);
    this.countOf(request.session, 1);
    const active = this.active.get(download);
    if (active) {
      this.active.set(download, { ...active, ...request, bytes: Math.min(active.bytes, request.size) });
      return true;
    }
    const entry: AdmittedDownload = { ...request, startedAt: null, bytes: 0, rate: null, sources: [] };
    if (running || this.hasRoom(now)) {
      entry.startedAt = now;
      this.waiting.delete(download);
      this.active.set(download, entry);
      return true;
    }
    this.waiting.set(download, entry);
    return false;
  }

  /** Its client reports how far it is, and from which secondaries that came. */
  progress(download: string, bytes: number, sources: readonly number[], now: number): void {
    const entry = this.active.get(download);
    if (!entry) return;
    const before = { bytes: entry.bytes, at: this.reportedAt.get(download) };
    entry.bytes = Math.min(bytes, entry.size);
    entry.sources = sources;
    this.reportedAt.set(download, now);
    if (before.at === undefined || now <= before.at) return;
    const rate = Math.max(0, ((entry.bytes - before.bytes) * 1000) / (now - before.at));
    entry.rate = entry.rate === null ? rate : entry.rate + (rate - entry.rate) * LATEST_RATE_WEIGHT;
  }

  /** A download has finished; its duration is counted for the estimates. */
  finish(download: string, now: number): void {
    const entry = this.active.get(download);
    if (entry && entry.startedAt !== null) {
      const took = now - entry.startedAt;
      this.averageDurationMs =
        this.averageDurationMs === null
          ? took
          : this.averageDurationMs + (took - this.averageDurationMs) * LATEST_DURATION_WEIGHT;
    }
    this.release(download);
  }

  /** A download is over, or its client is. */
  release(download: string): void {
    this.countOf(this.find(download)?.session, -1);
    this.forget(download);
  }

  /** A session is over, and all of its downloads: these are given. */
  releaseSession(session: number): AdmittedDownload[] {
    this.counts.delete(session);
    const released = this.downloads().filter((entry) => entry.session === session);
    for (const { download } of released) this.forget(download);
    return released;
  }

  /** The downloads whose turn it is now; they are active from here on. */
  promote(now: number): AdmittedDownload[] {
    const promoted: AdmittedDownload[] = [];
    for (const entry of this.waiting.values()) {
      if (!this.hasRoom(now)) break;
      this.waiting.delete(entry.download);
      entry.startedAt = now;
      this.active.set(entry.download, entry);
      promoted.push(entry);
    }
    return promoted;
  }

  /** The position of a waiting download, from 1, and the seconds until its turn; null when it does not wait. */
  positionOf(download: string, now: number): { readonly position: number; readonly estimate: number | null } | null {
    let position = 0;
    for (const waiting of this.waiting.keys()) {
      position += 1;
      if (waiting === download)
        return { position, estimate: this.estimateSeconds(this.remainingTimes(now), position - 1) };
    }
    return null;
  }

  /** The waiting downloads in order; `estimate` is in seconds, null where there is none. */
  queue(
    now: number,
  ): { readonly entry: AdmittedDownload; readonly position: number; readonly estimate: number | null }[] {
    const remaining = this.remainingTimes(now);
    return [...this.waiting.values()].map((entry, index) => ({
      entry,
      position: index + 1,
      estimate: this.estimateSeconds(remaining, index),
    }));
  }

  private forget(download: string): void {
    this.active.delete(download);
    this.waiting.delete(download);
    this.reportedAt.delete(download);
  }

  private countOf(session: number | undefined, change: number): void {
    if (session === undefined) return;
    const count = (this.counts.get(session) ?? 0) + change;
    if (count > 0) this.counts.set(session, count);
    else this.counts.delete(session);
  }

  private hasRoom(now: number): boolean {
    return this.limit === 0 || (now >= this.opensAt && this.active.size < this.limit);
  }

  /** Milliseconds until each active download ends, the soonest first; null where one has no estimate. */
  private remainingTimes(now: number): number[] | null {
    const times: number[] = [];
    for (const { startedAt, bytes, size } of this.active.values()) {
      const elapsed = now - (startedAt ?? now);
      if (bytes > 0 && elapsed > 0) times.push(((size - bytes) * elapsed) / bytes);
      else if (this.averageDurationMs !== null) times.push(Math.max(0, this.averageDurationMs - elapsed));
      else return null;
    }
    return times.sort((left, right) => left - right);
  }

  /** Seconds until the turn of the waiting download at `index`: every active one that ends lets one begin. */
  private estimateSeconds(remaining: number[] | null, index: number): number | null {
    if (!remaining || remaining.length === 0) return null;
    // After a restart more downloads may be active than the limit allows. When one of these ends, nobody gets its
    // place.
    const turn = index + Math.max(0, remaining.length - this.limit);
    const first = remaining[turn % remaining.length] ?? 0;
    const fullTurns = Math.floor(turn / remaining.length);
    const usual = this.averageDurationMs ?? remaining[remaining.length - 1] ?? 0;
    return Math.round((first + fullTurns * usual) / 1000);
  }
}
