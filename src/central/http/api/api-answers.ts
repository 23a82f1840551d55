import pLimit from "p-limit";
import type {
  DownloadsAnswer,
  FileAnswer,
  FilesAnswer,
  KeptAnswer,
  SecondariesAnswer,
  SecondaryAnswer,
  StatisticsAnswer,
  StatusAnswer,
} from "../../../http/api/central-answers.ts";
import type { CentralApiBackend } from "../../../http/api/central-backend.ts";
import type { DownloadsQuery, FilesQuery, KeptQuery, StatisticsQuery } from "../../../http/api/central-queries.ts";
import { decodeCursor, encodeCursor } from "../../../http/api/cursor.ts";
import { formatAddress } from "../../../net/address/address.ts";
import type { Central } from "../../central.ts";
import { stateOf } from "../../cluster-status.ts";
import type { AdmittedDownload } from "../../downloads/admission-queue.ts";
import type { SecondaryView } from "../../registry/secondary-table.ts";
import { FilePages } from "./file-pages.ts";
import { detailedFileOf } from "./listed-file.ts";

/** Questions about kept files at the same time: each is asked of every secondary. */
export const MAX_KEPT_QUESTIONS = 4;

/** What the answers read of a central. */
export type ShownCentral = Pick<
  Central,
  "deps" | "registry" | "serving" | "admission" | "downloads" | "keptFiles" | "sessionCounts"
>;

/** Answers programs that ask what a central and its cluster are doing. Changes nothing. */
export class ApiAnswers implements CentralApiBackend {
  private readonly pages: FilePages;
  private readonly keptQuestions = pLimit(MAX_KEPT_QUESTIONS);

  constructor(
    private readonly central: ShownCentral,
    private readonly version: string,
  ) {
    const { deps, registry } = central;
    this.pages = new FilePages({ clock: deps.clock, registry });
  }

  async status(): Promise<StatusAnswer> {
    const { registry, serving, admission } = this.central;
    const { catalogue, secondaries } = registry;
    const missing = serving.missing();
    const known = secondaries.sorted();
    const { client, secondary } = this.central.sessionCounts();
    return {
      version: this.version,
      serving: missing === null,
      missing,
      files: catalogue.size,
      bytes: catalogue.bytes,
      secondaries: { known: known.length, present: known.filter(({ isPresent }) => isPresent).length },
      sessions: { clients: client, secondaries: secondary },
      downloads: { active: admission.activeCount, waiting: admission.waitingCount, limit: admission.limit || null },
    };
  }

  async secondaries(): Promise<SecondariesAnswer> {
    return { secondaries: this.central.registry.secondaries.sorted().map(secondaryAnswerOf) };
  }

  files(query: FilesQuery): Promise<FilesAnswer> {
    return this.pages.page(query);
  }

  async file(name: string): Promise<FileAnswer | null> {
    const { catalogue, sources } = this.central.registry;
    const file = catalogue.get(name);
    return file ? detailedFileOf(file, sources) : null;
  }

  async downloads({ limit }: DownloadsQuery): Promise<DownloadsAnswer> {
    const { admission, downloads, deps } = this.central;
    const now = deps.clock.now();
    const places = new Map(downloads.queue().map((place) => [place.entry.download, place]));
    const all = admission.downloads();
    const shown = all.slice(0, limit).map((entry) => downloadAnswerOf(entry, places.get(entry.download), now));
    return { downloads: shown, more: all.length > limit };
  }

  /** Rejects when the store cannot be read. */
  async statistics({ of, limit, cursor }: StatisticsQuery): Promise<StatisticsAnswer> {
    const [, after] = (cursor !== undefined && decodeCursor(cursor)) || [null, ""];
    const rows = await this.central.deps.store.downloadCounts(of, after, limit + 1);
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return { rows: shown, next: last ? encodeCursor(null, last.name) : null };
  }

  async kept({ name, limit }: KeptQuery): Promise<KeptAnswer> {
    const { keptFiles } = this.central;
    const { versions, more, silent } = await this.keptQuestions(() => keptFiles.list(name ?? null, limit));
    const shown = versions.map(({ name, number, id, size, at, why, numbers }) => {
      return { name, version: number, id, size, at, why, secondaries: [...numbers] };
    });
    return { versions: shown, more, silent: [...silent] };
  }
}

/** A secondary as programs see it. */
export function secondaryAnswerOf(secondary: SecondaryView): SecondaryAnswer {
  const { number, address, http, diskFault, fileCount, copies, accusationCount } = secondary;
  return {
    number,
    address: formatAddress(address),
    http: http && { host: http.host, port: http.port, tls: http.tls },
    state: stateOf(secondary),
    reason: diskFault,
    files: fileCount,
    copies: {
      pending: copies.pendingCount,
      obstructed: copies.obstacleCount,
      obstacle: copies.firstObstacle || null,
    },
    accusations: accusationCount,
  };
}

/** `place`: of one that waits. */
function downloadAnswerOf(
  { download, client, name, id, size, startedAt, bytes }: AdmittedDownload,
  place: { readonly position: number; readonly estimate: number | null } | undefined,
  now: number,
): DownloadsAnswer["downloads"][number] {
  return {
    ...{ download, client, name, id, size, bytes },
    state: startedAt === null ? "waiting" : "active",
    seconds: startedAt === null ? null : (now - startedAt) / 1000,
    position: place?.position ?? null,
    estimate: place?.estimate ?? null,
  };
}
