import type { Unavailable } from "../../http/client/refusal.ts";

/** What is asked for, or why it is not there now: what the central cannot be asked for rejects with a sentence. */
export async function orUnavailable<Reply>(ask: () => Promise<Reply>): Promise<Reply | Unavailable> {
  try {
    return await ask();
  } catch (error) {
    return { kind: "unavailable", reason: (error as Error).message };
  }
}
