import { describe, expect, test } from "bun:test";
import { catalogueOf } from "../../../../src/client/selection/name-range.ts";
import {
  isPlain,
  lookUp,
  type SelectionQuery,
  select,
  singleText,
  unmatchedText,
} from "../../../../src/client/selection/selection.ts";
import { listed, PagedCatalogue } from "./pages.ts";

const NAMES = [
  "[x]",
  "[y]/f.txt",
  "a.mkv",
  "a/b.mkv",
  "a/b/c.mkv",
  "a/b/d.txt",
  "ab/e.mkv",
  "it's.mkv",
  "my film.mkv",
  "película 1.mkv",
  "what1.txt",
  "what?.txt",
  "x.mkv",
  'x"y".mkv',
];

async function selected(wanted: SelectionQuery): Promise<{ names: string[]; unmatched: readonly string[] }> {
  const { files, unmatched } = await select(new PagedCatalogue(NAMES), wanted);
  return { names: files.map(({ name }) => name), unmatched };
}

test("all", async () => {
  expect(await selected({ kind: "all" })).toEqual({ names: [...NAMES].sort(), unmatched: [] });
});

test.each<[string, readonly string[]]>([
  ["a.mkv", ["a.mkv"]],
  ["a", ["a/b.mkv", "a/b/c.mkv", "a/b/d.txt"]],
  ["a/", ["a/b.mkv", "a/b/c.mkv", "a/b/d.txt"]],
  ["a/b", ["a/b/c.mkv", "a/b/d.txt"]],
  ["a.mkv/", []],
  ["*.mkv", ["a.mkv", "it's.mkv", "my film.mkv", "película 1.mkv", 'x"y".mkv', "x.mkv"]],
  ["a.mkv*", ["a.mkv"]],
  ["a*/**", ["a/b.mkv", "a/b/c.mkv", "a/b/d.txt", "ab/e.mkv"]],
  ["it's.mkv", ["it's.mkv"]],
  ['x"y".mkv', ['x"y".mkv']],
  // What a file or a folder is called is that, though it looks like a pattern.
  ["what?.txt", ["what?.txt"]],
  ["[x]", ["[x]"]],
  ["[y]", ["[y]/f.txt"]],
  ["[xy].mkv", ["x.mkv"]],
  ["nothing", []],
  ["nothing*", []],
  ["../*", []],
  ["/", []],
])("%s", async (text, names) => {
  expect(await selected({ kind: "texts", texts: [text] })).toEqual({
    names: [...names],
    unmatched: names.length > 0 ? [] : [text],
  });
});

test("several texts give each file once, in the order of the texts, and those that mean nothing", async () => {
  const texts = ["x.mkv", "no", "a/b", "**/*.txt", "no*", "x.mkv"];
  expect(await selected({ kind: "texts", texts })).toEqual({
    names: ["x.mkv", "a/b/c.mkv", "a/b/d.txt", "[y]/f.txt", "what1.txt", "what?.txt"],
    unmatched: ["no", "no*"],
  });
});

test("a line is a single name where there is one, else each of its words", async () => {
  const line = (text: string): SelectionQuery => ({ kind: "line", line: text, words: text.split(" ") });
  expect(await selected(line("my film.mkv"))).toEqual({ names: ["my film.mkv"], unmatched: [] });
  expect(await selected(line("my *"))).toEqual({ names: ["my film.mkv"], unmatched: [] });
  expect(await selected(line("a.mkv ab"))).toEqual({ names: ["a.mkv", "ab/e.mkv"], unmatched: [] });
  expect(await selected(line("a.mkv no"))).toEqual({ names: ["a.mkv"], unmatched: ["no"] });
  expect(await selected(line("no film"))).toEqual({ names: [], unmatched: ["no film"] });
});

test("only the pages are asked for in which the names are", async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `f${String(index).padStart(5, "0")}`);
  const catalogue = new PagedCatalogue([...names, "series/a", "series/b", "z"], 256);
  for (const text of ["f05000", "series", "series/*", "f0999*"]) {
    expect((await select(catalogue, { kind: "texts", texts: [text] })).unmatched).toEqual([]);
  }
  expect(catalogue.given).toBeLessThan(10 * 256);
});

test("for many texts the catalogue is asked for once, and each means what it does alone", async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `f${String(index).padStart(4, "0")}`);
  const catalogue = new PagedCatalogue([...NAMES, ...names], 256);
  const texts = [...names.slice(0, 100), "a/", "[xy].mkv", "nothing", "z"];
  const { files, unmatched } = await select(catalogue, { kind: "texts", texts });
  const found = files.map(({ name }) => name);
  expect(found).toEqual([...names.slice(0, 100), "a/b.mkv", "a/b/c.mkv", "a/b/d.txt", "x.mkv"]);
  expect(unmatched).toEqual(["nothing", "z"]);
  expect(catalogue.given).toBe(NAMES.length + 1000);
});

test("a file is found in a catalogue that is here, however its name sorts", async () => {
  const names = [...NAMES, ...Array.from({ length: 500 }, (_, index) => `\u{1f600}${index}`), "\uffee"];
  const catalogue = catalogueOf([...names].sort().map((name) => listed(name)));
  for (const name of names) expect((await lookUp(catalogue, name)).map((file) => file.name)).toContain(name);
});

describe("what a text is", () => {
  test("plain is what can be a name alone", () => {
    expect(["a", "a b", "it's", "a/", "a*", "[a", "{a}", "a?"].map(isPlain)).toEqual([
      ...[true, true, true],
      ...[false, false, false, false, false],
    ]);
  });

  test("a single one may be the name of one file", () => {
    expect(singleText({ kind: "all" })).toBeNull();
    expect(singleText({ kind: "texts", texts: ["a"] })).toBe("a");
    expect(singleText({ kind: "texts", texts: ["a", "b"] })).toBeNull();
    expect(singleText({ kind: "line", line: "a b", words: ["a", "b"] })).toBe("a b");
  });

  test("that means nothing is told as what it looks like", () => {
    expect(unmatchedText("a")).toBe("there is no file a, and no folder of that name");
    expect(unmatchedText("a*")).toBe("there is no file a*, and none that it matches (** goes into folders)");
  });
});
