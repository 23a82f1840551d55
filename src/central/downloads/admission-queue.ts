/** A client's download as the central sees it: `waiting` for a place or `active`. */
export interface AdmittedDownload {
  readonly download: string;
  /** The session that asked for it. */
  readonly session: number;
  readonly client: string;
  readonly name: string;
  readonly id: string;
  /** Bytes; 0 when that is not known. */
  readonly size: number;
  /** When it became active, in milliseconds; null while it waits. */
  startedAt: number | null;
  /** Bytes that are there. */
  bytes: number;
}

/** Of the durations of finished downloads, how much the last one counts. */
const LATEST_DURATION_WEIGHT = 0.3;

/**
 * Who may download now: at most `limit` at once (0: no limit), the others in the order in which they came. Pure.
 */
export class AdmissionQueue {
  private readonly active = new Map<string, AdmittedDownload>();
  private readonly waiting = new Map<string, AdmittedDownload>();
  /** Milliseconds that downloads have taken lately. */
  private averageDurationMs: number | null = null;

  constructor(
    private readonly limit: number,
    /** With a limit: no download begins earlier, so that those from before the central's restart have their places. */
    private readonly from = Number.NEGATIVE_INFINITY,
  ) {}

  get activeCount(): number {
    return this.active.size;
  }

  get waitingCount(): number {
    return this.waiting.size;
  }

  downloads(): readonly AdmittedDownload[] {
    return [...this.active.values(), ...this.waiting.values()];
  }

  find(download: string): AdmittedDownload | undefined {
    return this.active.get(download) ?? this.waiting.get(download);
  }

  /**
   * Takes a download in. One that is `running` already goes on whatever the limit; one that is known keeps its place, for
   * its client has connected again. True when it may begin now.
   */
  admit(request: Omit<AdmittedDownload, "startedAt" | "bytes">, running: boolean, now: number): boolean {
    const { download } = request;
    const active = this.active.get(download);
    if (active) {
      const { startedAt: since, bytes } = active;
      this.active.set(download, { ...request, startedAt: since, bytes: Math.min(bytes, request.size) });
      return true;
    }
    const entry: AdmittedDownload = { ...request, startedAt: null, bytes: 0 };
    if (running || this.hasRoom(now)) {
      entry.startedAt = now;
      this.waiting.delete(download);
      this.active.set(download, entry);
      return true;
    }
    this.waiting.set(download, entry);
    return false;
  }

  progress(download: string, bytes: number): void {
    const entry = this.active.get(download);
    if (entry) entry.bytes = Math.min(bytes, entry.size);
  }

  /** A download finished; its duration tells how long others may wait. */
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

  /** A download is over, or its client is gone. */
  release(download: string): void {
    this.active.delete(download);
    this.waiting.delete(download);
  }

  /** Downloads of a session that is gone. */
  releaseSession(session: number): void {
    for (const downloads of [this.active, this.waiting]) {
      for (const entry of downloads.values()) if (entry.session === session) downloads.delete(entry.download);
    }
  }

  /** Those whose turn it is now; they are active from here on. */
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

  /** Where a waiting download stands; null when it does not wait. */
  positionOf(download: string, now: number): { readonly position: number; readonly estimate: number | null } | null {
    let position = 0;
    for (const waiting of this.waiting.keys()) {
      position += 1;
      if (waiting === download)
        return { position, estimate: this.estimateSeconds(this.remainingTimes(now), position - 1) };
    }
    return null;
  }

  /** The waiting ones in order, each with its position from 1 and the seconds until its turn where they can be told. */
  queue(
    now: number,
  ): { readonly entry: AdmittedDownload; readonly position: number; readonly estimate: number | null }[] {
    const free = this.remainingTimes(now);
    return [...this.waiting.values()].map((entry, index) => ({
      entry,
      position: index + 1,
      estimate: this.estimateSeconds(free, index),
    }));
  }

  private hasRoom(now: number): boolean {
    return this.limit === 0 || (now >= this.from && this.active.size < this.limit);
  }

  /** Milliseconds until each active download ends, soonest first; null when none can be told. */
  private remainingTimes(now: number): number[] | null {
    const times: number[] = [];
    for (const { startedAt: since, bytes, size } of this.active.values()) {
      const elapsed = now - (since ?? now);
      if (bytes > 0 && elapsed > 0) times.push(((size - bytes) * elapsed) / bytes);
      else if (this.averageDurationMs !== null) times.push(Math.max(0, this.averageDurationMs - elapsed));
      else return null;
    }
    return times.sort((left, right) => left - right);
  }

  private estimateSeconds(free: number[] | null, index: number): number | null {
    if (!free || free.length === 0) return null;
    // Those that went on from before the limit have no place to leave to anyone.
    const turn = index + Math.max(0, free.length - this.limit);
    const first = free[turn % free.length] ?? 0;
    const rounds = Math.floor(turn / free.length);
    const usual = this.averageDurationMs ?? free[free.length - 1] ?? 0;
    return Math.round((first + rounds * usual) / 1000);
  }
}
