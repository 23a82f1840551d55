import type {
  DetailedFileAnswer,
  DownloadsAnswer,
  FilesAnswer,
  FolderAnswer,
  SecondariesAnswer,
  StatisticsAnswer,
  StatusAnswer,
} from "../api/central-answers.ts";
import { clusterOperations, downloadOperations, fileOperations } from "../api/central-operations.ts";
import type { DownloadsQuery, FilesQuery, FolderQuery, StatisticsQuery } from "../api/central-queries.ts";
import type { ApiSite } from "../api/openapi.ts";
import type { NotDone, Operation } from "../api/operation.ts";
import type { PastEvents } from "../events/past-events.ts";
import type { Unavailable } from "./refusal.ts";

export const CLIENT_API: ApiSite = {
  title: "redes client serve",
  description:
    "What this client knows of its cluster, in the form in which the central tells it, and the downloads of its own readers. Files can be put, with the right of this client. The same events as at /api/v1/events come at once from /events, as server-sent events.",
};

/** What the HTTP thread of `client serve` asks its main thread for programs. */
export interface ClientApiBackend {
  /** Files and bytes are what the central has told last. */
  status(): Promise<StatusAnswer>;
  secondaries(): Promise<SecondariesAnswer | Unavailable>;
  files(query: FilesQuery): Promise<FilesAnswer | Unavailable>;
  /** Null: there is none of this name; `folder`: "" for all that is shared. */
  folderEntries(folder: string, query: FolderQuery): Promise<FolderAnswer | Unavailable | null>;
  /** Null: there is none of this name. */
  file(name: string): Promise<DetailedFileAnswer | Unavailable | null>;
  /** Those of this client. */
  downloads(query: DownloadsQuery): Promise<DownloadsAnswer>;
  statistics(query: StatisticsQuery): Promise<StatisticsAnswer | Unavailable>;
  /** Somebody listens to events: to be called again and again as long as that is so. */
  listened(): Promise<void>;
}

export const CLIENT_API_METHODS = [
  "status",
  "secondaries",
  "files",
  "folderEntries",
  "file",
  "downloads",
  "statistics",
  "listened",
] as const satisfies readonly (keyof ClientApiBackend)[];

/** What `client serve` answers to programs. */
export function clientOperations(backend: ClientApiBackend, events: PastEvents): readonly Operation[] {
  const cluster = {
    status: () => backend.status(),
    secondaries: async () => available(await backend.secondaries()),
  };
  const files = {
    files: async (query: FilesQuery) => available(await backend.files(query)),
    folderEntries: async (folder: string, query: FolderQuery) => available(await backend.folderEntries(folder, query)),
    file: async (name: string) => available(await backend.file(name)),
  };
  const downloads = {
    downloads: (query: DownloadsQuery) => backend.downloads(query),
    statistics: async (query: StatisticsQuery) => available(await backend.statistics(query)),
  };
  return [...clusterOperations(cluster, events), ...fileOperations(files), ...downloadOperations(downloads)];
}

function available<T extends object | null>(reply: T | Unavailable): T | NotDone {
  return isUnavailable(reply) ? { notDone: 503, reason: reply.reason } : reply;
}

function isUnavailable(reply: object | null): reply is Unavailable {
  return reply !== null && "kind" in reply && reply.kind === "unavailable";
}
