import { expect, test } from "bun:test";
import { silentLog } from "../../../../../src/platform/log/log.ts";
import { DescriptorTable } from "../../../../../src/platform/workers/descriptor-table.ts";
import type { StagedFile } from "../../../../../src/secondary/changes/staged-file.ts";
import type { AdmittedOrders } from "../../../../../src/secondary/replication/copy-admission.ts";
import type { CopyOrder } from "../../../../../src/secondary/replication/copy-order.ts";
import type { SpaceReservation } from "../../../../../src/secondary/replication/placement/disk-space.ts";
import { SmallFilesCopy } from "../../../../../src/secondary/replication/small/small-files-copy.ts";
import type { ConnectionCommand, ConnectionEvent } from "../../../../../src/transfer/connection/messages.ts";

const HASH_BYTES = 32;
const SOURCE = { number: 4, host: "s4", port: 50_004, partial: false };

function order(name: string): CopyOrder {
  const version = { id: name.padEnd(64, "0"), size: 7, vector: "", edits: "", modified: 0, blake3: null, sha256: null };
  return { name, ...version, sources: [SOURCE], triedLocally: false, staging: null };
}

/** A copy of files of seven bytes, and what the thread of its connection is told. */
class Fixture {
  readonly copy: SmallFilesCopy;
  readonly commands: ConnectionCommand[] = [];
  readonly installed: StagedFile[] = [];
  /** Of each request to install files, whether the log gets a line about each. */
  readonly logged: boolean[] = [];
  readonly removed: string[] = [];
  /** Descriptors that were closed on the thread for that, and on the main one. */
  readonly closed: number[] = [];
  readonly closedHere: number[] = [];
  /** The thread that closes files has died. */
  closingFails = false;
  readonly accused: unknown[][] = [];
  readonly receivedBytes: number[] = [];
  /** Events of the log. */
  readonly events: string[] = [];
  released = 0;
  /** Has the orders admitted. */
  admit: (names: readonly string[]) => void = () => {};
  private received: (events: readonly ConnectionEvent[]) => void = () => {};

  constructor(...names: string[]) {
    const orders = names.map(order);
    const admission = Promise.withResolvers<AdmittedOrders<SpaceReservation>>();
    const reservation = {
      release: () => {
        this.released += 1;
      },
    };
    this.admit = (admitted) =>
      admission.resolve({
        orders: orders.filter(({ name }) => admitted.includes(name)),
        staging: "/share/.redes",
        reservation,
      });
    this.copy = new SmallFilesCopy(
      {
        disk: {
          close: async (fd) => void this.closedHere.push(fd),
          remove: async (path) => void this.removed.push(path),
          removeFolder: async (path) => {
            this.removed.push(path);
            return true;
          },
        },
        batches: {
          close: async (table) => {
            if (!this.closingFails) this.closed.push(...new DescriptorTable(table).drain());
          },
        },
        log: { ...silentLog, warn: (event) => void this.events.push(event) },
        connections: {
          open: (received) => {
            this.received = received;
            return { send: (command) => void this.commands.push(command) };
          },
        },
        admission: { admitRemote: () => admission.promise },
        installer: {
          install: async (files, logCopied) => {
            this.installed.push(...files);
            this.logged.push(logCopied);
            return files;
          },
        },
        folder: { reach: () => "real" },
        central: { accuse: (...about) => void this.accused.push(about) },
        events: { received: (bytes) => void this.receivedBytes.push(bytes) },
      },
      SOURCE,
      orders,
      "copy-1",
    );
  }

  get kinds(): string[] {
    return this.commands.map(({ kind }) => kind);
  }

  /** The thread of the connection makes a file without a name. */
  makeUnnamed(place: number, fd: number): void {
    for (const command of this.commands) {
      if (command.kind === "small-files") new DescriptorTable(command.spec.unnamed).put(place, fd);
    }
  }

  tell(...events: ConnectionEvent[]): void {
    this.received(events);
  }
}

const STOPPED: ConnectionEvent = { kind: "ended", end: { cause: "stopped" } };

function stored(...places: number[]): ConnectionEvent {
  const hashes = new Uint8Array(places.length * HASH_BYTES);
  for (const [index, place] of places.entries()) hashes.fill(place + 1, index * HASH_BYTES, (index + 1) * HASH_BYTES);
  return { kind: "stored", places, hashes };
}

const names = (orders: readonly { readonly name: string }[]) => orders.map(({ name }) => name);

