import fs from "node:fs";
import { Central } from "../../../src/central/central.ts";
import { CENTRAL_STORE } from "../../../src/central/remote-store.ts";
import { CentralStore } from "../../../src/central/store.ts";
import type { Network } from "../../../src/net/transport/network.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { DescriptorTable } from "../../../src/platform/workers/descriptor-table.ts";
import type { HeldFile } from "../../../src/protocol/messages/secondary.ts";
import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import { CentralLink, type CentralLinkHandler } from "../../../src/secondary/central/central-link.ts";
import { PieceServer, type PieceServerDeps } from "../../../src/secondary/serving/piece-server.ts";
import type { PieceStore } from "../../../src/secondary/serving/piece-store.ts";
import { inlineConnections } from "../../../src/transfer/connection/connection-pool.ts";
import type { ConnectionEvent } from "../../../src/transfer/connection/messages.ts";
import { Download } from "../../../src/transfer/download.ts";
import { bareSink } from "../../support/bare-sink.ts";
import { directly } from "../../support/directly.ts";
import { noUploads } from "../../support/no-uploads.ts";
import { FILE, FILE_NAME, SMALL } from "./content.ts";
import type { Scratch } from "./scratch.ts";
import { CENTRAL, SOURCE, type World } from "./world.ts";

/** The parts of the program as they run for real, in a world of a target. */

export interface RunningCentral {
  readonly central: Central;
  stop(): Promise<void>;
}

export async function startCentral(world: World, network: Network): Promise<RunningCentral> {
  const { clock } = world;
  const random = world.random(1);
  const store = new CentralStore(":memory:", random);
  const remote = directly(store, CENTRAL_STORE);
  const deps = { clock, random, network, store: remote, persisted: store.loadState(), log: silentLog, keys: null };
  const central = new Central(deps, { address: CENTRAL, secondaries: 1, maxDownloads: 1 });
  await central.start();
  return {
    central,
    async stop() {
      central.stop();
      await world.pass(100);
      store.close();
    },
  };
}

const HELD: HeldFile = {
  ...{ name: FILE_NAME, id: FILE.version.id, size: FILE.version.size },
  ...{ vector: "", changed: false, edits: "", modified: 0, blake3: null, sha256: null },
};

/** A secondary's session with the central; `called` is told the names of what the central orders. */
export function startLink(
  world: World,
  network: Network,
  number: number,
  called: (order: string) => void = () => {},
): CentralLink {
  const { clock } = world;
  const handler = new Proxy({} as CentralLinkHandler, {
    get: (_target, name) => () => {
      if (name === "location") return { host: SOURCE.host, port: SOURCE.port, http: null };
      if (name === "lastRemoval") return { epoch: null, serial: 0 };
      if (name === "files") return [HELD];
      return called(String(name));
    },
  });
  const instance = number.toString(16).padStart(2, "0").repeat(16);
  const link = new CentralLink(
    { clock, random: world.random(2), network, log: silentLog },
    { central: CENTRAL, number, instance },
  );
  link.start(handler);
  return link;
}

export interface RunningPieceServer {
  readonly server: PieceServer;
  /** Versions that sessions hold open. */
  readonly users: () => number;
}

/** A secondary's data sessions. It holds {@link FILE} and {@link SMALL}, and expects versions that begin with b. */
export async function startPieceServer(
  world: World,
  network: Network,
  scratch: Scratch,
  uploads: PieceServerDeps["uploads"] = noUploads,
): Promise<RunningPieceServer> {
  let users = 0;
  const pieces: PieceStore = {
    async acquire(id) {
      if (id !== FILE.version.id) return null;
      users += 1;
      const release = () => {
        users -= 1;
      };
      const all = { bitmap: () => null, has: () => true, isIntact: () => true };
      return { fd: scratch.served, size: FILE.version.size, ...all, release };
    },
    descriptorsScarce: () => users > 1,
    hashes: async (id) => (id === FILE.version.id ? FILE.hashes : null),
    expects: (id) => id.startsWith("b"),
  };
  const smallFiles = {
    find: (id: string) =>
      id === SMALL.version.id ? { path: scratch.small, size: SMALL.version.size, mtimeNs: 0n, inode: 0n } : null,
    read: async (files: readonly unknown[]) => ({
      sizes: files.map(() => SMALL.version.size),
      bytes: new Uint8Array(Buffer.concat(files.map(() => SMALL.bytes))),
    }),
  };
  const storeReport = async ({ download }: { download: string }) => download.startsWith("0");
  const deps = {
    clock: world.clock,
    disk: systemDisk,
    log: silentLog,
    pieces,
    smallFiles,
    served() {},
    storeReport,
    uploads,
  };
  const server = new PieceServer(network, deps, 100);
  await server.start(SOURCE);
  return { server, users: () => users };
}

export interface RunningDownload {
  readonly download: Download;
  readonly ended: Promise<unknown>;
  /** Whether the bytes of {@link FILE} are where they were to be written. */
  isRight(): boolean;
}

/** A download of {@link FILE}, which has no source yet. */
export function startDownload(world: World, network: Network, scratch: Scratch): RunningDownload {
  const { clock } = world;
  const { size } = FILE.version;
  fs.ftruncateSync(scratch.part, 0);
  fs.ftruncateSync(scratch.part, size);
  const sink = bareSink(scratch.part, async (_hashes, zeros) => ({ have: zeros, unverified: new Bitmap(2) }));
  const spec = {
    ...{ name: FILE_NAME, version: FILE.version, download: "0".repeat(32), role: "client" as const },
    ...{ stallTimeoutMs: 60_000, copyingSecondary: null },
  };
  const connections = inlineConnections({ clock, network, disk: systemBlockingDisk });
  const deps = { clock, random: world.random(3), connections, log: silentLog, sink };
  const download = new Download(spec, deps, { faultFound() {}, pieceAvailable() {}, noSources() {} });
  return {
    download,
    ended: download.run(),
    isRight() {
      const bytes = Buffer.alloc(size);
      fs.readSync(scratch.part, bytes, 0, size, 0);
      return bytes.equals(FILE.bytes);
    },
  };
}

/** A copy of small files, as a secondary makes it: {@link SMALL} and one that nobody has. */
export function startSmallFiles(world: World, network: Network, folder: string) {
  const events: ConnectionEvent[] = [];
  const { clock } = world;
  const connection = inlineConnections({ clock, network, disk: systemBlockingDisk }).open((more) =>
    events.push(...more),
  );
  const files = [
    { id: SMALL.version.id, size: SMALL.version.size, modified: 0 },
    { id: "a".repeat(64), size: 9, modified: 0 },
    { id: SMALL.version.id, size: SMALL.version.size, modified: 1_000_000 },
  ];
  const unnamed = DescriptorTable.of(files.length);
  connection.send({
    kind: "small-files",
    spec: { number: 1, address: SOURCE, folder, reach: "real", files, unnamed: unnamed.memory },
  });
  return { connection, events, unnamed };
}
