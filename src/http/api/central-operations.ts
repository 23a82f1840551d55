import { eventsAnswer, eventsQuery, type PastEvents, pastEvents } from "../events/past-events.ts";
import {
  downloadsAnswer,
  fileAnswer,
  filesAnswer,
  folderAnswer,
  keptAnswer,
  secondariesAnswer,
  statisticsAnswer,
  statusAnswer,
  throughputAnswer,
} from "./central-answers.ts";
import type { CentralApiBackend } from "./central-backend.ts";
import {
  downloadsQuery,
  filesQuery,
  folderQuery,
  keptQuery,
  noQuery,
  statisticsQuery,
  throughputQuery,
} from "./central-queries.ts";
import type { ApiSite } from "./openapi.ts";
import { type Operation, type OrNotDone, operation } from "./operation.ts";

export const CENTRAL_API: ApiSite = {
  title: "redes central",
  description:
    "What a cluster is doing, and what an operator has it do. The same events as at /api/v1/events come at once from /events, as server-sent events.",
};

/** What a central answers to programs. */
export function centralOperations(backend: CentralApiBackend, events: PastEvents): readonly Operation[] {
  return [
    ...clusterOperations(backend, events),
    ...fileOperations(backend),
    ...downloadOperations(backend),
    operation({
      path: "/api/v1/throughput",
      summary: "What each secondary has sent and received in the last hour",
      query: throughputQuery,
      answer: throughputAnswer,
      answered: (query) => backend.throughput(query),
    }),
    operation({
      path: "/api/v1/kept",
      summary: "Replaced and removed files that the secondaries keep",
      query: keptQuery,
      answer: keptAnswer,
      answered: (query) => backend.kept(query),
    }),
  ];
}

/** Of the cluster, as everybody answers who knows it. */
export function clusterOperations(
  backend: OrNotDone<Pick<CentralApiBackend, "status" | "secondaries">>,
  events: PastEvents,
): readonly Operation[] {
  return [
    operation({
      path: "/api/v1/status",
      summary: "The cluster in a few numbers",
      query: noQuery,
      answer: statusAnswer,
      answered: () => backend.status(),
    }),
    operation({
      path: "/api/v1/secondaries",
      summary: "Each secondary, and how it is",
      query: noQuery,
      answer: secondariesAnswer,
      answered: () => backend.secondaries(),
    }),
    operation({
      path: "/api/v1/events",
      summary: "What has happened lately",
      query: eventsQuery,
      answer: eventsAnswer,
      answered: async (query) => pastEvents(events, query),
    }),
  ];
}

/** Of the catalogue, in the same way. */
export function fileOperations(
  backend: OrNotDone<Pick<CentralApiBackend, "files" | "file" | "folderEntries">>,
): readonly Operation[] {
  return [
    operation({
      path: "/api/v1/files",
      summary: "Files, a page at a time",
      query: filesQuery,
      answer: filesAnswer,
      answered: (query) => backend.files(query),
    }),
    operation({
      path: "/api/v1/files/{name}",
      summary: "One file, and who has it",
      query: noQuery,
      answer: fileAnswer,
      absent: "there is no file of this name",
      answered: (_, { name }) => backend.file(name),
    }),
    operation({
      path: "/api/v1/folders/{name}",
      summary: "What is right in a folder, a part at a time; without a name, in the shared folder itself",
      query: folderQuery,
      answer: folderAnswer,
      absent: "there is no folder of this name",
      answered: (query, { name }) => backend.folderEntries(name, query),
    }),
  ];
}

/** Of downloads, in the same way. */
export function downloadOperations(
  backend: OrNotDone<Pick<CentralApiBackend, "downloads" | "statistics">>,
): readonly Operation[] {
  return [
    operation({
      path: "/api/v1/downloads",
      summary: "Downloads of clients now, and those that wait",
      query: downloadsQuery,
      answer: downloadsAnswer,
      answered: (query) => backend.downloads(query),
    }),
    operation({
      path: "/api/v1/statistics",
      summary: "How often each file was downloaded, or each client has downloaded something",
      query: statisticsQuery,
      answer: statisticsAnswer,
      answered: (query) => backend.statistics(query),
    }),
  ];
}
