import { expect, test } from "bun:test";
import fc from "fast-check";
import { changedNames } from "../../../../../src/client/http/api/changed-names.ts";
import { listed, listOf } from "./listed.ts";

test("what is new, gone, another version, or at another number of secondaries has changed", () => {
  const before = listOf(listed("a"), listed("b"), listed("c"), listed("d"), listed("é"));
  const after = listOf(
    listed("0"),
    listed("a", { id: "f".repeat(64) }),
    listed("c", { sources: 2 }),
    listed("d"),
    listed("é"),
  );
  expect(changedNames(before, after, 10)).toEqual(["0", "a", "b", "c"]);
  expect(changedNames(after, before, 4)).toEqual(["0", "a", "b", "c"]);
  expect(changedNames(before, after, 3)).toBeNull();
  expect(changedNames(listOf(), listOf(listed("x")), 1)).toEqual(["x"]);
  expect(changedNames(listOf(), listOf(), 0)).toEqual([]);
});

test("of any two lists, the changed names are those of which not the same is in both", () => {
  const lists = fc.dictionary(fc.constantFrom(..."abcdefgh"), fc.nat(2)).map((sources) => {
    return Object.entries(sources)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, count]) => listed(name, { sources: count }));
  });
  fc.assert(
    fc.property(lists, lists, (before, after) => {
      const names = [..."abcdefgh"].filter((name) => {
        const of = (list: typeof before) => list.find((file) => file.name === name)?.sources;
        return of(before) !== of(after);
      });
      expect(changedNames(listOf(...before), listOf(...after), 8)).toEqual(names);
    }),
  );
});
