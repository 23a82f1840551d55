import { ptr } from "bun:ffi";
import { expect, test } from "bun:test";
import { alignedBytes, ReadBuffer } from "../../../src/platform/memory.ts";

test("aligned memory is as long as it must be and begins at a multiple of the unit", () => {
  for (const length of [1, 4096, 100_000]) {
    const bytes = alignedBytes(length, 4096);
    expect(bytes.length).toBe(length);
    expect(ptr(bytes) % 4096).toBe(0);
  }
});

test("a buffer has as much memory as was needed at once, and never more than the most", () => {
  const buffer = new ReadBuffer(1_000_000);
  expect(buffer.room(10)).toHaveLength(10);
  expect(buffer.room(10).buffer.byteLength).toBeLessThan(100_000);
  expect(buffer.room(300_000)).toHaveLength(300_000);
  expect(buffer.room(2_000_000)).toHaveLength(1_000_000);
  expect(buffer.room(2_000_000).buffer.byteLength).toBe(1_000_000);
});

test("what was read last is there still where no more room is needed", () => {
  const buffer = new ReadBuffer(1_000_000);
  buffer.room(50_000).fill(7);
  expect(buffer.room(50_000).every((byte) => byte === 7)).toBe(true);
  expect(buffer.room(20).buffer).toBe(buffer.room(50_000).buffer);
});

test("a buffer that grows takes twice as much each time, so that it seldom does", () => {
  const buffer = new ReadBuffer(1_000_000);
  const sizes = new Set<number>();
  for (let length = 0; length < 1_000_000; length += 1000) sizes.add(buffer.room(length).buffer.byteLength);
  expect(sizes.size).toBeLessThan(10);
});
