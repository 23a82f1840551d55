import { expect, test } from "bun:test";
import { DescriptorTable } from "../../../../src/platform/workers/descriptor-table.ts";

test("what one thread has put there another one takes, once", () => {
  const mine = DescriptorTable.of(4);
  const theirs = new DescriptorTable(mine.memory);
  theirs.put(0, 17);
  theirs.put(2, 0);
  expect([0, 1, 2, 3].map((place) => mine.get(place))).toEqual([17, null, 0, null]);
  const [first] = mine.drain();
  expect(first).toBe(17);
  expect([...theirs.drain()]).toEqual([0]);
  expect([...mine.drain()]).toEqual([]);
});
