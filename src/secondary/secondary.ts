import { join } from "node:path";
import type { Hashing } from "../hashing/hashing.ts";
import { type Address, formatAddress, isWildcard } from "../net/address/address.ts";
import type { Network } from "../net/transport/network.ts";
import { type Cancel, type Clock, delay, every } from "../platform/clock.ts";
import type { BatchDisk } from "../platform/disk/batch-disk.ts";
import type { Disk } from "../platform/disk/disk.ts";
import { FileSummaries } from "../platform/log/file-summary.ts";
import type { Log } from "../platform/log/log.ts";
import { LogLimiter } from "../platform/log/log-limiter.ts";
import { type Random, uniqueId } from "../platform/random.ts";
import { plural } from "../platform/units.ts";
import { MAX_BATCH } from "../protocol/fields.ts";
import type { Report } from "../protocol/messages/client.ts";
import type { KeptFile } from "../protocol/messages/kept.ts";
import type { ConnectionHost } from "../transfer/connection/messages.ts";
import { CentralLink } from "./central-link.ts";
import { ConflictOrders } from "./changes/conflict-orders.ts";
import { RemovalOrders } from "./changes/removal-orders.ts";
import { type DescriptorShares, PLENTY } from "./descriptor-shares.ts";
import { FileIndex } from "./file-index.ts";
import { FolderGuard } from "./folder/folder-guard.ts";
import { STAGING_FOLDER } from "./folder/marker.ts";
import { FolderAvailability } from "./folder-availability.ts";
import { FolderSummary } from "./folder-summary.ts";
import { type IndexChange, type IndexedFile, toHeldFile, toHeldFiles } from "./index/file-record.ts";
import { KeptStorage, type KeptVersion } from "./kept/kept-storage.ts";
import { restore } from "./kept/restore.ts";
import type { RemoteStore } from "./remote-store.ts";
import { Repairs } from "./repair/repairs.ts";
import { copyCentral } from "./replication/copy-central.ts";
import { describeProgress } from "./replication/copy-progress.ts";
import { localContentOf } from "./replication/local/local-content.ts";
import { PlacementFinder } from "./replication/placement/placement-finder.ts";
import { cleanStagingFolder } from "./replication/placement/staging-cleanup.ts";
import { StagingFolders } from "./replication/placement/staging-folders.ts";
import { Replicator } from "./replication/replicator.ts";
import { ReportRelay } from "./report-relay.ts";
import { DescriptorCache } from "./serving/descriptor-cache.ts";
import { LocalPieceStore } from "./serving/local-piece-store.ts";
import { PartialFiles } from "./serving/partial-files.ts";
import { PieceServer } from "./serving/piece-server.ts";
import { smallFilesOf } from "./serving/small-files.ts";

/** Milliseconds for copies and repairs to end when it stops. */
const STOP_TIMEOUT_MS = 800;
/** Milliseconds between lines about copies that take long. */
const PROGRESS_INTERVAL_MS = 5000;

export interface SecondaryDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly network: Network;
  readonly log: Log;
  readonly store: RemoteStore;
  readonly hashing: Hashing;
  readonly lanes: ConnectionHost;
  /** Where bundles of small files are copied. */
  readonly bundles: ConnectionHost;
}

export interface SecondaryOptions {
  readonly number: number;
  readonly address: Address;
  readonly central: Address;
  /** The shared folder. */
  readonly folder: string;
  /** Whether this folder is to be shared whatever was shared before. */
  readonly adoptFolder: boolean;
  /** What peers and clients are told to connect to; null: where this secondary listens. */
  readonly advertise: { readonly host: string; readonly port: number | null } | null;
  /** For how many days a file that leaves the shared folder is kept; 0: not at all. */
  readonly keep: number;
  /** Whether copies that take long are told of in the log. */
  readonly narrate: boolean;
  /** Absent: plenty. */
  readonly shares?: DescriptorShares;
}

/** The data plane on one machine: shares a folder, copies what others have, serves pieces. */
export class Secondary {
  readonly index: FileIndex;
  readonly replicator: Replicator;
  readonly server: PieceServer;
  readonly kept: KeptStorage;
  private readonly link: CentralLink;
  private readonly descriptors: DescriptorCache;
  private readonly partialFiles: PartialFiles;
  private readonly staging: StagingFolders;
  private readonly placements: PlacementFinder;
  private readonly repairs: Repairs;
  private readonly fileSummary: FileSummaries;
  private readonly summary: FolderSummary;
  private readonly removals: RemovalOrders;
  private readonly conflicts: ConflictOrders;
  private readonly reports: ReportRelay;
  private readonly limitedLog: LogLimiter;
  private readonly guard: FolderGuard;
  private readonly availability: FolderAvailability;
  private readonly stagingFolder: string;
  private port = 0;
  /** Settled once all names are given up that were to be, and orders are taken in that came since. */
  private orders: Promise<void> = Promise.resolve();
  private cancelProgress: Cancel = () => {};

