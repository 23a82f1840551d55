import { afterEach, beforeEach, describe, expect, type Mock, spyOn, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { Central } from "../../src/central/central.ts";
import { CENTRAL_STORE } from "../../src/central/remote-store.ts";
import { CentralStore } from "../../src/central/store.ts";
import { CentralSession } from "../../src/client/central-session.ts";
import { DownloadQueue } from "../../src/client/downloads/download-queue.ts";
import { inlineHashing } from "../../src/hashing/hasher-client.ts";
import type { Channel } from "../../src/net/session/channel.ts";
import { openChannel } from "../../src/net/session/open-channel.ts";
import { systemBlockingDisk } from "../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { MIB } from "../../src/platform/units.ts";
import { DescriptorTable } from "../../src/platform/workers/descriptor-table.ts";
import type { Message } from "../../src/protocol/messages/messages.ts";
import type { Role } from "../../src/protocol/messages/session.ts";
import { Bitmap } from "../../src/protocol/versions/bitmap.ts";
import { CentralLink, type CentralLinkHandler } from "../../src/secondary/central/central-link.ts";
import { PieceServer } from "../../src/secondary/serving/piece-server.ts";
import type { PieceStore } from "../../src/secondary/serving/piece-store.ts";
import { inlineConnections } from "../../src/transfer/connection/connection-pool.ts";
import type { ConnectionEvent } from "../../src/transfer/connection/messages.ts";
import { Download } from "../../src/transfer/download.ts";
import { bareSink } from "../support/bare-sink.ts";
import { directly } from "../support/directly.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { FakeNetwork } from "../support/fake-network.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type HostileMessage, HostilePeer, hostileMessages, typesFrom } from "../support/hostile.ts";
import { noUploads } from "../support/no-uploads.ts";
import { content } from "../unit/transfer/content.ts";

/** Whatever a peer sends that the protocol allows ends its session at most: nothing throws, on any side. */

const RUNS = { numRuns: 300, endOnFailure: true };
const ID = "a".repeat(64);
const FILE = content(2 * MIB + 9);
const CENTRAL = { host: "central", port: 50_000 };
const SOURCE = { host: "127.0.0.1", port: 50_001 };
/** Never the same twice; the first bytes are known. */
let drawn = 0;
const random = {
  fraction: () => 0.5,
  bytes(length: number) {
    drawn += 1;
    return new Uint8Array(length).map((_, index) => (drawn >> (8 * index)) & 255);
  },
};

let clock: FakeClock;
let network: FakeNetwork;
let closes: Mock<Channel["close"]>;

beforeEach(() => {
  closes = spyOn(channelPrototype(), "close");
});

/** What all channels inherit from. */
function channelPrototype(): Channel {
  const idle = { pause() {}, resume() {}, shutdown() {}, destroy() {} };
  const socket = { remoteHost: "", remotePeer: null, write: () => 0, writeFile: () => 0, ...idle };
  const options = { clock: new FakeClock(), heartbeat, role: "central", side: "accepts" } as const;
  return Object.getPrototypeOf(openChannel(socket, options, { greeted() {}, message() {}, closed() {} }));
}

afterEach(() => {
  closes.mockRestore();
});

function begin(): void {
  clock = new FakeClock();
  network = new FakeNetwork(clock);
  drawn = 0;
  closes.mockClear();
}

/** Lets time pass, while work on disks goes on. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50);
    await Bun.sleep(0);
  }
}

/** Errors of this program that a channel has kept from ending the process. */
function faults(): string[] {
  return closes.mock.calls.flatMap(([{ cause, message }]) => (cause === "fault" ? [String(message)] : []));
}

const heartbeat = { pingAfterMs: 5000, deadAfterMs: 60_000 };
const plain = (message: Message): HostileMessage => ({ message, payload: new Uint8Array(0) });

/** A peer that connects as `role` and attacks the listening side. */
function attack(
  role: "client" | "secondary",
  at: typeof CENTRAL,
  server: "central" | "secondary",
  with_: HostileMessage[],
) {
  const expected = { role: server, address: at };
  const options = { clock, heartbeat, role, side: "connects", expected } as const;
  return network.connect(at, (socket) => new HostilePeer(socket, options, with_).channel.socketEvents);
}

/** A peer that listens as `role` and attacks the connecting side. */
function lurk(role: "central" | "secondary", at: typeof CENTRAL, with_: HostileMessage[]): void {
  const options = { clock, heartbeat, role, side: "accepts" } as const;
  network.listen(at, (socket) => new HostilePeer(socket, options, with_).channel.socketEvents);
}

