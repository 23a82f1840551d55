import { type Clock, delay } from "../../platform/clock.ts";
import { PeerError } from "../../protocol/errors.ts";
import { say } from "../../sentences/sentence.ts";
import { CentralUnreachable, WrongServer } from "../central-errors.ts";
import type { CentralSession } from "../central-session.ts";

/** Milliseconds between two questions to a central that cannot answer yet: a person does not notice them. */
const RETRY_MS = 500;

export interface PatientQuestion<Answer> {
  readonly clock: Clock;
  readonly session: Pick<CentralSession, "currentAttempt" | "address">;
  /** Asks once. */
  ask(): Promise<Answer>;
  /** Milliseconds after which it is given up. */
  readonly giveUpAfterMs: number;
  /** Ends it before. */
  readonly cancelled: AbortSignal;
  /** Why it could not be answered when it was asked before; absent: it was not. */
  readonly refusal?: unknown;
  /** Called once, with why it cannot be answered yet, unless that is known already. */
  waits(reason: unknown): void;
  /** Whether asking again may help; absent: wherever the central is away, or says that it may. */
  mayPass?(error: unknown): Promise<boolean>;
}

/**
 * Asks the central again and again until it answers. Rejects with the last reason when it has not within the time, at once
 * where asking again cannot help, and with the reason of the signal that cancels it.
 */
export async function askPatiently<Answer>(question: PatientQuestion<Answer>): Promise<Answer> {
  const { clock, session, giveUpAfterMs, cancelled } = question;
  const { promise: ended, reject } = Promise.withResolvers<never>();
  let last: unknown = question.refusal ?? null;
  const over = new AbortController();
  const keepAsking = async (): Promise<Answer> => {
    for (; ; await delay(clock, RETRY_MS, over.signal)) {
      if (over.signal.aborted) return ended;
      try {
        await session.currentAttempt();
        return await question.ask();
      } catch (error) {
        if (question.mayPass ? !(await question.mayPass(error)) : isFinal(error)) throw error;
        if (last === null && !over.signal.aborted) question.waits(error);
        last = error;
      }
    }
  };
  const giveUp = () =>
    reject(last ?? new CentralUnreachable(say("the central {address} has not answered", { address: session.address })));
  const cancelTimeout = giveUpAfterMs === Number.POSITIVE_INFINITY ? () => {} : clock.after(giveUpAfterMs, giveUp);
  const cancel = () => reject(cancelled.reason);
  cancelled.addEventListener("abort", cancel);
  if (cancelled.aborted) cancel();
  try {
    return await Promise.race([keepAsking(), ended]);
  } finally {
    over.abort();
    cancelTimeout();
    cancelled.removeEventListener("abort", cancel);
  }
}

/** Whether asking the central again cannot help. */
function isFinal(error: unknown): boolean {
  if (error instanceof PeerError) return !error.retryable;
  return !(error instanceof CentralUnreachable) || error instanceof WrongServer;
}
