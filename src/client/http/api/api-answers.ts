import { FilePages } from "../../../http/api/catalogue/file-pages.ts";
import { FolderEntries } from "../../../http/api/catalogue/folder-entries.ts";
import type {
  DetailedFileAnswer,
  DownloadsAnswer,
  FilesAnswer,
  FolderAnswer,
  SecondariesAnswer,
  StatisticsAnswer,
  StatusAnswer,
} from "../../../http/api/central-answers.ts";
import type { DownloadsQuery, FilesQuery, FolderQuery, StatisticsQuery } from "../../../http/api/central-queries.ts";
import { cutPage, placeBefore } from "../../../http/api/cursor.ts";
import { copiesOfAll } from "../../../http/api/figures/copies-of-all.ts";
import type { ClientApiBackend } from "../../../http/client/api.ts";
import type { Unavailable } from "../../../http/client/refusal.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { SecondaryStatus } from "../../../protocol/messages/client.ts";
import type { CentralSession } from "../../central-session.ts";
import type { Streams } from "../../streaming/streams.ts";
import type { FileOfPage } from "../file-page.ts";
import { orUnavailable } from "../or-unavailable.ts";
import type { ServedCatalogue } from "../served-catalogue.ts";
import type { ClusterSnapshot } from "./client-event-feed.ts";
import { ClusterWatch, type KnownState } from "./cluster-watch.ts";
import { detailedFileOf, downloadAnswerOf, pagedCatalogue, secondaryAnswerOf } from "./shown.ts";

export interface ClientApiDeps {
  readonly clock: Clock;
  readonly version: string;
  readonly session: Pick<CentralSession, "state" | "counts" | "clientName">;
  readonly catalogue: ServedCatalogue;
  readonly streams: Pick<Streams, "list">;
}

/** Answers programs that ask what this client knows of its cluster, and what is read here. Changes nothing. */
export class ClientApiAnswers implements ClientApiBackend {
  private readonly watch: ClusterWatch;
  private readonly pages: FilePages<FileOfPage>;
  private readonly folders: FolderEntries<FileOfPage>;

  constructor(private readonly deps: ClientApiDeps) {
    const { clock, session, catalogue } = deps;
    this.watch = new ClusterWatch(clock, session, catalogue);
    const paged = { clock, catalogue: pagedCatalogue(catalogue) };
    this.pages = new FilePages(paged);
    this.folders = new FolderEntries(paged);
  }

  /** As it is now, as far as that is known without asking anybody; null while nobody listens, and until the central was asked. */
  view(): ClusterSnapshot | null {
    const known = this.watch.state;
    if (!this.watch.isWatching || known === null) return null;
    const { catalogue } = this.deps;
    return {
      missing: missingIn(known),
      lacks: lacksIn(known),
      secondaries: known.kind === "told" ? known.state.secondaries.map(secondaryAnswerOf) : [],
      files: catalogue.age === Number.POSITIVE_INFINITY ? null : catalogue.files,
      downloads: this.ownDownloads(),
    };
  }

  async status(): Promise<StatusAnswer> {
    const { session, catalogue, version } = this.deps;
    const known = await session.state().then(
      (state): KnownState => ({ kind: "told", state }),
      (error: Error): KnownState => ({ kind: "silent", why: error.message }),
    );
    if (known.kind === "told" && known.state.synchronized) await this.whyNoCatalogue();
    const { secondaries, active, waiting } = known.kind === "told" ? known.state : NOTHING_KNOWN;
    const missing = missingIn(known);
    return {
      role: "client",
      version,
      serving: missing === null,
      missing,
      lacks: lacksIn(known),
      files: catalogue.files.length,
      bytes: catalogue.files.bytes,
      secondaries: { known: secondaries.length, present: secondaries.filter(isPresent).length },
      sessions: null,
      rates: null,
      copies: copiesOfAll(secondaries.map(({ left }) => left)),
      downloads: { active, waiting, limit: null },
    };
  }

  async secondaries(): Promise<SecondariesAnswer | Unavailable> {
    return orUnavailable(async () => {
      const { secondaries } = await this.deps.session.state();
      return { secondaries: secondaries.map(secondaryAnswerOf) };
    });
  }

  async files(query: FilesQuery): Promise<FilesAnswer | Unavailable> {
    return (await this.whyNoCatalogue()) ?? this.pages.page(query);
  }

  async folderEntries(folder: string, query: FolderQuery): Promise<FolderAnswer | Unavailable | null> {
    return (await this.whyNoCatalogue()) ?? this.folders.page(folder, query);
  }

  async file(name: string): Promise<DetailedFileAnswer | Unavailable | null> {
    const obstacle = await this.whyNoCatalogue();
    if (obstacle) return obstacle;
    const file = this.deps.catalogue.files.get(name);
    return file && detailedFileOf(file);
  }

  async downloads({ limit }: DownloadsQuery): Promise<DownloadsAnswer> {
    const all = this.ownDownloads();
    return { downloads: all.slice(0, limit), more: all.length > limit };
  }

  async statistics({ of, limit, cursor }: StatisticsQuery): Promise<StatisticsAnswer | Unavailable> {
    const [, after] = placeBefore(cursor) ?? [null, ""];
    return orUnavailable(async () => {
      const { rows, more } = await this.deps.session.counts(of, after);
      return cutPage(rows, limit, ({ name }) => [null, name], more);
    });
  }

  async listened(): Promise<void> {
    this.watch.listened();
  }

  /** Nobody may be told of anything any more. */
  stop(): void {
    this.watch.stop();
  }

  /** The active ones first. */
  private ownDownloads(): DownloadsAnswer["downloads"] {
    const { streams, session, catalogue, clock } = this.deps;
    const now = clock.now();
    const all = streams.list().flatMap((stream) => {
      return downloadAnswerOf(stream, session.clientName, catalogue.files.get(stream.name), now) ?? [];
    });
    return [...all.filter(({ state }) => state === "active"), ...all.filter(({ state }) => state === "waiting")];
  }

  /** Why there is no catalogue; null when there is one of now. While somebody listens, the watch keeps it so. */
  private async whyNoCatalogue(): Promise<Unavailable | null> {
    const { catalogue } = this.deps;
    if (this.watch.isWatching && Number.isFinite(catalogue.age)) return null;
    return orUnavailable(async () => {
      if (catalogue.isRested) await catalogue.refresh();
      return null;
    });
  }
}

const NOTHING_KNOWN = { secondaries: [], active: 0, waiting: 0 } as const;

/** What keeps the cluster from serving this client. */
function missingIn(known: KnownState): string | null {
  if (known.kind === "silent") return known.why;
  return known.state.synchronized ? null : known.state.missing;
}

/** The same for a program; null where the central does not tell it. */
function lacksIn(known: KnownState): StatusAnswer["lacks"] {
  if (known.kind === "silent") return { kind: "central" };
  return known.state.synchronized ? null : (known.state.lacks ?? null);
}

function isPresent({ state }: SecondaryStatus): boolean {
  return state !== "lost" && state !== "disk missing";
}
