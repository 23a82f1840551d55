import type { Channel } from "../../net/session/channel.ts";
import { type Cancel, type Clock, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import type { Message } from "../../protocol/messages/messages.ts";

/** A number of a request is below this. */
const REQUEST_NUMBERS = 0xffff_ffff;

export interface SecondaryQuestionsDeps {
  readonly clock: Clock;
  /** Of the secondaries that are connected, by number. */
  readonly channels: ReadonlyMap<number, Pick<Channel, "send">>;
}

interface PendingQuestion<Answer> {
  readonly number: number;
  /** Null: no answer will come. */
  resolve(answer: Answer | null): void;
}

/** Questions to secondaries, which answer them with the number of the request. */
export class SecondaryQuestions<Answer> {
  private readonly pending = new Map<number, PendingQuestion<Answer>>();
  private lastRequest = 0;

  constructor(private readonly deps: SecondaryQuestionsDeps) {}

  /** Null when there is no answer within `timeout` milliseconds, or no session with the secondary any more. */
  ask(number: number, question: (request: number) => Message, timeout: number): Promise<Answer | null> {
    const channel = this.deps.channels.get(number);
    if (!channel) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.lastRequest = (this.lastRequest + 1) % REQUEST_NUMBERS;
      const request = this.lastRequest;
      let cancel: Cancel = NOTHING_TO_CANCEL;
      const settle = (answer: Answer | null) => {
        cancel();
        this.pending.delete(request);
        resolve(answer);
      };
      cancel = this.deps.clock.after(timeout, () => settle(null));
      this.pending.set(request, { number, resolve: settle });
      channel.send(question(request));
    });
  }

  /** What nobody has asked this secondary is ignored. */
  answered(number: number, request: number, answer: Answer): void {
    const question = this.pending.get(request);
    if (question?.number === number) question.resolve(answer);
  }

  /** A secondary's session is over. */
  secondaryLost(number: number): void {
    for (const question of [...this.pending.values()]) if (question.number === number) question.resolve(null);
  }
}