const messages = (from: Role, to: Role, pools = {}, payloads: Uint8Array[] = []) =>
  fc.array(hostileMessages(typesFrom(from, to), pools, payloads), { maxLength: 25 });

const register = fc.constantFrom(1, 2).map((number): HostileMessage => {
  const instance = String(number).repeat(32);
  return plain({
    type: "register",
    number,
    instance,
    host: "h",
    port: 1,
    epoch: null,
    removal: 0,
    http: null,
  } as Message);
});
const enter = fc.constant(plain({ type: "enter", name: "ana" }));

describe("what a peer may send", () => {
  test("to a central ends its session at most", async () => {
    const secondaryAttacks = fc.array(fc.tuple(register, messages("secondary", "central")), { maxLength: 3 });
    const clientAttacks = fc.array(fc.tuple(enter, messages("client", "central")), { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(secondaryAttacks, clientAttacks, async (secondaries, clients) => {
        begin();
        const store = new CentralStore(":memory:", random);
        const deps = {
          clock,
          random,
          network,
          store: directly(store, CENTRAL_STORE),
          persisted: store.loadState(),
          log: silentLog,
          keys: null,
        };
        const central = new Central(deps, { address: CENTRAL, secondaries: 1, maxDownloads: 1 });
        await central.start();
        for (const [first, rest] of secondaries) void attack("secondary", CENTRAL, "central", [first, ...rest]);
        for (const [first, rest] of clients) void attack("client", CENTRAL, "central", [first, ...rest]);
        await pass(1500);
        central.stop();
        await pass(100);
        store.close();
        expect(faults()).toEqual([]);
      }),
      RUNS,
    );
  });

  test("to a secondary ends its session at most", async () => {
    const file = path.join(temporaryFolder(), "file");
    fs.writeFileSync(file, FILE.bytes);
    const fd = fs.openSync(file, "r");
    const size = FILE.version.size;
    let users = 0;
    const pieces: PieceStore = {
      acquire: async (id) => {
        if (id === ID) throw new Error("the disk is gone");
        if (id !== FILE.version.id) return null;
        users += 1;
        return {
          fd,
          size,
          bitmap: () => new Uint8Array([5]),
          has: (piece) => piece !== 1,
          isIntact: () => true,
          release() {
            users -= 1;
          },
        };
      },
      descriptorsScarce: () => users > 1,
      hashes: async (id) => (id === FILE.version.id ? FILE.hashes : null),
      expects: (id) => id.startsWith("b"),
    };
    const smallFiles = {
      find: (id: string) => (id === ID ? null : { path: file, size: 9, mtimeNs: 0n, inode: 0n }),
      read: async (files: readonly unknown[]) => ({ sizes: files.map(() => null), bytes: new Uint8Array(0) }),
    };
    const pools = { version: [FILE.version.id, ID, "b".repeat(64)] };
    const ids = Buffer.from(FILE.version.id + ID, "hex");
    const peers = fc.array(
      fc.oneof(
        messages("client", "secondary", pools).map((all) => ["client", all] as const),
        messages("secondary", "secondary", pools, [ids]).map((all) => ["secondary", all] as const),
      ),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(peers, async (some) => {
        begin();
        const deps = {
          ...{ clock, disk: systemDisk, log: silentLog, pieces, smallFiles },
          served() {},
          uploads: noUploads,
          storeReport: async ({ download }: { download: string }) => download.startsWith("0"),
        };
        const server = new PieceServer(network, deps, 100);
        await server.start(SOURCE);
        for (const [role, all] of some) void attack(role, SOURCE, "secondary", [...all]);
        await pass(300);
        server.availabilityChanged();
        server.piecesAdded(FILE.version.id, [1]);
        await pass(1500);
        server.stop();
        await pass(1500);
        expect([faults(), users]).toEqual([[], 0]);
      }),
      RUNS,
    );
    fs.closeSync(fd);
  });

  const ownPayloads = [
    new Uint8Array(FILE.hashes),
    new Uint8Array([7]),
    new Uint8Array([2]),
    new Uint8Array(FILE.bytes.subarray(2 * MIB)),
  ];
  const ownPools = { version: [FILE.version.id, ID], request: [0, 1, 2, 3, 4, 5, 6] };

  test("as a source of a download lets it fail at most", async () => {
    const fd = fs.openSync(path.join(temporaryFolder(), "part"), "w+");
    const sink = bareSink(fd, async () => ({ have: new Bitmap(3), unverified: new Bitmap(3) }));
    const opened: HostileMessage = plain({ type: "opened", request: 1, all: true, payload: 0 });
    const hashes: HostileMessage = {
      message: { type: "hashes", request: 2, payload: FILE.hashes.length },
      payload: FILE.hashes,
    };
    const honest = fc.constantFrom([], [opened], [hashes], [opened, hashes]);
    const sources = fc.array(fc.tuple(honest, messages("secondary", "client", ownPools, ownPayloads)), {
      minLength: 1,
      maxLength: 2,
    });
    await fc.assert(
      fc.asyncProperty(sources, async (some) => {
        begin();
        const download = new Download(
          {
            name: "a",
            version: FILE.version,
            download: "0".repeat(32),
            role: "client",
            stallTimeoutMs: 3000,
            copyingSecondary: null,
          },
          {
            clock,
            random,
            connections: inlineConnections({ clock, network, disk: systemBlockingDisk }),
            log: silentLog,
            sink,
          },
          { faultFound() {}, pieceAvailable() {}, noSources() {} },
        );
        const running = download.run();
        for (const [index, [first, rest]] of some.entries()) {
          lurk("secondary", { host: SOURCE.host, port: index + 1 }, [...first, ...rest]);
          download.updateSources([{ number: index + 1, host: SOURCE.host, port: index + 1, partial: false }], false);
        }
        await pass(1000);
        download.stop({ kind: "cancelled" });
        await pass(200);
        await running;
        expect(faults()).toEqual([]);
      }),
      RUNS,
    );
    fs.closeSync(fd);
  });

  test("as a source of small files lets these fail at most", async () => {
    const folder = temporaryFolder();
    const files = [
      { id: FILE.version.id, size: FILE.version.size, modified: 0 },
      { id: ID, size: 9, modified: 0 },
      { id: ID, size: 0, modified: 0 },
    ];
    await fc.assert(
      fc.asyncProperty(messages("secondary", "secondary", ownPools, ownPayloads), async (all) => {
        begin();
        lurk("secondary", SOURCE, all);
        const events: ConnectionEvent[] = [];
        const connection = inlineConnections({ clock, network, disk: systemBlockingDisk }).open((more) =>
          events.push(...more),
        );
        const unnamed = DescriptorTable.of(files.length);
        const spec = { number: 1, address: SOURCE, folder, reach: "real", files, unnamed: unnamed.memory } as const;
        connection.send({ kind: "small-files", spec });
        await pass(500);
        connection.send({ kind: "stop" });
        await pass(100);
        for (const fd of unnamed.drain()) fs.closeSync(fd);
        expect(faults()).toEqual([]);
        expect(events.filter(({ kind }) => kind === "ended")).toHaveLength(1);
      }),
      RUNS,
    );
  });

  test("as a central leaves a secondary's link well", async () => {
    const registered = plain({ type: "registered", epoch: "0".repeat(32), seen: "h", urlKey: null });
    const handler = new Proxy({} as CentralLinkHandler, {
      get: (_target, name) => () => {
        if (name === "location") return { host: null, port: 1 };
        if (name === "lastRemoval") return { epoch: null, serial: 0 };
        return name === "files" ? [] : undefined;
      },
    });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), messages("central", "secondary"), async (honest, all) => {
        begin();
        lurk("central", CENTRAL, honest ? [registered, ...all] : all);
        const deps = { clock, random, network, log: silentLog };
        const link = new CentralLink(deps, { central: CENTRAL, number: 1, instance: "1".repeat(32) });
        link.start(handler);
        await pass(1000);
        link.stop();
        await pass(100);
        expect(faults()).toEqual([]);
      }),
      RUNS,
    );
  });

  test("as a central lets a client's downloads fail at most", async () => {
    const entered = plain({ type: "entered", synchronized: true, missing: "" });
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        messages("central", "client", { unique: ["01", "02", "03"].map((first) => first.padEnd(32, "0")) }),
        async (honest, all) => {
          begin();
          lurk("central", CENTRAL, honest ? [entered, ...all] : all);
          const deps = { clock, random, network, log: silentLog };
          const session = new CentralSession(deps, CENTRAL, "ana", () => {});
          const connections = inlineConnections({ clock, network, disk: systemBlockingDisk });
          const hasher = inlineHashing(systemBlockingDisk, silentLog);
          const downloads = new DownloadQueue({ ...deps, disk: systemDisk, hasher, connections, session });
          session.start();
          const file = path.join(temporaryFolder(), "a");
          const asked = [session.list(), session.status()].map((answer) => answer.catch(() => null));
          const ended = downloads.add({
            ...{ name: "a", destination: { kind: "file", path: file }, force: true, giveUpAfterMs: 1000 },
          });
          await pass(1500);
          void downloads.cancelAll();
          await pass(15_000);
          session.stop();
          await Promise.all([...asked, ended]);
          expect(faults()).toEqual([]);
        },
      ),
      { ...RUNS, numRuns: 60 },
    );
  });
});
