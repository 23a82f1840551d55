import { expect, test } from "bun:test";
import { BoundedWork } from "../../../src/platform/bounded-work.ts";

test("so many things are done at the same time, and others once some of them are over", async () => {
  const work = new BoundedWork(2);
  const ends: (() => void)[] = [];
  const begin = () => work.run(() => new Promise((resolve) => void ends.push(resolve)));
  expect([begin(), begin(), begin()]).toEqual([true, true, false]);
  ends[0]?.();
  await Bun.sleep(0);
  expect([begin(), begin(), ends.length]).toEqual([true, false, 3]);
});
