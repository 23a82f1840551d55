import { sessionOperations } from "../access/session-operations.ts";
import { apiRoutes } from "../api/api-routes.ts";
import { CENTRAL_API, centralOperations } from "../api/central-operations.ts";
import { centralOrders } from "../api/central-orders.ts";
import type { EventsNotice } from "../events/cluster-event.ts";
import { EventHub } from "../events/event-hub.ts";
import { eventsRoute } from "../events/events-route.ts";
import { FILES_PATH } from "../files/file-path.ts";
import { metricsRoute } from "../metrics/route.ts";
import { EMBEDDED_FILES } from "../page/embedded-files.ts";
import { pageRoutes } from "../page/page-routes.ts";
import { healthRoutes } from "../server/health.ts";
import type { WebAddress } from "../server/web-address.ts";
import type { Questions } from "../thread/questions.ts";
import type { HttpSite, SiteDeps } from "../thread/site.ts";
import { PUT_FILE, uploadOperations } from "../uploads/upload-operations.ts";
import { API_FILES_PATH, uploadRoutes } from "../uploads/upload-routes.ts";
import { CENTRAL_METHODS, type CentralBackend } from "./backend.ts";
import { fileRoutes } from "./file-routes.ts";

/** What a central serves over HTTP. */
export function centralSite(questions: Questions, { clock, disk }: Pick<SiteDeps, "clock" | "disk">): HttpSite {
  const hub = new EventHub(clock);
  const backend = questions.backend<CentralBackend>(CENTRAL_METHODS);
  const operations = [
    ...centralOperations(backend, hub.ring),
    ...centralOrders(backend),
    ...uploadOperations(backend),
    ...sessionOperations(),
  ];
  return {
    routes: [
      ...healthRoutes(clock, () => backend.readiness()),
      metricsRoute(() => backend.metrics()),
      ...apiRoutes(CENTRAL_API, operations, [PUT_FILE]),
      ...uploadRoutes({ clock, disk, backend }, [FILES_PATH, API_FILES_PATH]),
      eventsRoute(hub),
      ...fileRoutes(backend),
      ...pageRoutes({ files: EMBEDDED_FILES, role: "central", mediaAddresses: () => mediaAddresses(backend) }),
    ],
    notice: (notice) => hub.publish((notice as EventsNotice).events),
  };
}

async function mediaAddresses(backend: Pick<CentralBackend, "secondaries">): Promise<WebAddress[]> {
  const { secondaries } = await backend.secondaries();
  return secondaries.flatMap(({ http }) => http ?? []);
}
