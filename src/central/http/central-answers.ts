import type { CentralApiBackend } from "../../http/api/central-backend.ts";
import type { CentralOrdersBackend } from "../../http/api/central-orders.ts";
import {
  CENTRAL_METHODS,
  type CentralBackend,
  type FoundFile,
  type LocateRefusal,
  type Sources,
  type Target,
} from "../../http/central/backend.ts";
import type { EventsNotice } from "../../http/events/cluster-event.ts";
import { folderPage } from "../../http/listing/folder-page.ts";
import type { ListingPage } from "../../http/listing/listing.ts";
import type { Metrics } from "../../http/metrics/metrics.ts";
import type { Readiness } from "../../http/server/health.ts";
import type { HttpOwner } from "../../http/thread/http-thread.ts";
import type { UploadBackend } from "../../http/uploads/backend.ts";
import type { UploadDesk } from "../../http/uploads/upload-desk.ts";
import type { Clock } from "../../platform/clock.ts";
import type { PieceDigest } from "../../protocol/digests/piece-digests.ts";
import { englishOrNull, say } from "../../sentences/sentence.ts";
import type { FileVersion } from "../versions/file-version.ts";
import { type DigestSource, DigestWait } from "./digest-wait.ts";
import { FileLocator, type FileLocatorDeps, unavailable } from "./file-locator.ts";
import { fileUrl, type UrlQuery } from "./file-url.ts";
import { SourceLoads } from "./source-loads.ts";

/** Files and folders in a page of a listing: some milliseconds' work. */
const PAGE_ENTRIES = 1000;

export interface CentralAnswersDeps extends FileLocatorDeps {
  readonly clock: Clock;
  /** Aborted when the central stops. */
  readonly ended: AbortSignal;
  readonly metrics: Pick<Metrics, "text">;
  readonly api: CentralApiBackend;
  readonly orders: CentralOrdersBackend;
  readonly uploads: UploadBackend & Pick<UploadDesk, "abandoned">;
  /** There is somebody to whom events can be passed on. */
  listened(publish: (notice: EventsNotice) => void): void;
  readonly digests: DigestSource;
  readonly urlQuery: UrlQuery;
}

/** What a central answers to its HTTP thread. */
export class CentralAnswers implements CentralBackend, HttpOwner<CentralBackend> {
  readonly backend: CentralBackend = this;
  readonly methods = CENTRAL_METHODS;
  private readonly locator: FileLocator;
  private readonly waiting: DigestWait;
  private readonly loads = new SourceLoads();

  readonly status: CentralApiBackend["status"] = () => this.deps.api.status();
  readonly secondaries: CentralApiBackend["secondaries"] = () => this.deps.api.secondaries();
  readonly throughput: CentralApiBackend["throughput"] = (query) => this.deps.api.throughput(query);
  readonly files: CentralApiBackend["files"] = (query) => this.deps.api.files(query);
  readonly folderEntries: CentralApiBackend["folderEntries"] = (...args) => this.deps.api.folderEntries(...args);
  readonly file: CentralApiBackend["file"] = (name) => this.deps.api.file(name);
  readonly downloads: CentralApiBackend["downloads"] = (query) => this.deps.api.downloads(query);
  readonly statistics: CentralApiBackend["statistics"] = (query) => this.deps.api.statistics(query);
  readonly kept: CentralApiBackend["kept"] = (query) => this.deps.api.kept(query);

  readonly remove: CentralOrdersBackend["remove"] = (...args) => this.deps.orders.remove(...args);
  readonly restore: CentralOrdersBackend["restore"] = (...args) => this.deps.orders.restore(...args);
  readonly forget: CentralOrdersBackend["forget"] = (...args) => this.deps.orders.forget(...args);
  readonly limit: CentralOrdersBackend["limit"] = (...args) => this.deps.orders.limit(...args);

  readonly possibleUpload: UploadBackend["possibleUpload"] = (wanted) => this.deps.uploads.possibleUpload(wanted);
  readonly beginUpload: UploadBackend["beginUpload"] = (wanted) => this.deps.uploads.beginUpload(wanted);
  readonly sendUpload: UploadBackend["sendUpload"] = (...args) => this.deps.uploads.sendUpload(...args);
  readonly endUpload: UploadBackend["endUpload"] = (upload) => this.deps.uploads.endUpload(upload);

  constructor(private readonly deps: CentralAnswersDeps) {
    this.locator = new FileLocator(deps);
    this.waiting = new DigestWait(deps.clock, deps.digests, deps.ended);
  }

  async readiness(): Promise<Readiness> {
    return { obstacle: englishOrNull(this.deps.serving.missing()) };
  }

  metrics(): Promise<string> {
    return this.deps.metrics.text();
  }

  async target(name: string, taken: boolean): Promise<Target | LocateRefusal> {
    const located = this.locator.locate(name);
    if (located.kind !== "located") return located;
    const { version, holders } = located;
    const now = this.deps.clock.now();
    const { number, http } = this.loads.leastBusy(holders, version.size, now);
    if (taken) this.loads.add(number, version.size, now);
    return { kind: "target", file: toFound(version), url: fileUrl(http, version, this.deps.urlQuery) };
  }

  async sources(name: string, digests: readonly PieceDigest[]): Promise<Sources | LocateRefusal> {
    const located = this.locator.locate(name);
    if (located.kind !== "located") return located;
    const { version } = located;
    const found = await this.waiting.collect(version, digests);
    if (found.kind !== "collected") return found;
    // Who had it may be gone by now.
    const still = this.locator.locate(name);
    if (still.kind !== "located") return still;
    if (still.version.id !== version.id) return unavailable(say("there is a new version of {name} just now", { name }));
    const urls = still.holders.map(({ http }) => fileUrl(http, version, this.deps.urlQuery));
    return { kind: "sources", file: toFound(version), urls, digests: found.digests };
  }

  async folder(folder: string, start: string): Promise<ListingPage | LocateRefusal> {
    const obstacle = this.locator.obstacleToList();
    if (obstacle) return obstacle;
    const { catalogue, sources } = this.deps.registry;
    const { entries, next } = folderPage((name) => catalogue.from(name), folder, start, PAGE_ENTRIES);
    if (entries.length === 0 && start === "" && folder !== "") return { kind: "no-such-file" };
    const listed = entries.map((entry) => {
      if (entry.kind === "folder") return entry;
      const { id, size, modified, sha256 } = entry.file;
      const file = { id, size, modified, sha256, sources: sources.countHolders(entry.file) };
      return { kind: entry.kind, name: entry.name, file };
    });
    return { entries: listed, next };
  }

  attached(notify: (notice: EventsNotice) => void): void {
    this.deps.listened(notify);
  }

  abandoned(): void {
    this.deps.uploads.abandoned();
  }
}

function toFound({ name, id, size, sha256 }: FileVersion): FoundFile {
  return { name, id, size, sha256 };
}
