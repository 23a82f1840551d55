import { type Sentence, say } from "../../sentences/sentence.ts";

interface OutstandingRequest {
  readonly piece: number;
  /** Asked for, and come. */
  readonly length: number;
  received: number;
}

/**
 * Compares the answers of a source on one connection with the requests: answers come in the order of the requests, each
 * exactly as long as its request asks for, in bytes of a piece or in files of a list. Sans-I/O.
 */
export class ResponseValidator {
  /** By request, in the order of asking. */
  private readonly outstanding = new Map<number, OutstandingRequest>();
  /** Bytes that may still come of cancelled requests. */
  private readonly cancelled = new Map<number, number>();
  /** The request that was answered last, and its piece. */
  private completed = { request: 0, piece: -1 };

  /** `describe` names what was asked for by the number that it was asked with. */
  constructor(private readonly describe = (piece: number): Sentence => say("piece {piece}", { piece })) {}

  /** A piece of `length` bytes was asked for. Request numbers must grow. */
  requested(request: number, piece: number, length: number): void {
    this.outstanding.set(request, { piece, length, received: 0 });
  }

  /** It was cancelled; what is on its way may still come. */
  cancel(request: number): void {
    const asked = this.outstanding.get(request);
    if (!asked) return;
    this.outstanding.delete(request);
    this.cancelled.set(request, asked.length - asked.received);
  }

  /** The source refused it; false when nothing was asked for with this number. */
  refused(request: number): boolean {
    return this.outstanding.delete(request) || this.cancelled.delete(request);
  }

  /**
   * A part of an answer came. Returns the text of the source's offence, or null where it is allowed. `announced`: how much
   * more of it the source has said to follow at once, which is too much before it comes: else the answer would be complete
   * in the middle of what is sent.
   */
  received(request: number, amount: number, announced = 0): Sentence | null {
    const asked = this.outstanding.get(request);
    if (!asked) return this.receivedUnexpected(request, amount, announced);
    // Answers come in order: what was asked before this one does not come any more.
    for (const [earlier, { piece, received }] of this.outstanding) {
      if (earlier === request) break;
      const what = this.describe(piece);
      return received > 0 ? say("sent less than {what} holds", { what }) : say("left out {what}", { what });
    }
    for (const earlier of this.cancelled.keys()) if (earlier < request) this.cancelled.delete(earlier);
    asked.received += amount;
    if (asked.received + announced > asked.length)
      return say("sent more than {what} holds", { what: this.describe(asked.piece) });
    if (asked.received < asked.length) return null;
    this.outstanding.delete(request);
    this.completed = { request, piece: asked.piece };
    return null;
  }

  /** The piece that has come only in part; null when there is none. */
  get partialPiece(): number | null {
    for (const { piece, received } of this.outstanding.values()) return received > 0 ? piece : null;
    return null;
  }

  private receivedUnexpected(request: number, amount: number, announced: number): Sentence | null {
    const left = this.cancelled.get(request);
    if (left !== undefined && amount + announced <= left) {
      this.cancelled.set(request, left - amount);
      return null;
    }
    return request === this.completed.request && request > 0
      ? say("sent more than {what} holds", { what: this.describe(this.completed.piece) })
      : say("sent bytes that nobody had asked for");
  }
}
