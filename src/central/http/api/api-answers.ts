import pLimit from "p-limit";
import { FilePages } from "../../../http/api/catalogue/file-pages.ts";
import { FolderEntries } from "../../../http/api/catalogue/folder-entries.ts";
import type {
  DetailedFileAnswer,
  DownloadsAnswer,
  FilesAnswer,
  FolderAnswer,
  KeptAnswer,
  SecondariesAnswer,
  SecondaryAnswer,
  StatisticsAnswer,
  StatusAnswer,
  ThroughputAnswer,
} from "../../../http/api/central-answers.ts";
import type { CentralApiBackend } from "../../../http/api/central-backend.ts";
import type {
  DownloadsQuery,
  FilesQuery,
  FolderQuery,
  KeptQuery,
  StatisticsQuery,
  ThroughputQuery,
} from "../../../http/api/central-queries.ts";
import { cutPage, placeBefore } from "../../../http/api/cursor.ts";
import { copiesOfAll } from "../../../http/api/figures/copies-of-all.ts";
import { phaseOf, progressOf } from "../../../http/api/figures/download-progress.ts";
import type { NotDone } from "../../../http/api/operation.ts";
import { formatAddress } from "../../../net/address/address.ts";
import { type Cancel, every } from "../../../platform/clock.ts";
import { english, englishOrNull } from "../../../sentences/sentence.ts";
import type { Central } from "../../central.ts";
import { reasonOf, stateOf } from "../../cluster-status.ts";
import type { AdmittedDownload } from "../../downloads/admission-queue.ts";
import { type FiguresDirectory, sumOfFlows } from "../../figures/cluster-figures.ts";
import { SAMPLE_MS, Throughput } from "../../figures/throughput.ts";
import type { SecondaryView } from "../../registry/secondary-table.ts";
import { missingText } from "../../serving/missing-text.ts";
import type { FileVersion } from "../../versions/file-version.ts";
import { detailedFileOf, pagedCatalogue } from "./listed-file.ts";
import { notListed } from "./not-listed.ts";

/** Questions about kept files at the same time: each is asked of every secondary. */
export const MAX_KEPT_QUESTIONS = 4;

/** What the answers read of a central. */
export type ShownCentral = Pick<
  Central,
  "deps" | "registry" | "serving" | "figures" | "admission" | "downloads" | "keptFiles" | "sessionCounts"
>;

/** Answers programs that ask what a central and its cluster are doing. Changes nothing. */
export class CentralApiAnswers implements CentralApiBackend {
  private readonly pages: FilePages<FileVersion>;
  private readonly folders: FolderEntries<FileVersion>;
  private readonly keptQuestions = pLimit(MAX_KEPT_QUESTIONS);
  private readonly samples: Throughput;
  /** Milliseconds since 1970; null before the first sample. */
  private sampledAt: number | null = null;

  constructor(
    private readonly central: ShownCentral,
    private readonly version: string,
  ) {
    const { deps, registry } = central;
    const paged = { clock: deps.clock, catalogue: pagedCatalogue(registry) };
    this.pages = new FilePages(paged);
    this.folders = new FolderEntries(paged);
    this.samples = new Throughput(deps.clock.now());
  }

  /** Remembers what the secondaries send and receive, from now until it is cancelled. */
  sampleThroughput(): Cancel {
    const { registry, figures, deps } = this.central;
    return every(deps.clock, SAMPLE_MS, () => {
      const sampled = registry.secondaries.sorted().map(({ number }) => ({ number, figures: figures.of(number) }));
      this.samples.sample(sampled, deps.clock.now());
      this.sampledAt = Math.round(deps.clock.wall());
    });
  }

  async status(): Promise<StatusAnswer> {
    const { registry, serving, admission, figures } = this.central;
    const { catalogue, secondaries } = registry;
    const lacks = serving.lacks();
    const known = secondaries.sorted();
    const { client, secondary } = this.central.sessionCounts();
    return {
      role: "central",
      version: this.version,
      serving: lacks === null,
      missing: missingText(lacks),
      lacks,
      files: catalogue.size,
      bytes: catalogue.bytes,
      secondaries: { known: known.length, present: known.filter(({ isPresent }) => isPresent).length },
      sessions: { clients: client, secondaries: secondary },
      rates: sumOfFlows(known.map(({ number }) => figures.of(number).rates)),
      copies: copiesOfAll(known.map((each) => figures.left(each))),
      downloads: { active: admission.activeCount, waiting: admission.waitingCount, limit: admission.limit || null },
    };
  }

  async secondaries(): Promise<SecondariesAnswer> {
    const { registry, figures } = this.central;
    return { secondaries: registry.secondaries.sorted().map((each) => secondaryAnswerOf(each, figures)) };
  }

  async throughput({ samples }: ThroughputQuery): Promise<ThroughputAnswer> {
    const secondaries = this.samples.last(samples).map(({ number, sent, received }) => {
      return { number, sent: [...sent], received: [...received] };
    });
    return { interval: SAMPLE_MS / 1000, until: this.sampledAt, secondaries };
  }

  async files(query: FilesQuery): Promise<FilesAnswer | NotDone> {
    return notListed(this.central) ?? this.pages.page(query);
  }

  async folderEntries(folder: string, query: FolderQuery): Promise<FolderAnswer | NotDone | null> {
    return notListed(this.central) ?? this.folders.page(folder, query);
  }

  async file(name: string): Promise<DetailedFileAnswer | NotDone | null> {
    const { catalogue, sources } = this.central.registry;
    const file = catalogue.get(name);
    return file ? detailedFileOf(file, sources) : notListed(this.central);
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
  async statistics({ of, sort, order, limit, cursor }: StatisticsQuery): Promise<StatisticsAnswer> {
    const place = placeBefore(cursor);
    const after = place && { name: place[1], downloads: place[0] ?? 0 };
    const rows = await this.central.deps.store.downloadPage(of, { sort, order }, after, limit + 1);
    return cutPage(rows, limit, ({ name, downloads }) => [sort === "name" ? null : downloads, name]);
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
export function secondaryAnswerOf(secondary: SecondaryView, directory: FiguresDirectory): SecondaryAnswer {
  const { number, address, http, fileCount, copies, accusationCount } = secondary;
  const figures = directory.of(number);
  const { bytes, seconds } = directory.left(secondary);
  return {
    number,
    address: formatAddress(address),
    http: http && { host: http.host, port: http.port, tls: http.tls },
    state: stateOf(secondary),
    reason: englishOrNull(reasonOf(secondary)),
    files: fileCount,
    copies: {
      pending: copies.pendingCount,
      ...{ bytes, seconds },
      obstructed: copies.obstacleCount,
      obstacle: english(copies.firstObstacle) || null,
    },
    accusations: accusationCount,
    room: figures.room,
    rates: figures.isKnown ? figures.rates : null,
    repairs: figures.repairs,
  };
}

/** `place`: of one that waits. */
function downloadAnswerOf(
  entry: AdmittedDownload,
  place: { readonly position: number; readonly estimate: number | null } | undefined,
  now: number,
): DownloadsAnswer["downloads"][number] {
  const { download, client, name, id, size, startedAt } = entry;
  return {
    ...{ download, client, name, id, size, ...progressOf(entry) },
    ...phaseOf(startedAt, now),
    position: place?.position ?? null,
    estimate: place?.estimate ?? null,
  };
}
