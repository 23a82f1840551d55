import { PeerError } from "../../protocol/errors.ts";
import type { Missing } from "../../protocol/missing.ts";
import type { CentralSession } from "../central-session.ts";
import { askPatiently, type PatientQuestion } from "./patient-question.ts";

/** A question that a central answers only where it knows all files. */
export interface WholeListQuestion<Answer> extends Omit<PatientQuestion<Answer>, "session" | "refusal" | "mayPass"> {
  readonly session: Pick<CentralSession, "currentAttempt" | "address" | "state">;
}

/** What a central that was started a moment ago lacks until the secondaries have come back and told what they hold. */
const PASSING: ReadonlySet<Missing["kind"]> = new Set(["registration", "announcements"]);

/**
 * Asks again while the central has not heard of all files since it was started, which takes some seconds where a secondary
 * does not come back. Whatever else keeps it from answering is an answer: a script that wants to know need not wait for it.
 */
export async function askForWholeList<Answer>(question: WholeListQuestion<Answer>): Promise<Answer> {
  const { session, giveUpAfterMs } = question;
  const mayPass = (error: unknown) => isLearning(session, error);
  try {
    await session.currentAttempt();
    return await question.ask();
  } catch (refusal) {
    if (giveUpAfterMs === 0 || !(await mayPass(refusal))) throw refusal;
    question.waits(refusal);
    return askPatiently({ ...question, refusal, mayPass });
  }
}

async function isLearning(session: Pick<CentralSession, "state">, error: unknown): Promise<boolean> {
  if (!(error instanceof PeerError) || error.code !== "not-synchronized") return false;
  const state = await session.state().catch(() => null);
  if (state === null) return false;
  // One that serves all the same lacks nothing but a part of the list.
  return state.synchronized || (state.lacks?.kind !== undefined && PASSING.has(state.lacks.kind));
}
