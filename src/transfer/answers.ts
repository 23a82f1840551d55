interface Owed {
  readonly piece: number;
  /** Bytes asked for, and bytes that came. */
  readonly length: number;
  received: number;
}

/**
 * What a source owes on one connection: it answers requests for pieces in their order, each with exactly the bytes that
 * the piece has. Pure: knows a source that does otherwise, and what it did.
 */
export class Answers {
  /** By request, in the order of asking. */
  private readonly owed = new Map<number, Owed>();
  /** Bytes that may still come of cancelled requests. */
  private readonly cancelled = new Map<number, number>();
  /** The request that was answered last, and its piece. */
  private answered = { request: 0, piece: -1 };

  /** A piece of `length` bytes was asked for. Request numbers must grow. */
  asked(request: number, piece: number, length: number): void {
    this.owed.set(request, { piece, length, received: 0 });
  }

  /** It was cancelled; what is on its way may still come. */
  cancel(request: number): void {
    const owed = this.owed.get(request);
    if (!owed) return;
    this.owed.delete(request);
    this.cancelled.set(request, owed.length - owed.received);
  }

  /** The source refused it. */
  refused(request: number): void {
    this.owed.delete(request);
    this.cancelled.delete(request);
  }

  /** Bytes of an answer came. Gives what the source did wrong with them, or null. */
  took(request: number, bytes: number): string | null {
    const owed = this.owed.get(request);
    if (!owed) return this.late(request, bytes);
    // Answers come in order: what was asked before this one does not come any more.
    for (const [earlier, { piece, received }] of this.owed) {
      if (earlier === request) break;
      return received > 0 ? `sent less than piece ${piece} holds` : `left out piece ${piece}`;
    }
    for (const earlier of this.cancelled.keys()) if (earlier < request) this.cancelled.delete(earlier);
    owed.received += bytes;
    if (owed.received > owed.length) return `sent more than piece ${owed.piece} holds`;
    if (owed.received < owed.length) return null;
    this.owed.delete(request);
    this.answered = { request, piece: owed.piece };
    return null;
  }

  /** The piece of which some bytes have come and others not; null when there is none. */
  get begun(): number | null {
    for (const { piece, received } of this.owed.values()) return received > 0 ? piece : null;
    return null;
  }

  private late(request: number, bytes: number): string | null {
    const left = this.cancelled.get(request);
    if (left !== undefined && bytes <= left) {
      this.cancelled.set(request, left - bytes);
      return null;
    }
    return request === this.answered.request && request > 0
      ? `sent more than piece ${this.answered.piece} holds`
      : "sent bytes that nobody had asked for";
  }
}
