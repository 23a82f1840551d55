import type { WebAddress } from "../http/server/web-address.ts";
import { formatAddress, isWildcard } from "../net/address/address.ts";
import { type Cancel, NOTHING_TO_CANCEL, within } from "../platform/clock.ts";
import { FileSummaries } from "../platform/log/file-summary.ts";
import { LogLimiter } from "../platform/log/log-limiter.ts";
import { beatOf } from "../platform/process/beat.ts";
import { uniqueId } from "../platform/random.ts";
import { plural } from "../platform/units.ts";
import type { KeptFile } from "../protocol/messages/kept.ts";
import { englishOrNull, type Told } from "../sentences/sentence.ts";
import { assembleDigests, type Digests } from "./assembly/digests.ts";
import { assembleFigures, type Figures } from "./assembly/figures.ts";
import { assembleFolder, type Folder } from "./assembly/folder.ts";
import { assembleHttp, type HttpSources } from "./assembly/http.ts";
import { assembleOrders, type Orders } from "./assembly/orders.ts";
import { assembleReplication } from "./assembly/replication.ts";
import { assembleServing } from "./assembly/serving.ts";
import { assembleUploads } from "./assembly/uploads.ts";
import { CentralLink, type Location } from "./central/central-link.ts";
import { KnownRevocations } from "./central/known-revocations.ts";
import { ReportRelay } from "./central/report-relay.ts";
import type { DigestProgress } from "./digests/digest-maker.ts";
import type { DiskRoom } from "./figures/disk-room.ts";
import type { FileIndex } from "./file-index.ts";
import { FolderAvailability } from "./folder-availability.ts";
import { FolderSummary } from "./folder-summary.ts";
import { type IndexChange, toHeldFile } from "./index/file-record.ts";
import type { KeptSelector, KeptStorage } from "./kept/kept-storage.ts";
import { restore } from "./kept/restore.ts";
import { Repairs } from "./repair/repairs.ts";
import { describeProgress } from "./replication/copy-progress.ts";
import type { Replicator } from "./replication/replicator.ts";
import type { SecondaryDeps, SecondaryOptions } from "./secondary-deps.ts";
import { DescriptorCache } from "./serving/descriptor-cache.ts";
import { PartialFiles } from "./serving/partial-files.ts";
import type { PieceServer } from "./serving/piece-server.ts";
import { StoreFailures } from "./store-failures.ts";
import { HalfUploads } from "./uploads/half-uploads.ts";
import type { Uploads } from "./uploads/uploads.ts";

/** Milliseconds for copies and repairs to end when it stops: a service manager is promised an end within a second. */
const STOP_TIMEOUT_MS = 800;
/** Milliseconds between lines about copies that take long. */
const PROGRESS_INTERVAL_MS = 6000;

/** The data plane on one machine: shares a folder, copies what others have, serves pieces. */
export class Secondary {
  readonly server: PieceServer;
  readonly replicator: Replicator;
  readonly httpSources: HttpSources;
  private readonly link: CentralLink;
  private readonly folder: Folder;
  private readonly fileSummaries: FileSummaries;
  private readonly summary: FolderSummary;
  private readonly descriptors: DescriptorCache;
  private readonly repairs: Repairs;
  private readonly uploads: Uploads;
  private readonly digests: Digests;
  private readonly figures: Figures;
  private readonly orders: Orders;
  private readonly revocations: KnownRevocations;
  private readonly availability: FolderAvailability;
  /** Whether all files of the folder are known. */
  private loaded = false;
  private port = 0;
  private stopped = false;
  private http: WebAddress | null = null;
  private cancelProgress: Cancel = NOTHING_TO_CANCEL;

  /** Each part is made from those above it. */
  constructor(
    outer: SecondaryDeps,
    private readonly options: SecondaryOptions,
  ) {
    const folder = assembleFolder(outer, options);
    const { deps, guard, index, kept } = folder;
    const { clock, disk, log, random } = deps;
    const { number, central, shares } = options;
    const limitedLog = new LogLimiter(log, clock);
    const storeFailures = new StoreFailures(limitedLog);
    const link = new CentralLink(deps, { central, number, instance: uniqueId(random) });
    const descriptors = new DescriptorCache({ disk, clock, index, ...(shares && { limit: shares.openFiles }) });
    const partialFiles = new PartialFiles(disk);
    const repairs = new Repairs({
      ...{ ...deps, number, index, files: descriptors, central: link },
      records: folder.repairRecords,
      stagingFor: folder.stagingFor,
    });
    this.fileSummaries = new FileSummaries(clock, log);
    const summary = new FolderSummary({
      ...{ summary: this.fileSummaries, index },
      isKept: (id) => kept.has(id),
      isRepairing: (name) => repairs.isRepairing(name),
    });
    const halves = new HalfUploads(deps);
    const replicator = assembleReplication(deps, options, { folder, summary, repairs, link, partialFiles, halves });
    const uploads = assembleUploads(deps, options, { folder, halves, replicator });
    const reports = new ReportRelay({ ...deps, send: (report) => link.report(report) });
    const serving = { folder, descriptors, partialFiles, replicator, reports, storeFailures, uploads, served: this };
    this.server = assembleServing(deps, options, serving);
    const missing = () => englishOrNull(this.missing);
    const http = { folder, descriptors, storeFailures, missing: () => this.missing, loaded: () => this.loaded };
    this.httpSources = assembleHttp(deps, options, http);
    const digests = assembleDigests(deps, options, { folder, repairs, link });
    this.figures = assembleFigures(deps, options, { link, served: this, kept, replicator, repairs, uploads, missing });
    const revocations = new KnownRevocations({ ...deps, storeFailures });
    this.orders = assembleOrders(deps, {
      ...{ folder, link, summary, repairs, replicator, reports, revocations, digests, limitedLog },
      figures: this.figures.teller,
      location: () => this.location(),
      restore: (name, version) => this.restore(name, version),
    });
    this.availability = new FolderAvailability({
      ...deps,
      guard,
      loadFiles: () => this.loadFiles(),
      reloadFiles: () => this.reloadFiles(),
      suspend: () => this.suspend(),
      notify: (reason) => link.shares(reason),
    });
    this.link = link;
    this.revocations = revocations;
    this.folder = folder;
    this.descriptors = descriptors;
    this.repairs = repairs;
    this.uploads = uploads;
    this.digests = digests;
    this.summary = summary;
    this.replicator = replicator;
  }

