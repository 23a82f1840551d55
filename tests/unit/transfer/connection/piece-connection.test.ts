import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Network, Socket } from "../../../../src/net/transport/network.ts";
import { type BlockingDisk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import type { Progress } from "../../../../src/platform/linux/socket-calls.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { pieceHash, pieceLength } from "../../../../src/protocol/versions/version.ts";
import { BufferPool } from "../../../../src/transfer/connection/buffer-pool.ts";
import type { ConnectionEvent } from "../../../../src/transfer/connection/messages.ts";
import { PieceConnection } from "../../../../src/transfer/connection/piece-connection.ts";
import { threadResources } from "../../../../src/transfer/connection/thread-resources.ts";
import type { Background } from "../../../../src/transfer/connection/writing/background-writes.ts";
import type { DirectFile } from "../../../../src/transfer/sinks/sink.ts";
import { createWriteModes } from "../../../../src/transfer/sinks/write-modes.ts";
import { drive } from "../../../support/drive.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork, type LineOptions } from "../../../support/fake-network.ts";
import { FakeWriteQueue } from "../../../support/fake-write-queue.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { ForwardingSocket } from "../../../support/forwarding-socket.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { content, contentOf } from "../content.ts";
import { BLOCK, ScriptedSource, type SourceOptions } from "../scripted-source.ts";

const FILE = content(2 * MIB);

/** For writes past the page cache, which all go to a fake queue. */
const direct99 = (): DirectFile => ({ fd: 99, writeModes: createWriteModes(2) });

/** A socket that tells for how long what came has waited to be read. */
class TellingSocket extends ForwardingSocket {
  constructor(
    socket: Socket,
    private readonly unreadFor: () => number,
  ) {
    super(socket);
  }

  progress(): Progress {
    return { acknowledged: 0, rtt: 1, leastRtt: 1, sinceArrival: this.unreadFor() };
  }
}

/** Where a connection writes, and who else does where the disk is slow. */
interface Destination {
  readonly direct: DirectFile | null;
  readonly journal: number | null;
  readonly background: Background | null;
}

class PieceConnectionFixture {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly file = path.join(temporaryFolder(), "part");
  readonly fd = fs.openSync(this.file, "w+");
  /** Those of the thread that all connections are on. */
  readonly buffers = new BufferPool();
  /** Milliseconds for which the network says that what came has waited to be read. */
  unreadFor = 0;
  private count = 0;

  /** A connection to a new source, begun. By `pollClock` it checks for writes that have ended. */
  async connect(
    options: SourceOptions = {},
    line: Partial<LineOptions> = {},
    disk: BlockingDisk = systemBlockingDisk,
    { direct = null, journal = null, background = null }: Partial<Destination> = {},
    pollClock = this.clock,
    file = FILE,
  ) {
    this.count += 1;
    const source = new ScriptedSource(this.clock, this.network, this.count, file, options);
    this.network.shape(source.address, line);
    const events: ConnectionEvent[] = [];
    const deps = { clock: this.clock, network: this.tellingNetwork(), disk };
    const resources = { ...threadResources({ ...deps, clock: pollClock }), buffers: this.buffers, background };
    const connection = new PieceConnection(deps, resources, (more) => events.push(...more));
    const { number, address } = source;
    const base = {
      number,
      address,
      role: "client",
      id: file.version.id,
      name: "a",
      manifest: false,
      download: null,
    } as const;
    connection.command({ kind: "start", spec: { ...base, file: this.fd, direct, journal } });
    await this.until(() => events.some(({ kind }) => kind === "ready"));
    const fetch = (piece: number, gather = true, hole = false) => {
      const length = pieceLength(file.version.size, piece);
      const hash = pieceHash(file.hashes, piece);
      const extent = { position: 0, length: file.version.size };
      const place = { position: piece * MIB, extent, hole, markPosition: 0 };
      connection.command({ kind: "fetch", fetches: [{ piece, length, hash, inMemory: gather, ...place }] });
    };
    return { connection, events, fetch, kinds: () => new Set(events.map(({ kind }) => kind)), source };
  }

  private tellingNetwork(): Network {
    const { network } = this;
    const tell = (socket: Socket) => new TellingSocket(socket, () => this.unreadFor);
    return {
      listen: (address, attach) => network.listen(address, attach),
      connect: (address, attach) => network.connect(address, (socket) => attach(tell(socket))),
    };
  }

  until(condition: () => boolean): Promise<void> {
    return drive(this.clock, "what the connection is to do", condition, 5);
  }

  /** Whether a piece of the file is right. */
  right(piece: number): boolean {
    const bytes = fs.readFileSync(this.file).subarray(piece * MIB, (piece + 1) * MIB);
    return bytes.equals(FILE.bytes.subarray(piece * MIB, (piece + 1) * MIB));
  }
}

describe("a connection", () => {
  test("never writes what is not verified over a piece that another connection has written", async () => {
    const fixture = new PieceConnectionFixture();
    const liar = await fixture.connect({ script: () => "wrong bytes" }, { rate: 2000, chunk: 64 * 1024 });
    const honest = await fixture.connect();
    liar.fetch(0);
    honest.fetch(0);
    await fixture.until(() => honest.kinds().has("piece"));
    expect(fixture.right(0)).toBe(true);
    await fixture.until(() => liar.kinds().has("bad"));
    expect(fixture.right(0)).toBe(true);
  });

  test("is as far from its source as the answer was on its way, not for as long as it waited here", async () => {
    const fixture = new PieceConnectionFixture();
    const roundTrip = async (unreadFor: number) => {
      fixture.unreadFor = unreadFor;
      const { events } = await fixture.connect({}, { latency: 40 });
      const ready = events.find((event) => event.kind === "ready");
      return ready?.kind === "ready" ? ready.roundTrip : Number.NaN;
    };
    const seen = await roundTrip(0);
    expect(seen).toBeGreaterThanOrEqual(80);
    expect(await roundTrip(30)).toBe(seen - 30);
    expect(await roundTrip(10_000)).toBe(0);
  });

  test("asks once for a piece that it is told to fetch again while it comes", async () => {
    const fixture = new PieceConnectionFixture();
    const { events, fetch, source } = await fixture.connect();
    for (const piece of [0, 0, 1]) fetch(piece);
    await fixture.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
    expect(source.asked).toEqual([0, 1]);
  });

  test("leaves nothing of a piece that was cancelled, and counts what still came", async () => {
    const fixture = new PieceConnectionFixture();
    const { connection, events, fetch, kinds } = await fixture.connect({}, { rate: 2000, chunk: 64 * 1024 });
    fetch(0);
    await fixture.until(() => kinds().has("bytes"));
    connection.command({ kind: "cancel", piece: 0 });
    fetch(1);
    await fixture.until(() => kinds().has("piece"));
    expect(events.filter(({ kind }) => kind === "piece")).toEqual([{ kind: "piece", piece: 1 }]);
    expect(fixture.right(1)).toBe(true);
    expect(
      fs
        .readFileSync(fixture.file)
        .subarray(0, MIB)
        .every((byte) => byte === 0),
    ).toBe(true);
    const bytes = events.reduce((sum, event) => sum + (event.kind === "bytes" ? event.bytes : 0), 0);
    expect(bytes).toBe(2 * MIB);
  });

  test.each([true, false])(
    "calls no piece right that a longer block begins with, gathered in memory: %p",
    async (gather) => {
      const fixture = new PieceConnectionFixture();
      const { connection, events, fetch } = await fixture.connect();
      fetch(0, gather);
      events.length = 0;
      const block = { type: "block", payload: MIB + 1 } as const;
      // The first request opens the version.
      connection.block({ ...block, request: 2 }, FILE.bytes.subarray(0, MIB), 1);
      const end = { cause: "source", message: "sent more than piece 0 holds", fault: "offence" } as const;
      expect(inEnglish(events.filter(({ kind }) => kind !== "bytes"))).toEqual([{ kind: "ended", end }]);
    },
  );

  test("tells that a source refuses the version or its hashes, and not that it refuses what nobody asked for", async () => {
    const fixture = new PieceConnectionFixture();
    const source = new ScriptedSource(fixture.clock, fixture.network, 7, FILE, { mute: true });
    const events: ConnectionEvent[] = [];
    const deps = { clock: fixture.clock, network: fixture.network, disk: systemBlockingDisk };
    const connection = new PieceConnection(deps, threadResources(deps), (more) => events.push(...more));
    const { number, address } = source;
    const version = { id: FILE.version.id, name: "a", manifest: true, download: null };
    const file = { file: fixture.fd, direct: null, journal: null };
    connection.command({ kind: "start", spec: { number, address, role: "client", ...version, ...file } });
    await fixture.until(() => source.greetings > 0);
    const refused = (request: number) => {
      connection.message({ type: "refusal", request, code: "not-held", message: "not here" }, new Uint8Array(0));
      return events.splice(0);
    };
    const event = { kind: "refused", piece: null, code: "not-held", message: "not here" } as const;
    // The first request opens the version, the second one is for its hashes.
    expect([refused(1), refused(2), refused(3)]).toEqual([[event], [event], []]);
  });

  test("takes no answer to what it did not ask, no news of another version, and no more of a piece than there is", async () => {
    const fixture = new PieceConnectionFixture();
    const { connection, events, fetch } = await fixture.connect({}, { rate: 2000, chunk: 64 * 1024 });
    events.length = 0;
    connection.message({ type: "hashes", request: 77, payload: 32 }, new Uint8Array(32));
    connection.message({ type: "have", id: "0".repeat(64), pieces: [0] }, new Uint8Array(0));
    expect(events).toEqual([]);
    connection.message({ type: "have", id: FILE.version.id, pieces: [0, 1] }, new Uint8Array(0));
    expect(events).toEqual([{ kind: "have", pieces: [0, 1] }]);
    fetch(0);
    const buffers = (payload: number) =>
      Array.from({ length: 10 }, (_, request) => connection.blockBuffer({ type: "block", request, payload }));
    expect(buffers(MIB + 1).every((buffer) => buffer === null)).toBe(true);
    expect(buffers(MIB).filter((buffer) => buffer?.length === MIB)).toHaveLength(1);
    connection.command({ kind: "stop" });
  });

  describe("in the middle of a block", () => {
    /** A connection that has a part of a block of piece 0 with wrong bytes, and the memory that it gathers in. */
    async function arriving() {
      const fixture = new PieceConnectionFixture();
      const memory = fixture.buffers.acquire(MIB);
      fixture.buffers.release(memory);
      const slow = await fixture.connect({ script: () => "another piece" }, { rate: 2000, chunk: 64 * 1024 });
      const received = () => slow.events.reduce((sum, event) => sum + (event.kind === "bytes" ? event.bytes : 0), 0);
      slow.fetch(0);
      await fixture.until(() => received() > 0);
      expect(received()).toBeLessThan(BLOCK);
      /** How often whoever asks for memory now is given this. */
      const spare = () => [1, 2, 3].filter(() => fixture.buffers.acquire(MIB) === memory).length;
      return { fixture, received, spare, connection: slow.connection };
    }

    test("lets nobody have the memory of a piece that is cancelled, until the block has ended", async () => {
      const { fixture, received, spare, connection } = await arriving();
      const other = await fixture.connect({}, { rate: 10_000, chunk: 64 * 1024 });
      connection.command({ kind: "cancel", piece: 0 });
      expect(spare()).toBe(0);
      // It gathers while what was cancelled goes on coming.
      other.fetch(0);
      await fixture.until(() => other.kinds().has("piece") || other.kinds().has("bad"));
      expect(fixture.right(0)).toBe(true);
      await fixture.until(() => received() === MIB);
      expect(spare()).toBe(1);
    });

    test.each([true, false])(
      "gives back the memory of a piece when it is stopped (cancelled: %p)",
      async (cancelled) => {
        const { spare, connection } = await arriving();
        if (cancelled) connection.command({ kind: "cancel", piece: 0 });
        connection.command({ kind: "stop" });
        expect(spare()).toBe(1);
      },
    );
  });

  test("writes a piece that does not gather as it comes, and says whether it is right", async () => {
    const fixture = new PieceConnectionFixture();
    const lengths: number[] = [];
    const disk: BlockingDisk = {
      ...systemBlockingDisk,
      write(fd, bytes, position) {
        lengths.push(bytes.length);
        systemBlockingDisk.write(fd, bytes, position);
      },
    };
    const script = (piece: number) => (piece === 0 ? "honest" : "wrong bytes");
    const { fetch, kinds, events } = await fixture.connect({ script }, { chunk: 10_000 }, disk);
    fetch(0, false);
    await fixture.until(() => kinds().has("piece"));
    expect(fixture.right(0)).toBe(true);
    expect(Math.max(...lengths)).toBe(10_000);
    fetch(1, false);
    await fixture.until(() => kinds().has("bad"));
    expect(events.filter(({ kind }) => kind === "piece")).toEqual([{ kind: "piece", piece: 0 }]);
  });

  test("sends the pieces of a file that stays on their way to the disk, and those of a pipe never", async () => {
    const fixture = new PieceConnectionFixture();
    const journal = fs.openSync(path.join(temporaryFolder(), "journal"), "w+");
    const begun: number[] = [];
    const disk: BlockingDisk = { ...systemBlockingDisk, startWriteback: (_fd, position) => void begun.push(position) };
    const staying = await fixture.connect({}, {}, disk, { journal });
    const passing = await fixture.connect({}, {}, disk);
    for (const connection of [staying, passing]) {
      connection.fetch(1);
      await fixture.until(() => connection.kinds().has("piece"));
      expect(begun).toEqual([MIB]);
    }
    fs.closeSync(journal);
  });

  describe("of a sparse file", () => {
    const bytes = Buffer.alloc(2 * MIB);
    bytes.fill(7, 200_000, 300_000).fill(8, MIB, MIB + 1);
    const sparse = contentOf(bytes);
    const taken = (fixture: PieceConnectionFixture) => fs.fstatSync(fixture.fd).blocks * 512;

    test.each([true, false])("leaves the zeros out where the file is a hole (gathering: %p)", async (gather) => {
      const fixture = new PieceConnectionFixture();
      fs.ftruncateSync(fixture.fd, 2 * MIB);
      const { fetch, events } = await fixture.connect({}, {}, systemBlockingDisk, {}, fixture.clock, sparse);
      for (const piece of [0, 1]) fetch(piece, gather, true);
      await fixture.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
      expect(fs.readFileSync(fixture.file).equals(bytes)).toBe(true);
      expect(taken(fixture)).toBeLessThan(400_000);
    });

    test("writes them where something is", async () => {
      const fixture = new PieceConnectionFixture();
      fs.writeSync(fixture.fd, Buffer.alloc(2 * MIB, 1));
      const { fetch, events } = await fixture.connect({}, {}, systemBlockingDisk, {}, fixture.clock, sparse);
      for (const piece of [0, 1]) fetch(piece);
      await fixture.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
      expect(fs.readFileSync(fixture.file).equals(bytes)).toBe(true);
    });

    test.each([true, false])("makes holes of them where something is (gathering: %p)", async (gather) => {
      const fixture = new PieceConnectionFixture();
      fs.writeSync(fixture.fd, Buffer.alloc(2 * MIB, 1));
      const journal = fs.openSync(path.join(temporaryFolder(), "journal"), "w+");
      const unable = { ...systemBlockingDisk, punchHole: () => false };
      for (const disk of [unable, systemBlockingDisk]) {
        const { fetch, events } = await fixture.connect({}, {}, disk, { journal }, fixture.clock, sparse);
        for (const piece of [0, 1]) fetch(piece, gather);
        await fixture.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
        expect(fs.readFileSync(fixture.file).equals(bytes)).toBe(true);
      }
      expect(taken(fixture)).toBeLessThan(400_000);
      fs.closeSync(journal);
    });

    test("gives back the room that direct writes took for them", async () => {
      const fixture = new PieceConnectionFixture();
      fs.ftruncateSync(fixture.fd, 2 * MIB);
      systemBlockingDisk.allocate(fixture.fd, 0, 2 * MIB);
      expect(taken(fixture)).toBeGreaterThanOrEqual(2 * MIB);
      const queue = new FakeWriteQueue(() => true);
      const disk = { ...systemBlockingDisk, writeQueue: () => queue };
      const { fetch, events } = await fixture.connect({}, {}, disk, { direct: direct99() }, fixture.clock, sparse);
      for (const piece of [0, 1]) fetch(piece, true, true);
      await fixture.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
      expect(queue.begun).toEqual([]);
      expect(fs.readFileSync(fixture.file).equals(bytes)).toBe(true);
      expect(taken(fixture)).toBeLessThan(400_000);
    });
  });

  describe("past the page cache", () => {
    /** A connection whose direct writes end when `queue` is told so, and fail while `broken`. */
    async function past(pollClock?: FakeClock) {
      const fixture = new PieceConnectionFixture();
      const state = { broken: false };
      const queue = new FakeWriteQueue((_fd, bytes, position) => {
        if (!state.broken) systemBlockingDisk.write(fixture.fd, bytes, position);
        return !state.broken;
      });
      const begun: number[] = [];
      const disk: BlockingDisk = {
        ...systemBlockingDisk,
        startWriteback: (_fd, position) => void begun.push(position),
        writeQueue: () => queue,
      };
      const journal = fs.openSync(path.join(temporaryFolder(), "journal"), "w+");
      const connection = await fixture.connect({}, {}, disk, { direct: direct99(), journal }, pollClock);
      const pieces = () => connection.events.flatMap((event) => (event.kind === "piece" ? [event.piece] : []));
      const marked = () => fs.fstatSync(journal).size > 0;
      return { ...connection, fixture, state, disk, queue, begun, pieces, marked };
    }

    test("a verified piece counts once it is written, and not before", async () => {
      const { fixture, fetch, queue, pieces, marked, begun } = await past();
      fetch(1);
      await fixture.until(() => queue.pending === 1);
      fixture.clock.advance(100);
      expect(pieces()).toEqual([]);
      expect(marked()).toBe(false);
      queue.end();
      await fixture.until(() => pieces().length === 1);
      expect(marked()).toBe(true);
      expect(fixture.right(1)).toBe(true);
      expect(queue.begun).toEqual([{ fd: 99, length: MIB, position: MIB }]);
      // There is nothing to bring to the disk.
      expect(begun).toEqual([]);
    });

    test("a piece that cannot be written so is written the usual way", async () => {
      const { fixture, state, fetch, queue, pieces, begun } = await past();
      state.broken = true;
      fetch(0);
      await fixture.until(() => queue.pending === 1);
      queue.end();
      await fixture.until(() => pieces().length === 1);
      fetch(1);
      await fixture.until(() => pieces().length === 2);
      expect(queue.begun).toHaveLength(1);
      expect(begun).toEqual([0, MIB]);
      expect(fixture.right(0) && fixture.right(1)).toBe(true);
    });

    test("nothing is written, and nothing begun, after the connection has ended", async () => {
      for (const together of [true, false]) {
        const pollClock = new FakeClock();
        const { fixture, state, disk, events, fetch, queue } = await past(pollClock);
        state.broken = true;
        fetch(0);
        await fixture.until(() => queue.pending === 1);
        if (together) {
          fetch(1);
          await fixture.until(() => queue.pending === 2);
        }
        const written: string[] = [];
        const full = (fd: number) => {
          written.push(`${fd} ${events.some(({ kind }) => kind === "ended")}`);
          throw new DiskError("full", "part", "cannot write part: the disk is full");
        };
        disk.write = full;
        queue.end(2);
        // No look finds it out, but the next piece.
        if (together) pollClock.advance(1);
        else fetch(1);
        await fixture.until(() => events.some(({ kind }) => kind === "ended"));
        fixture.clock.advance(100);
        expect(written).toEqual(Array(together ? 2 : 1).fill(`${fixture.fd} false`));
        expect(queue.begun).toHaveLength(together ? 2 : 1);
        expect(queue.pending).toBe(0);
        expect(events.at(-1)).toMatchObject({ kind: "ended", end: { cause: "disk", failure: "full" } });
      }
    });

    test("whoever cancels a piece, or stops the connection, waits for what is being written", async () => {
      const { fixture, connection, events, fetch, queue, pieces } = await past();
      fetch(0);
      await fixture.until(() => queue.pending === 1);
      connection.command({ kind: "cancel", piece: 0 });
      expect(queue.waited).toBe(1);
      expect(pieces()).toEqual([0]);
      expect(events.at(-1)).toEqual({ kind: "cancelled", piece: 0 });
      fetch(1);
      await fixture.until(() => queue.pending === 1);
      connection.command({ kind: "stop" });
      expect(queue.waited).toBe(2);
      expect(pieces()).toEqual([0, 1]);
      expect(events.at(-1)).toEqual({ kind: "ended", end: { cause: "stopped" } });
      expect(fixture.right(0) && fixture.right(1)).toBe(true);
    });
  });

  test("a piece that other threads write counts once it is there, and a cancellation or the end is told after that", async () => {
    const fixture = new PieceConnectionFixture();
    const ends: (() => void)[] = [];
    const write = async (fd: number, bytes: Uint8Array, position: number) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      systemBlockingDisk.write(fd, bytes, position);
    };
    const background = { disk: { write, zeroRange: async () => {} }, isNeeded: true };
    const { connection, events, fetch } = await fixture.connect({}, {}, systemBlockingDisk, { background });
    const told = () => events.filter(({ kind }) => kind !== "ready" && kind !== "bytes");
    const endOne = async () => {
      ends.shift()?.();
      await Bun.sleep(0);
    };
    fetch(0);
    await fixture.until(() => ends.length === 1);
    connection.command({ kind: "cancel", piece: 0 });
    fixture.clock.advance(1000);
    expect(told()).toEqual([]);
    await endOne();
    expect(told()).toEqual([
      { kind: "piece", piece: 0 },
      { kind: "cancelled", piece: 0 },
    ]);
    fetch(1);
    await fixture.until(() => ends.length === 1);
    connection.command({ kind: "stop" });
    fixture.clock.advance(1000);
    expect(told()).toHaveLength(2);
    await endOne();
    expect(told().slice(2)).toEqual([
      { kind: "piece", piece: 1 },
      { kind: "ended", end: { cause: "stopped" } },
    ]);
    expect(fixture.right(0) && fixture.right(1)).toBe(true);
  });

  test("ends once when the disk is full, and says so", async () => {
    const fixture = new PieceConnectionFixture();
    const full: BlockingDisk = {
      ...systemBlockingDisk,
      write() {
        throw new DiskError("full", "part", "cannot write part: the disk is full");
      },
    };
    const { connection, events, fetch } = await fixture.connect({}, {}, full);
    fetch(0);
    fetch(1);
    await fixture.until(() => events.some(({ kind }) => kind === "ended"));
    fixture.clock.advance(2000);
    connection.command({ kind: "stop" });
    expect(events.filter(({ kind }) => kind === "ended")).toEqual([
      { kind: "ended", end: { cause: "disk", failure: "full", message: "cannot write part: the disk is full" } },
    ]);
    expect(events.at(-1)?.kind).toBe("ended");
  });

  test("asks a source that is far away at once, and measures its round trip", async () => {
    const fixture = new PieceConnectionFixture();
    const { events } = await fixture.connect({}, { latency: 100 });
    // Another round trip makes the connection.
    expect(fixture.clock.passed).toBeLessThan(500);
    expect(events).toEqual([{ kind: "ready", have: null, roundTrip: expect.closeTo(200, -1) }]);
  });

  test("asks nothing any more once it was told to stop", async () => {
    const fixture = new PieceConnectionFixture();
    const { connection, events, fetch, source } = await fixture.connect();
    connection.command({ kind: "stop" });
    fetch(0);
    fixture.clock.advance(2000);
    expect(events.at(-1)).toEqual({ kind: "ended", end: { cause: "stopped" } });
    expect(source.asked).toEqual([]);
    expect(fixture.clock.pending).toBe(0);
  });
});
