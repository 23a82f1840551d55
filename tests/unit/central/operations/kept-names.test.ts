import { expect, test } from "bun:test";
import type { KeptListing } from "../../../../src/central/operations/kept-files.ts";
import { KeptNames } from "../../../../src/central/operations/kept-names.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

function listingOf(...names: string[]): KeptListing {
  const version = { number: 1, id: "", size: 1, why: "removed", at: 0, numbers: [1] } as const;
  return { versions: names.map((name) => ({ ...version, name })), more: false, silent: [] };
}

test("names are those of the last listing, which is asked for again only when it is old", async () => {
  const clock = new FakeClock();
  let lists = 0;
  const names = new KeptNames(
    {
      async list() {
        lists += 1;
        return listingOf("b", "a1", "a2", "a1");
      },
    },
    clock,
  );
  expect(names.beginningWith("a", 9)).toEqual([]);
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  expect(names.beginningWith("a", 9)).toEqual(["a1", "a2"]);
  expect(names.beginningWith("", 2)).toEqual(["a1", "a2"]);
  clock.advance(2000);
  names.beginningWith("a", 9);
  expect(lists).toBe(1);
  clock.advance(1);
  names.beginningWith("a", 9);
  expect(lists).toBe(2);
});