  private get deps(): SecondaryDeps {
    return this.folder.deps;
  }

  get index(): FileIndex {
    return this.folder.index;
  }

  get kept(): KeptStorage {
    return this.folder.kept;
  }

  /** Why the shared folder is not shared now; null when it is. */
  get missing(): Told | null {
    return this.availability.reason;
  }

  get repairCounts(): Repairs["counts"] {
    return this.repairs.counts;
  }

  /** On the disk of the shared folder. */
  get room(): DiskRoom {
    return this.figures.room;
  }

  /** The digests that are still to be made. */
  get digestProgress(): DigestProgress {
    return this.digests.maker?.progress ?? { files: 0, bytes: 0 };
  }

  get connected(): boolean {
    return this.link.connected;
  }

  /**
   * Listens, reads the folder if it is there, and then registers. `http`: where it answers HTTP already. Throws
   * ListenError, FolderRefused or DiskError.
   */
  async start(http: WebAddress | null = null): Promise<void> {
    this.http = http;
    const { log, clock } = this.deps;
    const { address, number, folder, narrate } = this.options;
    await this.folder.guard.open();
    await this.orders.removals.load();
    await this.revocations.load();
    this.port = await this.server.start(address);
    if (this.stopped) return;
    const { port } = this;
    const where = formatAddress({ ...address, port });
    log.info("listening", `secondary ${number} shares ${folder} on ${where}`, { ip: address.host, port, number });
    this.index.listen((changes) => this.filesChanged(changes));
    await this.availability.start();
    if (this.stopped) return;
    if (narrate) this.cancelProgress = beatOf(clock).every(PROGRESS_INTERVAL_MS, () => this.logProgress());
    this.figures.teller.start();
    this.uploads.start();
    this.link.start(this.orders.all);
  }

  /** Resolves once nothing is under way that writes to the folder or the store, or after a moment. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelProgress();
    this.figures.teller.stop();
    this.link.stop();
    this.server.stop();
    this.orders.removals.stop();
    this.availability.stop();
    this.revocations.stop();
    const ended = Promise.all([
      this.repairs.stop(),
      this.replicator.stop(),
      this.digests.maker?.stop(),
      this.uploads.stop(),
    ]);
    // A large file may be read for longer than that: it ends with the hasher, and there is nothing of it to save.
    await within(this.deps.clock, STOP_TIMEOUT_MS, ended);
    await this.index.stop();
    await this.kept.stop();
    this.fileSummaries.flush();
    this.descriptors.close();
    await this.folder.guard.stop();
  }

  /**
   * Puts back the newest kept file of a name, or of one of its versions. Rejects with an Error that says why it cannot.
   */
  restore(name: string, version: KeptSelector): Promise<KeptFile> {
    return restore({ ...this.deps, kept: this.kept, index: this.index }, name, version);
  }

  /** The folder is there for the first time. */
  private async loadFiles(): Promise<void> {
    const { folder, index, repairs, replicator, summary } = this;
    await repairs.start();
    await folder.cleanStaging();
    await folder.kept.start(folder.stagingFor);
    // It may have been away since the start of the process: then copies are suspended.
    replicator.resume();
    this.uploads.resume();
    await index.start();
    this.loaded = true;
    summary.initialScanDone();
    this.digests.maker?.resume();
    this.deps.log.info("scanned", `${plural(index.count, "file")} in ${this.options.folder}`, { files: index.count });
  }

  /** The folder is there again. */
  private async reloadFiles(): Promise<void> {
    await this.folder.cleanStaging();
    this.replicator.resume();
    this.uploads.resume();
    await this.index.resume();
    this.digests.maker?.resume();
  }

  /** The folder is not there any more. */
  private suspend(): void {
    this.index.pause();
    this.digests.maker?.suspend();
    this.replicator.suspend();
    void this.uploads.suspend();
    this.descriptors.invalidateAll();
  }

  private location(): Location {
    const { port, http, options } = this;
    const { advertise, address } = options;
    const reached = (host: string) => advertise?.host ?? (isWildcard(host) ? null : host);
    return {
      host: reached(address.host),
      port: advertise?.port ?? port,
      http: http && { ...http, host: reached(http.host) },
    };
  }

  private filesChanged(changes: readonly IndexChange[]): void {
    this.repairs.filesChanged(changes);
    this.summary.changed(changes);
    this.digests.maker?.filesChanged(changes);
    for (const change of changes) {
      if (change.kind === "gone") this.link.gone(change.name);
      else this.link.present(toHeldFile(change.file));
    }
  }

  private logProgress(): void {
    for (const copy of this.replicator.progress()) {
      const { name, size, doneBytes } = copy;
      this.deps.log.info("copying", describeProgress(copy), { name, size, done: doneBytes });
    }
  }
}
