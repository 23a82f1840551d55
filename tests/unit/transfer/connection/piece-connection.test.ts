import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type BlockingDisk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { pieceHash, pieceLength } from "../../../../src/protocol/versions/version.ts";
import type { ConnectionEvent } from "../../../../src/transfer/connection/messages.ts";
import { PieceConnection } from "../../../../src/transfer/connection/piece-connection.ts";
import { threadResources } from "../../../../src/transfer/connection/thread-resources.ts";
import { drive } from "../../../support/drive.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork, type LineOptions } from "../../../support/fake-network.ts";
import { FakeWriteQueue } from "../../../support/fake-write-queue.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { content, contentOf } from "../content.ts";
import { ScriptedSource, type SourceOptions } from "../scripted-source.ts";

const FILE = content(2 * MIB);

class Stage {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly file = path.join(temporaryFolder(), "part");
  readonly fd = fs.openSync(this.file, "w+");
  private count = 0;

  /** A connection to a new source, begun. By `looks` it looks for writes that have ended. */
  async connection(
    options: SourceOptions = {},
    line: Partial<LineOptions> = {},
    disk: BlockingDisk = systemBlockingDisk,
    { direct = null, journal = null }: { direct?: number | null; journal?: number | null } = {},
    looks = this.clock,
    file = FILE,
  ) {
    this.count += 1;
    const source = new ScriptedSource(this.clock, this.network, this.count, file, options);
    this.network.shape(source.address, line);
    const events: ConnectionEvent[] = [];
    const deps = { clock: this.clock, network: this.network, disk };
    const connection = new PieceConnection(deps, threadResources({ ...deps, clock: looks }), (more) =>
      events.push(...more),
    );
    const { address } = source;
    const base = { address, role: "client", id: file.version.id, name: "a", manifest: false, download: null } as const;
    connection.command({ kind: "start", spec: { ...base, file: this.fd, direct, journal } });
    await this.until(() => events.some(({ kind }) => kind === "ready"));
    const fetch = (piece: number, gather = true, hole = false) => {
      const length = pieceLength(file.version.size, piece);
      const hash = pieceHash(file.hashes, piece);
      const extent = { position: 0, length: file.version.size };
      const place = { position: piece * MIB, extent, hole, mark: 0 };
      connection.command({ kind: "fetch", fetches: [{ piece, length, hash, gather, ...place }] });
    };
    return { connection, events, fetch, kinds: () => new Set(events.map(({ kind }) => kind)), source };
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
    const stage = new Stage();
    const liar = await stage.connection({ script: () => "wrong bytes" }, { rate: 2000, chunk: 64 * 1024 });
    const honest = await stage.connection();
    liar.fetch(0);
    honest.fetch(0);
    await stage.until(() => honest.kinds().has("piece"));
    expect(stage.right(0)).toBe(true);
    await stage.until(() => liar.kinds().has("bad"));
    expect(stage.right(0)).toBe(true);
  });

  test("leaves nothing of a piece that was cancelled, and counts what still came", async () => {
    const stage = new Stage();
    const { connection, events, fetch, kinds } = await stage.connection({}, { rate: 2000, chunk: 64 * 1024 });
    fetch(0);
    await stage.until(() => kinds().has("bytes"));
    connection.command({ kind: "cancel", piece: 0 });
    fetch(1);
    await stage.until(() => kinds().has("piece"));
    expect(events.filter(({ kind }) => kind === "piece")).toEqual([{ kind: "piece", piece: 1 }]);
    expect(stage.right(1)).toBe(true);
    expect(
      fs
        .readFileSync(stage.file)
        .subarray(0, MIB)
        .every((byte) => byte === 0),
    ).toBe(true);
    const bytes = events.reduce((sum, event) => sum + (event.kind === "bytes" ? event.bytes : 0), 0);
    expect(bytes).toBe(2 * MIB);
  });

  test("writes a piece that does not gather as it comes, and says whether it is right", async () => {
    const stage = new Stage();
    const lengths: number[] = [];
    const disk: BlockingDisk = {
      ...systemBlockingDisk,
      write(fd, bytes, position) {
        lengths.push(bytes.length);
        systemBlockingDisk.write(fd, bytes, position);
      },
    };
    const script = (piece: number) => (piece === 0 ? "honest" : "wrong bytes");
    const { fetch, kinds, events } = await stage.connection({ script }, { chunk: 10_000 }, disk);
    fetch(0, false);
    await stage.until(() => kinds().has("piece"));
    expect(stage.right(0)).toBe(true);
    expect(Math.max(...lengths)).toBe(10_000);
    fetch(1, false);
    await stage.until(() => kinds().has("bad"));
    expect(events.filter(({ kind }) => kind === "piece")).toEqual([{ kind: "piece", piece: 0 }]);
  });

  test("sends the pieces of a file that stays on their way to the disk, and those of a pipe never", async () => {
    const stage = new Stage();
    const journal = fs.openSync(path.join(temporaryFolder(), "journal"), "w+");
    const begun: number[] = [];
    const disk: BlockingDisk = { ...systemBlockingDisk, startWriteback: (_fd, position) => void begun.push(position) };
    const staying = await stage.connection({}, {}, disk, { journal });
    const passing = await stage.connection({}, {}, disk);
    for (const connection of [staying, passing]) {
      connection.fetch(1);
      await stage.until(() => connection.kinds().has("piece"));
      expect(begun).toEqual([MIB]);
    }
    fs.closeSync(journal);
  });

  describe("of a sparse file", () => {
    const bytes = Buffer.alloc(2 * MIB);
    bytes.fill(7, 200_000, 300_000).fill(8, MIB, MIB + 1);
    const sparse = contentOf(bytes);
    const taken = (stage: Stage) => fs.fstatSync(stage.fd).blocks * 512;

    test.each([true, false])("leaves the zeros out where the file is a hole (gathering: %p)", async (gather) => {
      const stage = new Stage();
      fs.ftruncateSync(stage.fd, 2 * MIB);
      const { fetch, events } = await stage.connection({}, {}, systemBlockingDisk, {}, stage.clock, sparse);
      for (const piece of [0, 1]) fetch(piece, gather, true);
      await stage.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
      expect(fs.readFileSync(stage.file).equals(bytes)).toBe(true);
      expect(taken(stage)).toBeLessThan(400_000);
    });

    test("writes them where something is", async () => {
      const stage = new Stage();
      fs.writeSync(stage.fd, Buffer.alloc(2 * MIB, 1));
      const { fetch, events } = await stage.connection({}, {}, systemBlockingDisk, {}, stage.clock, sparse);
      for (const piece of [0, 1]) fetch(piece);
      await stage.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
      expect(fs.readFileSync(stage.file).equals(bytes)).toBe(true);
    });

    test.each([true, false])("makes holes of them where something is (gathering: %p)", async (gather) => {
      const stage = new Stage();
      fs.writeSync(stage.fd, Buffer.alloc(2 * MIB, 1));
      const journal = fs.openSync(path.join(temporaryFolder(), "journal"), "w+");
      const unable = { ...systemBlockingDisk, punchHole: () => false };
      for (const disk of [unable, systemBlockingDisk]) {
        const { fetch, events } = await stage.connection({}, {}, disk, { journal }, stage.clock, sparse);
        for (const piece of [0, 1]) fetch(piece, gather);
        await stage.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
        expect(fs.readFileSync(stage.file).equals(bytes)).toBe(true);
      }
      expect(taken(stage)).toBeLessThan(400_000);
      fs.closeSync(journal);
    });

    test("gives back the room that direct writes took for them", async () => {
      const stage = new Stage();
      fs.ftruncateSync(stage.fd, 2 * MIB);
      systemBlockingDisk.allocate(stage.fd, 0, 2 * MIB);
      expect(taken(stage)).toBeGreaterThanOrEqual(2 * MIB);
      const queue = new FakeWriteQueue(() => true);
      const disk = { ...systemBlockingDisk, writeQueue: () => queue };
      const { fetch, events } = await stage.connection({}, {}, disk, { direct: 99 }, stage.clock, sparse);
      for (const piece of [0, 1]) fetch(piece, true, true);
      await stage.until(() => events.filter(({ kind }) => kind === "piece").length === 2);
      expect(queue.begun).toEqual([]);
      expect(fs.readFileSync(stage.file).equals(bytes)).toBe(true);
      expect(taken(stage)).toBeLessThan(400_000);
    });
  });

  describe("past the page cache", () => {
    /** A connection whose direct writes end when `queue` is told so, and fail while `broken`. */
    async function past(looks?: FakeClock) {
      const stage = new Stage();
      const state = { broken: false };
      const queue = new FakeWriteQueue((_fd, bytes, position) => {
        if (!state.broken) systemBlockingDisk.write(stage.fd, bytes, position);
        return !state.broken;
      });
      const begun: number[] = [];
      const disk: BlockingDisk = {
        ...systemBlockingDisk,
        startWriteback: (_fd, position) => void begun.push(position),
        writeQueue: () => queue,
      };
      const journal = fs.openSync(path.join(temporaryFolder(), "journal"), "w+");
      const connection = await stage.connection({}, {}, disk, { direct: 99, journal }, looks);
      const pieces = () => connection.events.flatMap((event) => (event.kind === "piece" ? [event.piece] : []));
      const marked = () => fs.fstatSync(journal).size > 0;
      return { ...connection, stage, state, disk, queue, begun, pieces, marked };
    }

    test("a verified piece counts once it is written, and not before", async () => {
      const { stage, fetch, queue, pieces, marked, begun } = await past();
      fetch(1);
      await stage.until(() => queue.pending === 1);
      stage.clock.advance(100);
      expect(pieces()).toEqual([]);
      expect(marked()).toBe(false);
      queue.end();
      await stage.until(() => pieces().length === 1);
      expect(marked()).toBe(true);
      expect(stage.right(1)).toBe(true);
      expect(queue.begun).toEqual([{ fd: 99, length: MIB, position: MIB }]);
      // There is nothing to bring to the disk.
      expect(begun).toEqual([]);
    });

    test("a piece that cannot be written so is written the usual way", async () => {
      const { stage, state, fetch, queue, pieces, begun } = await past();
      state.broken = true;
      fetch(0);
      await stage.until(() => queue.pending === 1);
      queue.end();
      await stage.until(() => pieces().length === 1);
      fetch(1);
      await stage.until(() => pieces().length === 2);
      expect(queue.begun).toHaveLength(1);
      expect(begun).toEqual([0, MIB]);
      expect(stage.right(0) && stage.right(1)).toBe(true);
    });

    test("nothing is written, and nothing begun, after the connection has ended", async () => {
      for (const together of [true, false]) {
        const looks = new FakeClock();
        const { stage, state, disk, events, fetch, queue } = await past(looks);
        state.broken = true;
        fetch(0);
        await stage.until(() => queue.pending === 1);
        if (together) {
          fetch(1);
          await stage.until(() => queue.pending === 2);
        }
        const written: string[] = [];
        const full = (fd: number) => {
          written.push(`${fd} ${events.some(({ kind }) => kind === "ended")}`);
          throw new DiskError("full", "part", "cannot write part: the disk is full");
        };
        disk.write = full;
        queue.end(2);
        // No look finds it out, but the next piece.
        if (together) looks.advance(1);
        else fetch(1);
        await stage.until(() => events.some(({ kind }) => kind === "ended"));
        stage.clock.advance(100);
        expect(written).toEqual(Array(together ? 2 : 1).fill(`${stage.fd} false`));
        expect(queue.begun).toHaveLength(together ? 2 : 1);
        expect(queue.pending).toBe(0);
        expect(events.at(-1)).toMatchObject({ kind: "ended", end: { cause: "disk", failure: "full" } });
      }
    });

    test("whoever cancels a piece, or stops the connection, waits for what is being written", async () => {
      const { stage, connection, events, fetch, queue, pieces } = await past();
      fetch(0);
      await stage.until(() => queue.pending === 1);
      connection.command({ kind: "cancel", piece: 0 });
      expect(queue.waited).toBe(1);
      expect(pieces()).toEqual([0]);
      expect(events.at(-1)).toEqual({ kind: "cancelled", piece: 0 });
      fetch(1);
      await stage.until(() => queue.pending === 1);
      connection.command({ kind: "stop" });
      expect(queue.waited).toBe(2);
      expect(pieces()).toEqual([0, 1]);
      expect(events.at(-1)).toEqual({ kind: "ended", end: { cause: "stopped" } });
      expect(stage.right(0) && stage.right(1)).toBe(true);
    });
  });

  test("ends once when the disk is full, and says so", async () => {
    const stage = new Stage();
    const full: BlockingDisk = {
      ...systemBlockingDisk,
      write() {
        throw new DiskError("full", "part", "cannot write part: the disk is full");
      },
    };
    const { connection, events, fetch } = await stage.connection({}, {}, full);
    fetch(0);
    fetch(1);
    await stage.until(() => events.some(({ kind }) => kind === "ended"));
    stage.clock.advance(2000);
    connection.command({ kind: "stop" });
    expect(events.filter(({ kind }) => kind === "ended")).toEqual([
      { kind: "ended", end: { cause: "disk", failure: "full", message: "cannot write part: the disk is full" } },
    ]);
    expect(events.at(-1)?.kind).toBe("ended");
  });

  test("asks a source that is far away at once, and measures its round trip", async () => {
    const stage = new Stage();
    const { events } = await stage.connection({}, { latency: 100 });
    // Another round trip makes the connection.
    expect(stage.clock.now()).toBeLessThan(500);
    expect(events).toEqual([{ kind: "ready", have: null, roundTrip: expect.closeTo(200, -1) }]);
  });

  test("asks nothing any more once it was told to stop", async () => {
    const stage = new Stage();
    const { connection, events, fetch, source } = await stage.connection();
    connection.command({ kind: "stop" });
    fetch(0);
    stage.clock.advance(2000);
    expect(events.at(-1)).toEqual({ kind: "ended", end: { cause: "stopped" } });
    expect(source.asked).toEqual([]);
    expect(stage.clock.pending).toBe(0);
  });
});
