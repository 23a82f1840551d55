import { expect, test } from "bun:test";
import { MIB } from "../../../../src/platform/units.ts";
import { Buffers } from "../../../../src/transfer/connection/buffer-pool.ts";

test("what is given is taken again, the shortest that will do", () => {
  const buffers = new Buffers();
  const [long, short] = [buffers.take(MIB), buffers.take(1000)];
  buffers.give(long);
  buffers.give(short);
  expect(buffers.take(2000)).toBe(long);
  expect(buffers.take(10)).toBe(short);
  const fresh = buffers.take(10);
  expect(fresh).not.toBe(short);
  expect(fresh).toHaveLength(10);
});

test("so much is kept, and no more", () => {
  const buffers = new Buffers();
  const long = Array.from({ length: 3 }, () => buffers.take(8 * MIB));
  for (const buffer of long) buffers.give(buffer);
  expect(long.includes(buffers.take(MIB))).toBe(true);
  expect(long.includes(buffers.take(MIB))).toBe(true);
  expect(buffers.take(MIB)).toHaveLength(MIB);
  const many = Array.from({ length: 20 }, () => buffers.take(1));
  for (const buffer of many) buffers.give(buffer);
  const again = Array.from({ length: 20 }, () => buffers.take(1));
  expect(again.filter((buffer) => many.includes(buffer))).toHaveLength(16);
});

test("what is longer takes the place of what is shorter", () => {
  const buffers = new Buffers();
  for (const buffer of Array.from({ length: 16 }, () => buffers.take(1000))) buffers.give(buffer);
  const long = Array.from({ length: 2 }, () => buffers.take(8 * MIB));
  for (const buffer of long) buffers.give(buffer);
  expect(long.includes(buffers.take(8 * MIB))).toBe(true);
  expect(long.includes(buffers.take(8 * MIB))).toBe(true);
});

test("what is not kept passes through one place", () => {
  const buffers = new Buffers();
  expect(buffers.passing(100)).toHaveLength(100);
  expect(buffers.passing(10 * MIB).length).toBeLessThan(MIB);
  expect(buffers.passing(1).buffer).toBe(buffers.passing(2).buffer);
});
