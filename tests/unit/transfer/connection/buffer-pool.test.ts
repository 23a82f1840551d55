import { expect, test } from "bun:test";
import { MIB } from "../../../../src/platform/units.ts";
import { BufferPool } from "../../../../src/transfer/connection/buffer-pool.ts";

test("what is given is taken again, the shortest that will do", () => {
  const buffers = new BufferPool();
  const [long, short] = [buffers.acquire(MIB), buffers.acquire(1000)];
  buffers.release(long);
  buffers.release(short);
  expect(buffers.acquire(2000)).toBe(long);
  expect(buffers.acquire(10)).toBe(short);
  const fresh = buffers.acquire(10);
  expect(fresh).not.toBe(short);
  expect(fresh).toHaveLength(10);
});

test("the shortest that will do is found in whatever order they were given back", () => {
  for (const order of ["abc", "acb", "bac", "bca", "cab", "cba"]) {
    const buffers = new BufferPool();
    const lengths: Record<string, number> = { a: 1000, b: 2000, c: 3000 };
    const taken = [...order].map((name) => buffers.acquire(lengths[name] ?? 0));
    for (const buffer of taken) buffers.release(buffer);
    expect([1, 1, 1].map((length) => buffers.acquire(length).length)).toEqual([1000, 2000, 3000]);
  }
});

test("so much is kept, and no more", () => {
  const buffers = new BufferPool();
  const long = Array.from({ length: 3 }, () => buffers.acquire(8 * MIB));
  for (const buffer of long) buffers.release(buffer);
  expect(long.includes(buffers.acquire(MIB))).toBe(true);
  expect(long.includes(buffers.acquire(MIB))).toBe(true);
  expect(buffers.acquire(MIB)).toHaveLength(MIB);
  const many = Array.from({ length: 20 }, () => buffers.acquire(1));
  for (const buffer of many) buffers.release(buffer);
  const again = Array.from({ length: 20 }, () => buffers.acquire(1));
  expect(again.filter((buffer) => many.includes(buffer))).toHaveLength(16);
});

test("what is longer takes the place of what is shorter", () => {
  const buffers = new BufferPool();
  for (const buffer of Array.from({ length: 16 }, () => buffers.acquire(1000))) buffers.release(buffer);
  const long = Array.from({ length: 2 }, () => buffers.acquire(8 * MIB));
  for (const buffer of long) buffers.release(buffer);
  expect(long.includes(buffers.acquire(8 * MIB))).toBe(true);
  expect(long.includes(buffers.acquire(8 * MIB))).toBe(true);
});
