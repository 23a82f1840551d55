import type { ComponentType } from "preact";
import type { ViewName } from "../routing/route.ts";
import { DownloadsView } from "./downloads/downloads-view.tsx";
import { EventsView } from "./events/events-view.tsx";
import { FilesView } from "./files/files-view.tsx";
import { KeptView } from "./kept/kept-view.tsx";
import { ServersView } from "./servers/servers-view.tsx";
import { StatisticsView } from "./statistics/statistics-view.tsx";
import { ThroughputView } from "./throughput/throughput-view.tsx";

/** What shows each view. */
export const VIEWS: Readonly<Record<ViewName, ComponentType>> = {
  files: FilesView,
  servers: ServersView,
  downloads: DownloadsView,
  throughput: ThroughputView,
  statistics: StatisticsView,
  kept: KeptView,
  events: EventsView,
};
