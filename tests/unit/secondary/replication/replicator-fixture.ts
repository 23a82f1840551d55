import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { descriptorPath } from "../../../../src/platform/linux/libc.ts";
import { inlineBatches } from "../../../../src/platform/workers/batch-client.ts";
import type { StagedFile } from "../../../../src/secondary/changes/staged-file.ts";
import { AMPLE_SHARES } from "../../../../src/secondary/descriptor-shares.ts";
import type { CopyDestination } from "../../../../src/secondary/replication/ports.ts";
import { Replicator, type ReplicatorDeps } from "../../../../src/secondary/replication/replicator.ts";
import { PartialFiles } from "../../../../src/secondary/serving/partial-files.ts";
import { english } from "../../../../src/sentences/sentence.ts";
import { inlineConnections } from "../../../../src/transfer/connection/connection-pool.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import type { Content } from "../../transfer/content.ts";

/** When all files were modified, in microseconds since 1970. */
export const MODIFIED = 1_000_000_000_123_457;

/** Parts of a replicator that a test replaces. */
export type ReplicatorChanges = Partial<Omit<ReplicatorDeps, "folder"> & CopyDestination>;

/** A replicator on a real folder, over a network in memory. What it installs is put into `installed`. */
export class ReplicatorFixture {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly copies = new PartialFiles(systemDisk);
  readonly installed = new Map<string, Buffer>();
  /** Their modification times, in microseconds since 1970. */
  readonly modificationTimes = new Map<string, number>();
  readonly unfetched: { name: string; reason: string; lasting: boolean }[] = [];
  readonly retried: string[] = [];
  readonly accused: number[] = [];
  /** Versions of which the central is asked for the sources, each name once for each question. */
  readonly watched: string[] = [];
  readonly unwatched: string[] = [];
  /** Pieces of which the readers of a copy were notified. */
  readonly servedPieces: number[] = [];
  availabilityChanges = 0;
  readonly log: string[] = [];
  readonly replicator: Replicator;

  constructor(
    changes: ReplicatorChanges = {},
    readonly root = temporaryFolder(),
  ) {
    fs.mkdirSync(this.staging, { recursive: true });
    const { clock, network } = this;
    const say = (_event: string, message: string) => void this.log.push(message);
    const log = { info: say, warn: say, error: say };
    const connections = inlineConnections({ clock, network, disk: systemBlockingDisk });
    this.replicator = new Replicator({
      clock,
      random: { fraction: () => 0.5, bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) },
      disk: systemDisk,
      batches: inlineBatches(systemBlockingDisk),
      log,
      connections,
      smallFilesConnections: connections,
      hasher: inlineHashing(systemBlockingDisk, log),
      partialFiles: this.copies,
      content: { has: () => false, sources: async () => [], older: async () => null, reportMismatch: async () => {} },
      shares: AMPLE_SHARES,
      number: 9,
      folder: {
        findPlacements: changes.findPlacements ?? (async (names) => names.map(() => ({ staging: this.staging }))),
        freeSpace: changes.freeSpace ?? (async () => 0),
        freeableBytes: async () => 0,
        reach: () => "real",
        isPartNeeded: changes.isPartNeeded ?? (() => false),
        install: changes.install ?? (async (deliveries) => deliveries.map((delivery) => this.install(delivery))),
      },
      central: {
        unfetched: (name, _id, obstacle) =>
          void this.unfetched.push({ name, ...obstacle, reason: english(obstacle.reason) }),
        retry: (names) => void this.retried.push(...names),
        watch: (name) => void this.watched.push(name),
        unwatch: (name) => void this.unwatched.push(name),
        accuse: (_id, _piece, number) => void this.accused.push(number),
      },
      serving: {
        piecesAdded: (_id, pieces) => void this.servedPieces.push(...pieces),
        availabilityChanged: () => {
          this.availabilityChanges += 1;
        },
      },
      ...changes,
    });
  }

  get staging(): string {
    return path.join(this.root, ".redes");
  }

  private install({ name, temp, unnamed }: StagedFile): "installed" {
    this.installed.set(name, fs.readFileSync(unnamed ?? temp));
    const { mtimeNs } = fs.statSync(unnamed === null ? temp : descriptorPath(unnamed), { bigint: true });
    this.modificationTimes.set(name, Number(mtimeNs / 1000n));
    return "installed";
  }

  /** Orders files by their names, each from the same sources. */
  order(files: ReadonlyMap<string, Content>, sources: readonly { number: number; host: string; port: number }[]): void {
    this.replicator.order({
      type: "fetch",
      sources: sources.map(({ number, host, port }) => ({ number, host, port, partial: false })),
      files: [...files].map(([name, { version }]) => ({
        name,
        ...version,
        vector: "",
        edits: "",
        modified: MODIFIED,
        blake3: null,
        sha256: null,
        at: sources.map(({ number }) => number),
      })),
    });
  }
}
