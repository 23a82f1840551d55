import { expect, test } from "bun:test";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";

test("a bitmap counts what is new and in range", () => {
  const bitmap = new Bitmap(10);
  expect([bitmap.add(0), bitmap.add(9), bitmap.add(9), bitmap.add(10), bitmap.add(1000)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect([0, 1, 9, 10, 1000].map((index) => bitmap.has(index))).toEqual([true, false, true, false, false]);
  expect([bitmap.size, bitmap.full]).toEqual([2, false]);
  for (let index = 0; index < 10; index++) bitmap.add(index);
  expect(bitmap.full).toBe(true);
});

test("the lowest bit of a byte comes first", () => {
  const bitmap = new Bitmap(11);
  for (const index of [0, 3, 8]) bitmap.add(index);
  expect([...bitmap.toBytes()]).toEqual([0b1001, 0b1]);
});

test("its bytes make the same bitmap, and bits beyond its length are not counted", () => {
  const bitmap = Bitmap.from(11, new Uint8Array([0b1001, 0xff]));
  expect(bitmap?.size).toBe(5);
  expect(bitmap?.full).toBe(false);
  expect(Bitmap.from(11, bitmap?.toBytes() ?? new Uint8Array())?.size).toBe(5);
});

test("bytes of another length are no bitmap of it", () => {
  for (const bytes of [0, 1, 3]) expect(Bitmap.from(11, new Uint8Array(bytes))).toBeNull();
  expect(Bitmap.from(0, new Uint8Array(0))?.full).toBe(true);
});

test("it gives what is in it in order, and what is in either of two, or in one alone", () => {
  const [one, other] = [new Bitmap(20), new Bitmap(20)];
  for (const index of [19, 0, 8]) one.add(index);
  for (const index of [8, 7]) other.add(index);
  expect([[...one], [...one.union(other)], [...one.without(other)], [...new Bitmap(0)]]).toEqual([
    [0, 8, 19],
    [0, 7, 8, 19],
    [0, 19],
    [],
  ]);
});

test("what it hands out is a copy", () => {
  const bitmap = new Bitmap(8);
  bitmap.toBytes()[0] = 0xff;
  expect(bitmap.has(0)).toBe(false);
});
