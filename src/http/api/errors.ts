import * as v from "valibot";
import { refusal } from "../server/responses.ts";

export const ERROR_ANSWER = v.strictObject({
  error: v.strictObject({
    code: v.pipe(v.string(), v.description("for programs: one word")),
    message: v.pipe(v.string(), v.description("for people: one sentence")),
  }),
});

export function apiError(status: number, reason: string): Response {
  return refusal("/api/", { status, reason });
}
