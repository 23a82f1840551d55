import type {
  DetailedFileAnswer,
  DownloadsAnswer,
  FilesAnswer,
  FolderAnswer,
  KeptAnswer,
  SecondariesAnswer,
  StatisticsAnswer,
  StatusAnswer,
  ThroughputAnswer,
} from "./central-answers.ts";
import type {
  DownloadsQuery,
  FilesQuery,
  FolderQuery,
  KeptQuery,
  StatisticsQuery,
  ThroughputQuery,
} from "./central-queries.ts";
import type { NotDone } from "./operation.ts";

/** What the HTTP thread of a central asks its main thread for programs. */
export interface CentralApiBackend {
  status(): Promise<StatusAnswer>;
  secondaries(): Promise<SecondariesAnswer>;
  throughput(query: ThroughputQuery): Promise<ThroughputAnswer>;
  /** Not done while it is not known which files there are; the same below. */
  files(query: FilesQuery): Promise<FilesAnswer | NotDone>;
  /** Null: there is none of this name; `folder`: "" for the shared folder itself. */
  folderEntries(folder: string, query: FolderQuery): Promise<FolderAnswer | NotDone | null>;
  /** Null: there is none of this name. */
  file(name: string): Promise<DetailedFileAnswer | NotDone | null>;
  downloads(query: DownloadsQuery): Promise<DownloadsAnswer>;
  statistics(query: StatisticsQuery): Promise<StatisticsAnswer>;
  kept(query: KeptQuery): Promise<KeptAnswer>;
}

export const CENTRAL_API_METHODS = [
  "status",
  "secondaries",
  "throughput",
  "files",
  "folderEntries",
  "file",
  "downloads",
  "statistics",
  "kept",
] as const satisfies readonly (keyof CentralApiBackend)[];
