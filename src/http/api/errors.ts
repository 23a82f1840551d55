import * as v from "valibot";
import type { Told } from "../../sentences/sentence.ts";
import { type RefusalResponse, refusal } from "../server/responses.ts";

export const ERROR_ANSWER = v.strictObject({
  error: v.strictObject({
    code: v.pipe(v.string(), v.description("for programs: one word")),
    message: v.pipe(
      v.string(),
      v.description("for people: one sentence, in the language that Accept-Language prefers: English or Spanish"),
    ),
  }),
});

export function apiError(status: number, reason: Told): RefusalResponse {
  return refusal("/api/", { status, reason });
}
