import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { AsyncWrites } from "../../../../../src/transfer/connection/writing/async-writes.ts";
import { DirectWrites } from "../../../../../src/transfer/connection/writing/direct-writes.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { FakeWriteQueue } from "../../../../support/fake-write-queue.ts";

const FILE = 3;
const DIRECT = 4;
const PIECE = new Uint8Array(2 * MIB);
const AT = { position: 0, extent: { position: 0, length: 10 * PIECE.length } };

/** A disk on which the n-th direct write takes so many milliseconds, or fails where `delay` gives null. */
class Stage {
  readonly reserved: number[] = [];
  /** Positions and lengths for which room was taken. */
  readonly stretches: [number, number][] = [];
  readonly queue: FakeWriteQueue;
  readonly told: boolean[] = [];
  private readonly directly: DirectWrites;
  private readonly behind: AsyncWrites;

  constructor(delay: (write: number) => number | null, direct: number | null = DIRECT) {
    const clock = new FakeClock();
    let count = 0;
    this.queue = new FakeWriteQueue(() => {
      const wait = delay(count);
      count += 1;
      clock.advance(wait ?? 0);
      return wait !== null;
    });
    const disk = {
      allocate: (fd: number, position: number, length: number) => {
        this.reserved.push(fd);
        this.stretches.push([position, length]);
      },
      writeQueue: () => this.queue,
    };
    this.behind = new AsyncWrites(disk, clock);
    this.directly = new DirectWrites(disk, this.behind, FILE, direct);
  }

  /** Whether a piece goes directly; each is over before the next. */
  write(bytes = PIECE, place = AT): boolean {
    const begun = this.directly.begin(bytes, place, (written) => this.told.push(written));
    this.behind.drain();
    return begun;
  }

  /** How many pieces in a row go directly, then how many do not, and so on. */
  runs(pieces: number): number[] {
    const runs = [0];
    let last = true;
    for (let piece = 0; piece < pieces; piece++) {
      const direct = this.write();
      if (direct !== last) runs.push(0);
      last = direct;
      runs.push((runs.pop() ?? 0) + 1);
    }
    return runs;
  }
}

test("pieces go directly to a quick disk, once there is room for the file", () => {
  const stage = new Stage(() => 19);
  expect(stage.runs(5000)).toEqual([5000]);
  expect(stage.reserved).toEqual([FILE]);
  expect(stage.queue.begun[0]).toEqual({ fd: DIRECT, length: PIECE.length, position: 0 });
  expect(stage.told).toHaveLength(5000);
  expect(stage.told).not.toContain(false);
});

test("room is taken once for each stretch between two holes", () => {
  const stage = new Stage(() => 2);
  const extent = { position: 64 * MIB, length: 4 * MIB };
  for (const position of [64 * MIB, 66 * MIB]) expect(stage.write(PIECE, { position, extent })).toBe(true);
  stage.write();
  expect(stage.stretches).toEqual([
    [64 * MIB, 4 * MIB],
    [0, 10 * PIECE.length],
  ]);
});

test("a hiccup of a quick disk does not matter", () => {
  expect(new Stage((write) => (write % 50 === 0 ? 140 : 2)).runs(1000)).toEqual([1000]);
});

test("a slow disk is tried again after detours, which become longer", () => {
  const slow = new Stage(() => 2000).runs(10_000);
  expect(slow.slice(0, 14)).toEqual([1, 32, 1, 64, 1, 128, 1, 256, 1, 512, 1, 1024, 1, 1024]);
  expect(new Stage(() => 30).runs(400)).toEqual([9, 32, 9, 64, 9, 128, 9, 140]);
});

test("a disk that was quick for long begins with a short detour again", () => {
  const stage = new Stage((write) => (write < 2 || write === 202 ? 2000 : 2));
  expect(stage.runs(400)).toEqual([1, 32, 1, 64, 201, 32, 69]);
});

test("nothing goes directly once that has failed, whenever it did", () => {
  const later = new Stage((write) => (write < 3 ? 2 : null));
  expect(later.runs(2000)).toEqual([4, 1996]);
  expect(later.told).toEqual([true, true, true, false]);
  const clock = new FakeClock();
  const none = new AsyncWrites({ writeQueue: () => new FakeWriteQueue(null) }, clock);
  const reserved: number[] = [];
  const directly = new DirectWrites({ allocate: (fd) => void reserved.push(fd) }, none, FILE, DIRECT);
  for (let piece = 0; piece < 3; piece++) expect(directly.begin(PIECE, AT, () => {})).toBe(false);
  expect(reserved).toEqual([FILE]);
});

test("only what has whole units goes directly, and only where there is a way", () => {
  const stage = new Stage(() => 2);
  expect(stage.write(PIECE.subarray(0, 4095))).toBe(false);
  expect(stage.write(PIECE.subarray(0, MIB + 1))).toBe(false);
  expect(stage.reserved).toEqual([]);
  expect(stage.write(PIECE.subarray(0, 8192))).toBe(true);
  expect(new Stage(() => 2, null).write()).toBe(false);
});
