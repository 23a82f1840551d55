/** A version whose digests are to be made. */
export interface QueuedVersion {
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/** Which version's digests are made next, and how much is to be read until then. Sans-I/O. */
export class DigestQueue {
  /** Versions that somebody waits for, and all others: their sizes by id, in the order of their turns. */
  private readonly wanted = new Map<string, number>();
  private readonly others = new Map<string, number>();
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

  add({ id, size }: QueuedVersion): void {
    if (this.current?.id === id || this.wanted.has(id) || this.others.has(id)) return;
    this.others.set(id, size);
    this.queuedBytes += size;
  }

  /** Somebody waits for it. Gives the bytes to be read until its digests are made. */
  want({ id, size }: QueuedVersion): number {
    if (this.current?.id === id) return this.currentBytes;
    if (!this.wanted.has(id)) {
      this.remove(id);
      this.wanted.set(id, size);
      this.queuedBytes += size;
    }
    let bytes = this.currentBytes;
    for (const [before, beforeSize] of this.wanted) {
      bytes += beforeSize;
      if (before === id) break;
    }
    return bytes;
  }

  /** It needs no digests any more. */
  remove(id: string): void {
    this.queuedBytes -= this.wanted.get(id) ?? this.others.get(id) ?? 0;
    this.wanted.delete(id);
    this.others.delete(id);
  }

  /** Removes and gives the one that is to be read now: it is the current one until `finish`. Null when there is none. */
  next(): QueuedVersion | null {
    for (const queue of [this.wanted, this.others]) {
      for (const [id, size] of queue) {
        this.remove(id);
        this.done = 0;
        this.current = { id, size };
        return this.current;
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

  private get currentBytes(): number {
    return this.current ? this.current.size - this.done : 0;
  }
}
