import { expect, test } from "bun:test";
import { DiskError } from "../../../src/base/disk.ts";
import { systemBlockingDisk } from "../../../src/base/system-disk.ts";
import { MIB } from "../../../src/base/units.ts";
import { DirectWrites } from "../../../src/transfer/direct-writes.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const FILE = 3;
const DIRECT = 4;
const PIECE = new Uint8Array(2 * MIB);

/** A disk on which the n-th direct write takes so many milliseconds, or fails where `delay` gives null. */
class Stage {
  readonly reserved: number[] = [];
  written = 0;
  private readonly clock = new FakeClock();
  private readonly directly: DirectWrites;

  constructor(delay: (write: number) => number | null) {
    const disk = {
      ...systemBlockingDisk,
      reserve: (fd: number) => void this.reserved.push(fd),
      write: (fd: number) => {
        expect(fd).toBe(DIRECT);
        const wait = delay(this.written);
        if (wait === null) throw new DiskError("other", "part", "cannot write part: EINVAL");
        this.clock.advance(wait);
        this.written += 1;
      },
    };
    this.directly = new DirectWrites(disk, this.clock);
  }

  write(bytes = PIECE, direct: number | null = DIRECT): boolean {
    return this.directly.write(FILE, direct, bytes, 0);
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
});

test("a hiccup of a quick disk does not matter", () => {
  expect(new Stage((write) => (write % 50 === 0 ? 140 : 2)).runs(1000)).toEqual([1000]);
});

test("a slow disk is tried again after detours, which become longer", () => {
  expect(new Stage(() => 2000).runs(10_000).slice(0, 14)).toEqual([
    1, 32, 1, 64, 1, 128, 1, 256, 1, 512, 1, 1024, 1, 1024,
  ]);
  const hardly = new Stage(() => 30).runs(400);
  expect(hardly).toEqual([9, 32, 9, 64, 9, 128, 9, 140]);
});

test("a disk that was quick for long begins with a short detour again", () => {
  const runs = new Stage((write) => (write < 2 || write === 202 ? 2000 : 2)).runs(400);
  expect(runs).toEqual([1, 32, 1, 64, 201, 32, 69]);
});

test("nothing goes directly once that has failed", () => {
  const stage = new Stage((write) => (write < 3 ? 2 : null));
  expect(stage.runs(2000)).toEqual([3, 1997]);
});

test("only what has whole units goes directly, and only where there is a way", () => {
  const stage = new Stage(() => 2);
  expect(stage.write(PIECE.subarray(0, 4095))).toBe(false);
  expect(stage.write(PIECE.subarray(0, MIB + 1))).toBe(false);
  expect(stage.write(PIECE, null)).toBe(false);
  expect(stage.reserved).toEqual([]);
  expect(stage.write(PIECE.subarray(0, 8192))).toBe(true);
});
