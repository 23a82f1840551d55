import { apiRoutes } from "../api/api-routes.ts";
import { CENTRAL_API, centralOperations } from "../api/central-operations.ts";
import { metricsRoute } from "../metrics/route.ts";
import { healthRoutes } from "../server/health.ts";
import type { Questions } from "../thread/questions.ts";
import type { HttpSite } from "../thread/site.ts";
import { CENTRAL_METHODS, type CentralBackend } from "./backend.ts";
import { fileRoutes } from "./file-routes.ts";

/** What a central serves over HTTP. */
export function centralSite(questions: Questions): HttpSite {
  const backend = questions.backend<CentralBackend>(CENTRAL_METHODS);
  return {
    routes: [
      ...healthRoutes(() => backend.readiness()),
      metricsRoute(() => backend.metrics()),
      ...apiRoutes(CENTRAL_API, centralOperations(backend)),
      ...fileRoutes(backend),
    ],
    notice() {},
  };
}
