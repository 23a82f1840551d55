import { expect, test } from "bun:test";
import { FileReads } from "../../../../src/http/files/file-reads.ts";
import { ContentChanged, type ContentState, sameContent } from "../../../../src/platform/content-state.ts";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

/** Milliseconds after which what is in memory is read in turns. */
const TURN_IS_OVER_MS = 100;
const STATE = { size: 1000, mtimeNs: 7n, inode: 8n };

/** Somebody who wants a block, until he is gone. */
class FakeReader {
  wanted = true;
  bytes: number[] | null = null;

  memory(length: number): Uint8Array {
    return new Uint8Array(length);
  }

  filled(bytes: Uint8Array): void {
    this.bytes = [...bytes];
  }
}

/** A disk with the content of `FILE`, of which descriptors from 100 on are not in memory and wait for `release`. */
function setUp({ waiting = 1 } = {}) {
  const clock = new FakeClock();
  const events: string[] = [];
  const released: (() => void)[] = [];
  const stat: FileStat = { ...STATE, kind: "file", ctimeNs: 0n, device: 0n, allocated: 0 };
  let readable = 1000;
  const fill = (bytes: Uint8Array, position: number) => {
    const count = Math.max(0, Math.min(bytes.length, readable - position));
    for (let index = 0; index < count; index++) bytes[index] = (position + index) % 256;
    return count;
  };
  const disk = {
    isCached: (fd: number) => fd < 100,
    fstat: async () => stat,
    async read(fd: number, bytes: Uint8Array, position: number) {
      events.push(`disk ${fd}`);
      await new Promise<void>((resolve) => released.push(resolve));
      return fill(bytes, position);
    },
  };
  const blocking = {
    isUnchanged: (_: number, state: ContentState) => sameContent(stat, state),
    read(fd: number, bytes: Uint8Array, position: number) {
      events.push(`memory ${fd}`);
      return fill(bytes, position);
    },
  };
  const reads = new FileReads({ clock, disk, blocking, waiting });
  return {
    clock,
    /** The bytes; null where they were not given to the reader. */
    async read(fd: number, position: number, reader = new FakeReader()): Promise<number[] | null> {
      await reads.read({ fd, state: STATE }, position, 4, reader);
      return reader.bytes;
    },
    events,
    stat,
    release: async () => {
      released.shift()?.();
      await Bun.sleep(0);
    },
    shorten: (size: number) => {
      readable = size;
    },
  };
}

test("what is in memory is read at once, while others wait for the disk", async () => {
  const { read, events, release } = setUp();
  const cold = read(100, 0);
  await Bun.sleep(0);
  expect(await read(1, 2)).toEqual([2, 3, 4, 5]);
  expect(events).toEqual(["disk 100", "memory 1"]);
  await release();
  expect(await cold).toEqual([0, 1, 2, 3]);
});

test("no more wait for the disk than may, in the order in which they have asked", async () => {
  const { read, events, release } = setUp({ waiting: 2 });
  const all = [100, 101, 102, 103].map((fd) => read(fd, 0));
  await Bun.sleep(0);
  expect(events).toEqual(["disk 100", "disk 101"]);
  await release();
  expect(events).toEqual(["disk 100", "disk 101", "disk 102"]);
  for (let left = 0; left < 3; left++) await release();
  await Promise.all(all);
  expect(events).toEqual(["disk 100", "disk 101", "disk 102", "disk 103"]);
});

test("nothing is read for somebody who has gone while he waited", async () => {
  const { read, events, release } = setUp();
  const reader = new FakeReader();
  const first = read(100, 0);
  const gone = read(101, 0, reader);
  await Bun.sleep(0);
  reader.wanted = false;
  await release();
  await first;
  expect(await gone).toBeNull();
  expect(await read(1, 0, reader)).toBeNull();
  expect(events).toEqual(["disk 100"]);
});

test("who has gone while the disk read is given nothing", async () => {
  const { read, events, release } = setUp();
  const reader = new FakeReader();
  const gone = read(100, 0, reader);
  await Bun.sleep(0);
  reader.wanted = false;
  await release();
  expect([await gone, events]).toEqual([null, ["disk 100"]]);
});

test.each(["size", "mtimeNs", "inode"] as const)("no byte of a file with another %s is given out", async (field) => {
  const { read, stat, release } = setUp();
  Object.assign(stat, { [field]: field === "size" ? 1001 : 9n });
  expect(read(1, 0)).rejects.toThrow(ContentChanged);
  const cold = read(100, 0);
  await Bun.sleep(0);
  void release();
  expect(cold).rejects.toThrow(ContentChanged);
});

test("what was renamed or deleted is read on", async () => {
  const { read, stat } = setUp();
  Object.assign(stat, { ctimeNs: 99n });
  expect(await read(1, 0)).toHaveLength(4);
});

test("fewer bytes than there should be are none", async () => {
  const { read, shorten, release } = setUp();
  shorten(2);
  expect(read(1, 0)).rejects.toThrow(ContentChanged);
  const cold = read(100, 0);
  await Bun.sleep(0);
  void release();
  expect(cold).rejects.toThrow(ContentChanged);
});

test("a fast reader lets others have their turn", async () => {
  const { read, clock } = setUp();
  let turns = 0;
  clock.nextTurn = (run) => {
    turns += 1;
    setImmediate(run);
  };
  for (let block = 0; block < 10; block++) {
    await read(1, 0);
    clock.advance(1);
  }
  expect(turns).toBe(1);
});

test("one that cannot be read keeps nobody from his turn who waits behind it", async () => {
  const { read, clock, shorten } = setUp();
  expect(await read(1, 0)).toEqual([0, 1, 2, 3]);
  clock.advance(TURN_IS_OVER_MS);
  shorten(6);
  const waiting = [read(1, 0), read(2, 4), read(3, 2)];
  const ends = await Promise.allSettled(waiting);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
