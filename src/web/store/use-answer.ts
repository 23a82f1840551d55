import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiFailure, ApiResult } from "../api/api-result.ts";
import { PacedQuestion } from "./paced-question.ts";
import { usePage } from "./page-context.ts";

export interface Answered<T> {
  /** The last one that came; null: none yet. */
  readonly answer: T | null;
  /** Why the last question had none. */
  readonly failure: ApiFailure | null;
  /** Asks again. */
  readonly askAgain: () => void;
}

/**
 * The answer to a question, which is asked when `question` is another one, and now and then again when `revision` is: what
 * was answered before stays until then. `question`: must stay the same function as long as the question does.
 */
export function useAnswer<T>(
  question: (signal: AbortSignal) => Promise<ApiResult<T>>,
  revision: unknown = null,
): Answered<T> {
  const { clock } = usePage();
  const [answered, setAnswered] = useState<Omit<Answered<T>, "askAgain">>({ answer: null, failure: null });
  const paced = useRef<PacedQuestion | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const one = new PacedQuestion(clock, async () => {
      const result = await question(abort.signal);
      if (abort.signal.aborted) return;
      if (result.ok) setAnswered({ answer: result.value, failure: null });
      else setAnswered(({ answer }) => ({ answer, failure: result.failure }));
    });
    paced.current = one;
    return () => {
      one.stop();
      abort.abort();
    };
  }, [clock, question]);
  useEffect(() => paced.current?.want(), [question, revision]);
  return { ...answered, askAgain: () => paced.current?.want() };
}
