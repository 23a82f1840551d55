import { MAX_MESSAGE_BURST, MAX_TURN_MS, MESSAGES_PER_SECOND } from "../../../protocol/limits.ts";

/** Who has to wait waits until so many messages may come: each time costs something, too. */
const BATCH = 200;
const MESSAGES_PER_MS = MESSAGES_PER_SECOND / 1000;

/**
 * How fast the messages of one peer are dealt with: some at once, then so many each second (a token bucket), and not for long
 * at a time. Milliseconds are of a clock that never goes back. Sans-I/O.
 */
export class MessagePace {
  /** Messages that may still come at once. Below one: none. */
  private left = MAX_MESSAGE_BURST;
  private turnStart: number;

  constructor(private countedAt: number) {
    this.turnStart = countedAt;
  }

  /** Its messages are dealt with from now on, until the others have their turn. */
  beginTurn(now: number): void {
    this.turnStart = now;
  }

  /** A message has come. Says whether the next one has to wait. */
  messageCame(now: number): boolean {
    this.left = Math.min(MAX_MESSAGE_BURST, this.left + (now - this.countedAt) * MESSAGES_PER_MS) - 1;
    this.countedAt = now;
    return this.left < 1 || now - this.turnStart >= MAX_TURN_MS;
  }

  /** Milliseconds until the next messages may be dealt with; 0: as soon as the others have had their turn. */
  waitMs(): number {
    return this.left >= 1 ? 0 : (BATCH - this.left) / MESSAGES_PER_MS;
  }
}
