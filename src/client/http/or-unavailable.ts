import type { Unavailable } from "../../http/client/refusal.ts";
import { toldOf } from "../../sentences/sentence-error.ts";

/** What is asked for, or why it is not there now: what the central cannot be asked for rejects. */
export async function orUnavailable<Reply>(ask: () => Promise<Reply>): Promise<Reply | Unavailable> {
  try {
    return await ask();
  } catch (error) {
    return { kind: "unavailable", reason: toldOf(error) };
  }
}