  constructor(
    private readonly deps: SecondaryDeps,
    private readonly options: SecondaryOptions,
  ) {
    const { disk, batches, clock, log, store, hashing, random, network, lanes, bundles } = deps;
    const { folder, number, shares = PLENTY } = options;
    this.stagingFolder = join(folder, STAGING_FOLDER);
    this.limitedLog = new LogLimiter(log, clock);
    this.guard = new FolderGuard({ ...deps, folder, number, adopt: options.adoptFolder });
    const { guard } = this;
    const workshopOf = (name: string) => this.workshopOf(name);
    this.kept = new KeptStorage(
      { ...deps, guard, stagingOf: workshopOf },
      { share: folder, stagingName: STAGING_FOLDER, days: options.keep },
    );
    this.index = new FileIndex({ disk, batches, clock, random, log, guard, store, hashing, kept: this.kept });
    this.descriptors = new DescriptorCache({ disk, clock, index: this.index, limit: shares.served });
    this.partialFiles = new PartialFiles(disk);
    this.staging = new StagingFolders({
      clock,
      disk,
      root: () => this.index.root,
      clean: (staging) => this.sweep(staging),
    });
    this.placements = new PlacementFinder({
      batches,
      index: this.index,
      staging: this.staging,
      demand: () => guard.requirePresent(),
    });
    this.fileSummary = new FileSummaries(clock, log);
    const isRepaired = (name: string) => this.repairs.isRepairing(name);
    this.summary = new FolderSummary({
      summary: this.fileSummary,
      index: this.index,
      isKept: (id) => this.kept.has(id),
      isRepairing: isRepaired,
    });
    const present = (file: IndexedFile) => this.link.present(toHeldFile(file));
    this.conflicts = new ConflictOrders({
      log,
      limitedLog: this.limitedLog,
      index: this.index,
      summary: this.summary,
      present,
    });
    this.removals = new RemovalOrders({
      log: this.limitedLog,
      store,
      index: this.index,
      summary: this.summary,
      folderIsThere: () => guard.checkPresent(),
      withdraw: (name) => {
        this.replicator.withdraw([name]);
        this.repairs.withdraw(name);
      },
      acknowledge: (serial) => this.link.removed(serial),
      present,
    });
    this.link = new CentralLink(deps, { central: options.central, number, instance: uniqueId(random) }, this.handler());
    this.reports = new ReportRelay({ clock, random, log, store, send: (report) => this.link.report(report) });
    this.replicator = new Replicator({
      clock,
      random,
      disk,
      batches,
      log,
      lanes,
      bundles,
      hasher: hashing,
      partialFiles: this.partialFiles,
      content: localContentOf(this.index, this.kept, () => this.repairs),
      shares,
      number,
      folder: {
        findPlacements: (names) => this.placements.find(names),
        freeSpace: (staging, bytes) => this.kept.freeSpace(bytes, staging),
        install: (files, logCopied) => this.summary.duringInstall(files, logCopied, () => this.index.install(files)),
        isPartNeeded: (id) => this.repairs.isPartNeeded(id),
      },
      central: copyCentral(this.link, guard),
      serving: {
        piecesAdded: (id, pieces) => this.server.piecesAdded(id, pieces),
        availabilityChanged: () => this.server.availabilityChanged(),
      },
    });
    this.repairs = new Repairs({
      ...deps,
      index: this.index,
      files: this.descriptors,
      number,
      staging: this.stagingFolder,
      stagingFor: workshopOf,
      guard,
      central: this.link,
    });
    const serving = {
      clock,
      disk,
      log,
      pieces: new LocalPieceStore({
        guard,
        descriptors: this.descriptors,
        partialFiles: this.partialFiles,
        expects: (id) => this.replicator.isExpecting(id),
      }),
      smallFiles: smallFilesOf(this.index, batches, this.guard),
      served: (download: string, name: string) => this.tolerate(store.countServed(download, name)),
      keepReport: (report: Report) => this.reports.accept(report),
    };
    this.server = new PieceServer(network, serving, shares.connections);
    this.availability = new FolderAvailability({
      clock,
      log,
      guard,
      loadFiles: () => this.loadFiles(),
      reloadFiles: async () => {
        await this.sweep(this.stagingFolder);
        this.replicator.resume();
        await this.index.resume();
      },
      suspend: () => {
        this.index.pause();
        this.replicator.suspend();
        this.descriptors.invalidateAll();
      },
      notify: (reason) => this.link.shares(reason),
    });
  }

  /** Why the shared folder is not shared now; null when it is. */
  get missing(): string | null {
    return this.availability.reason;
  }

  get connected(): boolean {
    return this.link.connected;
  }

  /** Listens, reads the folder if it is there, and then registers. Throws ListenError, FolderRefused or DiskError. */
  async start(): Promise<void> {
    const { log, clock } = this.deps;
    const { address, number, folder } = this.options;
    await this.guard.open();
    await this.removals.load();
    this.port = await this.server.start(address);
    const where = formatAddress({ ...address, port: this.port });
    log.info("listening", `secondary ${number} shares ${folder} on ${where}`, {
      ip: address.host,
      port: this.port,
      number,
    });
    this.index.listen((changes) => this.changed(changes));
    await this.availability.start();
    if (this.options.narrate) this.cancelProgress = every(clock, PROGRESS_INTERVAL_MS, () => this.tellProgress());
    this.link.start();
  }

