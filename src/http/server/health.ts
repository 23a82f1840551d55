import { type Clock, within } from "../../platform/clock.ts";
import { RETRY_SOON, textResponse } from "./responses.ts";
import type { Route } from "./router.ts";

/** What a server says to those who ask whether it does its work. */
export interface Readiness {
  /** Why it serves nothing now, in a sentence; null when it serves. */
  readonly obstacle: string | null;
}

/**
 * Milliseconds in which the main thread must answer: longer than anything holds it up. Those who ask whether a process is alive
 * start one again that is not.
 */
export const ANSWER_TIMEOUT_MS = 10_000;

/** `/healthz`: it is alive, and so is its main thread; `/readyz`: it serves. */
export function healthRoutes(clock: Pick<Clock, "after">, readiness: () => Promise<Readiness>): readonly Route[] {
  const route = (path: string, answer: (readiness: Readiness) => Response): Route => ({
    methods: ["GET", "HEAD"],
    path,
    access: "metrics",
    async handle() {
      const found = await within(clock, ANSWER_TIMEOUT_MS, readiness()).catch(() => "late" as const);
      return found === "late" ? textResponse(503, "the main thread does not answer", RETRY_SOON) : answer(found);
    },
  });
  return [
    route("/healthz", () => textResponse(200, "alive")),
    route("/readyz", ({ obstacle }) =>
      obstacle === null ? textResponse(200, "serving") : textResponse(503, `not serving: ${obstacle}`, RETRY_SOON),
    ),
  ];
}
