/** Milliseconds between the two messages with which a service tells that it is there (RFC 6762, section 8.3). */
const BETWEEN_ANNOUNCEMENTS_MS = 1000;
/** No message is sent again sooner than that, whoever asks and however often (section 6). */
const LEAST_PERIOD_MS = 1000;
/** An answer waits for so long, by chance: others answer the same question (section 6). */
const [LEAST_DELAY_MS, MOST_DELAY_MS] = [20, 120];

/** When the announcement of a central is sent on one network. Sans-I/O; times are milliseconds of a clock. */
export class AnswerTimes {
  private due: number | null;
  private sentAt = Number.NEGATIVE_INFINITY;
  private announcementsLeft = 2;

  constructor(now: number) {
    this.due = now;
  }

  /** When the next message is due; null: when somebody asks. */
  get next(): number | null {
    return this.due;
  }

  /** Somebody has asked. `chance`: from 0 up to 1. */
  asked(now: number, chance: number): void {
    const answer = now + LEAST_DELAY_MS + chance * (MOST_DELAY_MS - LEAST_DELAY_MS);
    const due = Math.max(answer, this.sentAt + LEAST_PERIOD_MS);
    this.due = this.due === null ? due : Math.min(this.due, due);
  }

  /** A message is sent now. */
  sent(now: number): void {
    this.sentAt = now;
    if (this.announcementsLeft > 0) this.announcementsLeft -= 1;
    this.due = this.announcementsLeft > 0 ? now + BETWEEN_ANNOUNCEMENTS_MS : null;
  }
}
