import { expect, test } from "bun:test";
import { FileBodies, STALL_MS } from "../../../../src/http/files/file-bodies.ts";
import type { BlockReader } from "../../../../src/http/files/file-reads.ts";
import { UNLIMITED } from "../../../../src/platform/pacing/allowance.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const FILE = { fd: 3, state: { size: 1e9, mtimeNs: 1n, inode: 1n } };
const KIB = 1024;

function setUp(maxBlockBytes?: number) {
  const clock = new FakeClock();
  const lengths: number[] = [];
  const reads = {
    readNow: () => false,
    async read(_file: unknown, _position: number, length: number, reader: BlockReader) {
      lengths.push(length);
      reader.filled(reader.memory(length));
    },
  };
  const ends: string[] = [];
  const bodies = new FileBodies(clock, reads, UNLIMITED, maxBlockBytes);
  const open = (name = "") => {
    const body = bodies.open(FILE, { start: 0, end: 1e9 }, (end) => ends.push(`${name}${end}`));
    return { read: () => body.next(() => {}), cancel: () => body.cancel() };
  };
  return { clock, lengths, ends, open };
}

test("the more readers there are, the smaller are the blocks of each", async () => {
  const { open, lengths } = setUp();
  const readers = [open()];
  for (let block = 0; block < 5; block++) await readers[0]?.read();
  while (readers.length < 100) readers.push(open());
  await readers[0]?.read();
  while (readers.length < 5000) readers.push(open());
  await readers[0]?.read();
  for (const reader of readers.splice(1)) reader.cancel();
  await readers[0]?.read();
  expect(lengths).toEqual([16, 32, 64, 128, 256, 32, 16, 32].map((size) => size * KIB));
});

test("no block is larger than what may be", async () => {
  const { open, lengths } = setUp(32 * KIB);
  const reader = open();
  for (let block = 0; block < 4; block++) await reader.read();
  expect(lengths).toEqual([16, 32, 32, 32].map((size) => size * KIB));
});

test("whoever takes nothing is cut off after a time; whoever takes little is not", async () => {
  const { open, ends, clock } = setUp();
  const slow = open("slow ");
  const stalled = open("stalled ");
  await Promise.all([slow.read(), stalled.read()]);
  for (let passed = 0; passed < 3 * STALL_MS; passed += STALL_MS / 2) {
    clock.advance(STALL_MS / 2);
    await slow.read();
  }
  expect(ends).toEqual(["stalled broken-off"]);
});

test("nothing goes on without readers", async () => {
  const { open, ends, clock } = setUp();
  const first = open();
  const second = open();
  expect(clock.pending).toBe(1);
  first.cancel();
  expect(clock.pending).toBe(1);
  second.cancel();
  expect([clock.pending, ends]).toEqual([0, ["broken-off", "broken-off"]]);
});
