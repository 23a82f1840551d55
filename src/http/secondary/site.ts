import { availableParallelism } from "node:os";
import { sessionOperations } from "../access/session-operations.ts";
import { apiRoutes } from "../api/api-routes.ts";
import { SECONDARY_API, secondaryOperations } from "../api/secondary-operations.ts";
import { FileBodies } from "../files/file-bodies.ts";
import { FileReads } from "../files/file-reads.ts";
import { metricsRoute } from "../metrics/route.ts";
import { healthRoutes } from "../server/health.ts";
import type { Questions } from "../thread/questions.ts";
import type { HttpSite, SiteDeps } from "../thread/site.ts";
import { SECONDARY_METHODS, type SecondaryBackend } from "./backend.ts";
import { fileRoutes } from "./file-routes.ts";
import { SentReport } from "./sent-report.ts";

/** What a secondary serves over HTTP. */
export function secondarySite(questions: Questions, deps: SiteDeps): HttpSite {
  const backend = questions.backend<SecondaryBackend>(SECONDARY_METHODS);
  // The runtime reads on as many threads as there are cores, for the whole process: half of them are left to others.
  const waiting = Math.max(1, Math.floor(availableParallelism() / 2));
  const bodies = new FileBodies(deps.clock, new FileReads({ ...deps, waiting }), deps.allowance, deps.maxBlockBytes);
  const sent = new SentReport(bodies, backend);
  sent.start(deps.clock);
  return {
    routes: [
      ...healthRoutes(deps.clock, () => backend.readiness()),
      metricsRoute(() => backend.metrics()),
      ...apiRoutes(SECONDARY_API, [...secondaryOperations(backend), ...sessionOperations()]),
      ...fileRoutes({ ...deps, backend, bodies, sent }),
    ],
    notice() {},
  };
}
