import type { NotDone } from "../../../http/api/operation.ts";
import { say } from "../../../sentences/sentence.ts";
import type { ServingState } from "../../serving/serving-state.ts";

/** Seconds after which somebody may ask again: most secondaries have told within a few what they hold. */
const RETRY_AFTER_S = 2;

/** Why nobody can be told yet which files there are; null when that is known. */
export function notListed({ serving }: { readonly serving: Pick<ServingState, "unlisted"> }): NotDone | null {
  const unlisted = serving.unlisted();
  if (unlisted === null) return null;
  const headers = { "retry-after": String(RETRY_AFTER_S) };
  return { notDone: 503, reason: say("not all files are known yet: {unlisted}", { unlisted }), headers };
}