test("the files that arrive are installed with their hashes; the others remain, and the folder goes", async () => {
  const fixture = new Fixture("a", "b", "c");
  const run = fixture.copy.run();
  fixture.admit(["a", "b", "c"]);
  await Bun.sleep(0);
  expect(fixture.commands).toMatchObject([
    { kind: "small-files", spec: { address: { host: "s4" }, folder: "/share/.redes/copy-1", files: [{}, {}, {}] } },
  ]);
  fixture.makeUnnamed(0, 30);
  fixture.tell(stored(2, 0), STOPPED);
  const { end, remaining } = await run;
  expect([end.cause, names(remaining)]).toEqual(["stopped", ["b"]]);
  expect(fixture.installed.map(({ name, hashes, temp, unnamed }) => [name, hashes[0], temp, unnamed])).toEqual([
    ["c", 3, "/share/.redes/copy-1/2", null],
    ["a", 1, "/share/.redes/copy-1/0", 30],
  ]);
  expect([fixture.closed, fixture.removed]).toEqual([[30], ["/share/.redes/copy-1/1", "/share/.redes/copy-1"]]);
  expect([fixture.released, fixture.accused, fixture.logged]).toEqual([1, [], [true]]);
  expect(fixture.receivedBytes).toEqual([2 * order("a").size]);
});

test.each([
  ["the thread that closes", false, [[30, 31], []]],
  ["the main thread where that one has died too", true, [[], [30, 31]]],
] as const)("files without a name of a thread that died are closed by %s", async (_, closingFails, closed) => {
  const fixture = new Fixture("a", "b", "c");
  fixture.closingFails = closingFails;
  const run = fixture.copy.run();
  fixture.admit(["a", "b", "c"]);
  await Bun.sleep(0);
  fixture.makeUnnamed(0, 30);
  fixture.makeUnnamed(2, 31);
  fixture.tell({ kind: "ended", end: { cause: "source", message: "a thread broke: out of memory", fault: null } });
  expect(names((await run).remaining)).toEqual(["a", "b", "c"]);
  expect([fixture.closed, fixture.closedHere]).toEqual([[...closed[0]], [...closed[1]]]);
});

test("one that is cancelled before its files are admitted opens no connection, and all of them remain", async () => {
  const fixture = new Fixture("a", "b");
  const run = fixture.copy.run();
  fixture.copy.cancel();
  fixture.admit(["a", "b"]);
  expect(await run).toMatchObject({ end: { cause: "stopped" }, remaining: [{ name: "a" }, { name: "b" }] });
  expect([fixture.commands, fixture.released]).toEqual([[], 1]);
});

test("one of which no file can be put into place opens no connection", async () => {
  const fixture = new Fixture("a", "b");
  const run = fixture.copy.run();
  fixture.copy.withdraw("b");
  fixture.admit(["b"]);
  expect(await run).toEqual({ end: { cause: "stopped" }, remaining: [] });
  expect([fixture.commands, fixture.released]).toEqual([[], 1]);
});

test("one that is cancelled later stops its connection", async () => {
  const fixture = new Fixture("a");
  const run = fixture.copy.run();
  fixture.admit(["a"]);
  await Bun.sleep(0);
  fixture.copy.cancel();
  expect(fixture.kinds).toEqual(["small-files", "stop"]);
  fixture.tell(STOPPED);
  expect(names((await run).remaining)).toEqual(["a"]);
});

test("a file that is withdrawn while it arrives is deleted and not installed, and does not remain", async () => {
  const fixture = new Fixture("a", "b", "c", "d");
  const run = fixture.copy.run();
  fixture.admit(["a", "b", "c", "d"]);
  await Bun.sleep(0);
  fixture.copy.withdraw("a");
  fixture.copy.withdraw("d");
  fixture.tell(stored(0, 1), STOPPED);
  expect(names((await run).remaining)).toEqual(["c"]);
  expect(fixture.installed.map(({ name, hashes }) => [name, hashes[0]])).toEqual([["b", 2]]);
  expect(fixture.removed).toEqual(
    ["0", "2", "3"].map((place) => `/share/.redes/copy-1/${place}`).concat("/share/.redes/copy-1"),
  );
});

test("a source that sends wrong bytes, or breaks the protocol, is accused; one that is gone is not", async () => {
  const accusations: unknown[] = [];
  const events: string[][] = [];
  for (const fault of ["offence", null] as const) {
    const fixture = new Fixture("a", "b");
    const run = fixture.copy.run();
    fixture.admit(["a", "b"]);
    await Bun.sleep(0);
    fixture.tell({ kind: "bad", piece: 1 }, { kind: "ended", end: { cause: "source", message: "is gone", fault } });
    expect(names((await run).remaining)).toEqual(["a", "b"]);
    accusations.push(fixture.accused);
    events.push(fixture.events);
  }
  const wrongBytes = ["b".padEnd(64, "0"), 0, 4];
  expect(accusations).toEqual([[wrongBytes, ["a".padEnd(64, "0"), null, 4]], [wrongBytes]]);
  expect(events).toEqual([["bad-piece", "bad-source"], ["bad-piece"]]);
});