  /** The folder is there for the first time. */
  private async loadFiles(): Promise<void> {
    const { log } = this.deps;
    await this.repairs.start();
    await this.sweep(this.stagingFolder);
    await this.kept.start();
    await this.index.start();
    const { count } = this.index;
    this.summary.initialScanDone();
    log.info("scanned", `${plural(count, "file")} in ${this.options.folder}`, { files: count });
  }

  /** Resolves once nothing is under way that writes to the folder or the store, or after a moment. */
  async stop(): Promise<void> {
    this.cancelProgress();
    this.link.stop();
    this.server.stop();
    this.removals.stop();
    const ended = Promise.all([this.repairs.stop(), this.replicator.stop()]);
    // What reads a large file again for longer than that is ended with the hasher: it has nothing to save.
    await Promise.race([ended, delay(this.deps.clock, STOP_TIMEOUT_MS)]);
    await this.index.stop();
    await this.kept.stop();
    this.fileSummary.flush();
    this.descriptors.close();
    await this.guard.stop();
  }

  /** Puts back the newest kept file of a name, or of one of its versions. Rejects with an Error that says why it cannot. */
  restore(name: string, version: KeptVersion): Promise<KeptFile> {
    return restore({ ...this.deps, kept: this.kept, index: this.index }, name, version);
  }

  private handler(): ConstructorParameters<typeof CentralLink>[2] {
    return {
      location: () => this.location(),
      lastRemoval: () => this.removals.position,
      files: () => toHeldFiles(this.index.files()),
      registered: (epoch) => this.registered(epoch),
      agreed: (files) => void this.index.applyAgreed(files),
      conflict: (order) => this.inOrder(async () => this.guard.isPresent && this.conflicts.carryOut(order)),
      fetch: (order) => this.inOrder(() => this.replicator.order(order)),
      withdraw: (names) => this.inOrder(() => this.replicator.withdraw(names)),
      // One that is not heard now comes again when the folder is there again.
      remove: (order) => void (this.guard.isPresent && this.removals.add(order)),
      sources: (name, id, sources, superseded) => {
        this.replicator.sourcesChanged(name, id, sources, superseded);
        this.repairs.sourcesChanged(name, id, sources);
      },
      suspect: (order) => this.guard.isPresent && this.repairs.requestVerification(order),
      kept: ({ request, name, before }) => {
        const files = this.kept.list(before, MAX_BATCH + 1, name);
        this.link.keeping({ request, files: files.slice(0, MAX_BATCH), more: files.length > MAX_BATCH });
      },
      restore: ({ request, name, id }) => {
        this.restore(name, { id }).then(
          () => this.link.restored(request, null),
          (error: Error) => this.link.restored(request, error.message),
        );
      },
      counted: (download) => void this.reports.acknowledged(download),
      lost: () => {
        this.replicator.centralLost();
        this.reports.connectionDown();
      },
    };
  }

  private location(): { host: string | null; port: number } {
    const { advertise, address } = this.options;
    if (advertise) return { host: advertise.host, port: advertise.port ?? this.port };
    return { host: isWildcard(address.host) ? null : address.host, port: this.port };
  }

  private registered(epoch: string): void {
    this.tolerate(this.removals.setEpoch(epoch));
    this.replicator.centralRegistered();
    this.reports.connectionUp();
  }

  private changed(changes: readonly IndexChange[]): void {
    this.repairs.filesChanged(changes);
    this.summary.changed(changes);
    for (const change of changes) {
      if (change.kind === "present") this.link.present(toHeldFile(change.file));
      else this.link.gone(change.name);
    }
  }

  /** Something is stored without anybody waiting for it: that it cannot be is told, and what follows goes on. */
  private tolerate(stored: Promise<unknown>): void {
    stored.catch((error: Error) => this.limitedLog.error("store-failed", `cannot store: ${error.message}`));
  }

  /** Removes what earlier runs left in a staging folder. */
  private sweep(staging: string): Promise<void> {
    return cleanStagingFolder(this.deps, staging, (name) => this.repairs.isPartNeeded(name));
  }

  /** What is ordered after names were to be given up may need them: it is done when they are. Orders stay in their order. */
  private inOrder(work: () => unknown): void {
    this.orders = this.orders.then(async () => {
      await work();
    });
  }

  /** The work folder on the file system where a file is. */
  private async workshopOf(name: string): Promise<string> {
    const { staging, index } = this;
    return (await staging.isSingle()) ? staging.main : staging.folderFor(await index.nearestFolder(name));
  }

  private tellProgress(): void {
    for (const copy of this.replicator.progress()) {
      const { name, size, doneBytes } = copy;
      this.deps.log.info("copying", describeProgress(copy), { name, size, done: doneBytes });
    }
  }
}
