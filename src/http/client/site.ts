import { availableParallelism } from "node:os";
import { UNLIMITED } from "../../platform/pacing/allowance.ts";
import { sessionOperations } from "../access/session-operations.ts";
import { apiRoutes } from "../api/api-routes.ts";
import type { EventsNotice } from "../events/cluster-event.ts";
import { EventHub } from "../events/event-hub.ts";
import { eventsRoute } from "../events/events-route.ts";
import { FileBodies } from "../files/file-bodies.ts";
import { FILES_PATH } from "../files/file-path.ts";
import { FileReads } from "../files/file-reads.ts";
import { metricsRoute } from "../metrics/route.ts";
import { EMBEDDED_FILES } from "../page/embedded-files.ts";
import { pageRoutes } from "../page/page-routes.ts";
import { healthRoutes } from "../server/health.ts";
import type { Questions } from "../thread/questions.ts";
import type { HttpSite, SiteDeps } from "../thread/site.ts";
import { PUT_FILE, uploadOperations } from "../uploads/upload-operations.ts";
import { API_FILES_PATH, uploadRoutes } from "../uploads/upload-routes.ts";
import { CLIENT_API, clientOperations } from "./api.ts";
import { CLIENT_METHODS, type ClientBackend } from "./backend.ts";
import { answerFile } from "./file-routes.ts";
import { tellOfListeners } from "./listeners.ts";
import { playlistRoute } from "./playlist.ts";
import { StreamReads } from "./stream-reads.ts";
import { answerOptions, answerPropfind } from "./webdav.ts";

/** What `client serve` serves over HTTP. */
export function clientSite(questions: Questions, deps: SiteDeps): HttpSite {
  const backend = questions.backend<ClientBackend>(CLIENT_METHODS);
  // The runtime reads on as many threads as there are cores, for the whole process: half of them are left to others.
  const waiting = Math.max(1, Math.floor(availableParallelism() / 2));
  const reads = new StreamReads(backend, new FileReads({ ...deps, waiting }));
  const bodies = new FileBodies(deps.clock, reads, UNLIMITED, deps.maxBlockBytes);
  const path = `${FILES_PATH}*`;
  const { clock } = deps;
  const hub = new EventHub(clock);
  return {
    routes: [
      ...healthRoutes(clock, () => backend.readiness()),
      metricsRoute(() => backend.metrics()),
      ...apiRoutes(
        CLIENT_API,
        [...clientOperations(backend, hub.ring), ...uploadOperations(backend), ...sessionOperations()],
        [PUT_FILE],
      ),
      // Not below /files/, which is a folder to read only: file managers would leave their own files in it.
      ...uploadRoutes({ ...deps, backend }, [API_FILES_PATH]),
      tellOfListeners(eventsRoute(hub), { clock, hub, listened: () => backend.listened() }),
      {
        methods: ["GET", "HEAD"],
        path,
        access: "file",
        handle: (request) => answerFile({ clock, backend, bodies, reads }, request),
      },
      { methods: ["OPTIONS"], path, access: "read", handle: answerOptions },
      {
        methods: ["PROPFIND"],
        path,
        access: "read",
        handle: (request) => answerPropfind(backend, request, clock.wall() / 1000),
      },
      playlistRoute(backend),
      ...pageRoutes({ files: EMBEDDED_FILES, role: "client", mediaAddresses: async () => [], forPrograms: toFiles }),
      { methods: ["GET", "HEAD"], path: "/", access: "read", handle: toFiles },
    ],
    notice: (notice) => hub.publish((notice as EventsNotice).events),
  };
}

/** Who gives no path finds the files. */
function toFiles(): Response {
  return new Response(null, { status: 302, headers: { location: FILES_PATH } });
}
