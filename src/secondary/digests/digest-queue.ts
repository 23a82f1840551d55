/** Most versions that somebody waits for. */
const MAX_WANTED = 64;

/** A version whose digests are to be made. */
export interface QueuedVersion {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** Whether what only torrents need is to be made, too. */
  readonly torrent: boolean;
}

/** Whether what is made for `one` is all that is to be made for `other`. */
export function covers(one: QueuedVersion | null | undefined, other: QueuedVersion): boolean {
  return one?.id === other.id && (one.torrent || !other.torrent);
}

/** Which version's digests are made next, and how much is to be read until then. Sans-I/O. */
export class DigestQueue {
  /** Versions that somebody waits for, and all others, by id, in the order of their turns. */
  private readonly wanted = new Map<string, QueuedVersion>();
  private readonly others = new Map<string, QueuedVersion>();
  private current: QueuedVersion | null = null;
  /** Bytes of the current one that are read. */
  private done = 0;
  private queuedBytes = 0;

  /** Versions whose digests are not made yet. */
  get count(): number {
    return this.wanted.size + this.others.size + (this.current ? 1 : 0);
  }

  /** Bytes that are still to be read for them. */
  get bytes(): number {
    return this.queuedBytes + this.currentBytes;
  }

  add(version: QueuedVersion): void {
    const { id, size } = version;
    if (covers(this.current, version) || this.wanted.has(id) || this.others.has(id)) return;
    this.others.set(id, version);
    this.queuedBytes += size;
  }

  /**
   * Somebody waits for it. Gives the bytes to be read until its digests are made; null: too many versions are waited for,
   * and it is not made for that.
   */
  want(version: QueuedVersion): number | null {
    const { id, size } = version;
    if (covers(this.current, version)) return this.currentBytes;
    const queued = this.wanted.get(id) ?? this.others.get(id);
    if (!this.wanted.has(id)) {
      if (this.wanted.size >= MAX_WANTED) return null;
      this.remove(id);
      this.queuedBytes += size;
    }
    this.wanted.set(id, queued?.torrent ? queued : version);
    let bytes = this.currentBytes;
    for (const before of this.wanted.values()) {
      bytes += before.size;
      if (before.id === id) break;
    }
    return bytes;
  }

  /** Removes and gives the one that is to be read now: it is the current one until `finish`. Null when there is none. */
  next(): QueuedVersion | null {
    for (const queue of [this.wanted, this.others]) {
      for (const version of queue.values()) {
        this.remove(version.id);
        this.done = 0;
        this.current = version;
        return version;
      }
    }
    return null;
  }

  /** So many bytes of the current one are read. */
  progressed(done: number): void {
    this.done = done;
  }

  /** The current one was dealt with. */
  finish(): void {
    this.current = null;
  }

  private remove(id: string): void {
    this.queuedBytes -= (this.wanted.get(id) ?? this.others.get(id))?.size ?? 0;
    this.wanted.delete(id);
    this.others.delete(id);
  }

  private get currentBytes(): number {
    return this.current ? this.current.size - this.done : 0;
  }
}
