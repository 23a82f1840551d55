import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nextNames } from "../../../../src/cli/completion/next-names.ts";
import { isName } from "../../../../src/protocol/name.ts";

const PAGE = 3;

/** What follows `typed`, and after which names was asked. */
async function next(names: readonly string[], typed: string, most = 1000) {
  const sorted = [...new Set(names)].sort((left, right) => (left < right ? -1 : 1));
  const found: string[] = [];
  const asked: (string | null)[] = [];
  const namesAfter = async function* (after: string | null) {
    asked.push(after);
    if (after !== null && !isName(after)) throw new Error(`${JSON.stringify(after)} is no name`);
    let rest = sorted.filter((name) => after === null || name > after);
    while (rest.length > 0) {
      yield rest.slice(0, PAGE);
      rest = rest.slice(PAGE);
    }
  };
  await nextNames(namesAfter, typed, most, (name) => found.push(name));
  return { found, asked };
}

const NAMES = ["a", "a b.mkv", "a/1", "a/2/x", "a/2/y", "a/3", "a0", "b/c/d", "ñ", "é/1"];

describe("as shells complete paths", () => {
  test.each([
    ["", ["a", "a b.mkv", "a/", "a0", "b/", "é/", "ñ"]],
    ["a", ["a", "a b.mkv", "a/", "a0"]],
    ["a ", ["a b.mkv"]],
    ["a/", ["a/1", "a/2/", "a/3"]],
    ["a/2", ["a/2/"]],
    ["a/2/", ["a/2/x", "a/2/y"]],
    ["a/2/x", ["a/2/x"]],
    ["b/c/d", ["b/c/d"]],
    ["é", ["é/"]],
    ["c", []],
    ["a//", []],
    [".", []],
  ])("%p", async (typed, names) => {
    expect((await next(NAMES, typed)).found).toEqual(names);
  });
});

test("what is in a folder is skipped, and what is before is not asked for", async () => {
  const many = Array.from({ length: 1000 }, (_, index) => `films/${String(index).padStart(4, "0")}`);
  const { found, asked } = await next([...many, "aaa", "filmy", "zzz"], "fil");
  expect(found).toEqual(["films/", "filmy"]);
  expect(asked).toEqual(["fik\uffff", "films/\uffff"]);
});

test("not more than are wanted", async () => {
  expect((await next(["a", "b", "c", "d", "e"], "", 4)).found).toEqual(["a", "b", "c", "d"]);
});

test("what all that are given begin with is what all that there are begin with, also where some are left out", async () => {
  const many = [1, 2, 9].flatMap((first) => Array.from({ length: 20 }, (_, index) => `m/file-${first}${index}`));
  expect((await next([...many, "n"], "m/", 5)).found.slice(5)).toEqual(["m/file-20"]);
  expect((await next([...many, "n"], "m/file-1", 5)).found).toHaveLength(5);
  expect((await next([...many.slice(0, 20), "m/zz"], "m/", 5)).found.slice(5)).toEqual(["m/zz"]);
  expect((await next(["m/😀1", "m/😀2", "m/😁", "m/a0", "m/z"], "m/", 2)).found).toEqual(["m/a0", "m/z"]);
  expect((await next(["m/😀1", "m/😀2", "m/😁", "n/x"], "m/", 2)).found).toEqual(["m/😀1", "m/😀2", "m/😁"]);
  expect((await next(["a/1", "a/2", "ab/3", "abc"], "", 1)).found).toEqual(["a/", "ab/"]);
});

test("of any names the same as looking at all", async () => {
  const segment = fc.stringMatching(/^[ab0 é\uffff😀]{1,4}$/u);
  const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
  await fc.assert(
    fc.asyncProperty(
      fc.array(name, { maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(..."ab0 é/😀"), maxLength: 4 }),
      async (names, typed) => {
        const wanted = new Set(
          names
            .filter((each) => each.startsWith(typed))
            .map((each) => {
              const slash = each.indexOf("/", typed.length);
              return slash < 0 ? each : each.slice(0, slash + 1);
            }),
        );
        const { found } = await next(names, typed);
        expect(found.length).toBe(wanted.size);
        expect(new Set(found)).toEqual(wanted);
      },
    ),
    { numRuns: 300 },
  );
});
