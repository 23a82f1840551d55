import { expect, test } from "bun:test";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { BufferedWrites } from "../../../../../src/transfer/connection/writing/buffered-writes.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

const KIB = 1024;
const BYTES = Uint8Array.from({ length: 1000 * KIB }, (_, index) => index % 251);

/** Writes BYTES at 5 to a disk of which each call takes as long as `delay` says; gives the length of each call in KiB. */
function lengths(delay: (call: number) => number): number[] {
  const clock = new FakeClock();
  const calls: number[] = [];
  const written = new Uint8Array(5 + BYTES.length);
  const disk = {
    ...systemBlockingDisk,
    write(_fd: number, bytes: Uint8Array, position: number) {
      clock.advance(delay(calls.length));
      calls.push(bytes.length / KIB);
      written.set(bytes, position);
    },
  };
  new BufferedWrites(disk, clock).write(1, BYTES, 5);
  expect(Buffer.compare(written.subarray(5), BYTES)).toBe(0);
  return calls;
}

test("a quick disk is written to in small slices", () => {
  for (const delay of [1, 20]) expect(lengths(() => delay)).toEqual([...Array(15).fill(64), 40]);
});

test("a slow disk gets fewer and longer ones, until it is quick again", () => {
  for (const delay of [21, 100]) expect(lengths(() => delay)).toEqual([64, 128, 256, 512, 40]);
  expect(lengths((call) => (call < 2 ? 100 : 1))).toEqual([64, 128, 256, ...Array(8).fill(64), 40]);
});

test("it gives up after the call that ends later than it may", () => {
  const clock = new FakeClock();
  const positions: number[] = [];
  const disk = {
    ...systemBlockingDisk,
    write(_fd: number, _bytes: Uint8Array, position: number) {
      clock.advance(10);
      positions.push(position / KIB);
    },
  };
  const writes = new BufferedWrites(disk, clock);
  expect(writes.write(1, BYTES, 0, clock.now() + 29)).toBe(false);
  expect(positions).toEqual([0, 64, 128]);
  expect(writes.write(1, BYTES, 0, clock.now() + 160)).toBe(true);
});
