import { expect, test } from "bun:test";
import { folderStart, namePattern } from "../../../../src/protocol/names/name-pattern.ts";

test.each(["film.mkv", "series/s01", "it's", '"film"', "film (2020).mkv", "!film", "-x", "a\\b", "a]b", "a}b"])(
  "%s is no pattern",
  (text) => {
    expect(namePattern(text)).toBeNull();
  },
);

test.each<[pattern: string, start: string, matches: readonly string[], others: readonly string[]]>([
  ["series/**", "series/", ["series/a", "series/a/b"], ["series", "seriesx/a", "a/series/b"]],
  ["**", "", ["a", "a/b/c"], []],
  ["*", "", ["a"], ["a/b"]],
  ["*.mkv", "", ["a.mkv", "ñandú.mkv"], ["a.mkvx", "x/a.mkv"]],
  ["**/*.mkv", "", ["a.mkv", "x/y/a.mkv"], ["a.txt"]],
  ["?.mkv", "", ["ñ.mkv", "日.mkv", "😀.mkv"], ["ab.mkv", ".mkv"]],
  ["S0[1-3]/*", "S0", ["S01/a", "S03/b"], ["S04/a", "S0[1-3]/a"]],
  ["{a,b/**}/*.mkv", "", ["a/x.mkv", "b/c/d/x.mkv"], ["c/x.mkv"]],
  ["film (20?0)*", "film (20", ["film (2010).mkv"], ["film 2010.mkv"]],
  ["x*(a)", "x", ["x(a)", "xy(a)"], ["xa", "x"]],
  ["!x*", "!x", ["!xy"], ["xy", "ab"]],
  ["a\\*b*", "a", ["a*bc"], ["axbc"]],
  ["a\\(*", "a", ["a(b"], ["a\\(b"]],
  ["it's \"*", "it's \"", ['it\'s "so"'], ["its so"]],
  ["[[]x]*", "", ["[x].mkv"], ["x].mkv"]],
])("%s", (text, start, matches, others) => {
  const pattern = namePattern(text);
  expect(pattern?.start).toBe(start);
  expect(matches.filter((name) => !pattern?.matches(name))).toEqual([]);
  expect(others.filter((name) => pattern?.matches(name))).toEqual([]);
  for (const name of matches) expect(name).toStartWith(start);
});

test.each(["a/b", "a/b/", "a/b//"])("the folder %s", (folder) => {
  expect(folderStart(folder)).toBe("a/b/");
});
