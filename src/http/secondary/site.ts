import { metricsRoute } from "../metrics/route.ts";
import { healthRoutes } from "../server/health.ts";
import type { Questions } from "../thread/questions.ts";
import type { HttpSite } from "../thread/site.ts";
import { SECONDARY_METHODS, type SecondaryBackend } from "./backend.ts";

/** What a secondary serves over HTTP. */
export function secondarySite(questions: Questions): HttpSite {
  const backend = questions.backend<SecondaryBackend>(SECONDARY_METHODS);
  return {
    routes: [...healthRoutes(() => backend.readiness()), metricsRoute(() => backend.metrics())],
    notice() {},
  };
}
