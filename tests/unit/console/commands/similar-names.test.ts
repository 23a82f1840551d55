import { expect, test } from "bun:test";
import { SimilarNames } from "../../../../src/console/commands/similar-names.ts";

function similar(typed: string, names: readonly string[], most = 3): readonly string[] {
  const found = new SimilarNames(typed, most);
  for (const name of names) found.consider(name);
  return found.names;
}

const NAMES = ["Film.mkv", "film 2.mkv", "series/one/e01.mkv", "series/one/e02.mkv", "Año nuevo.mp4", "x"];

test.each([
  ["film.mkv", ["Film.mkv"]],
  ["flim.mkv", ["Film.mkv"]],
  ["Film", ["Film.mkv"]],
  ["e01.mkv", ["series/one/e01.mkv", "series/one/e02.mkv"]],
  ["e01", ["series/one/e01.mkv"]],
  ["serie/one/e01.mkv", ["series/one/e01.mkv", "series/one/e02.mkv"]],
  ["An\u0303o nuevo.mp4", ["Año nuevo.mp4"]],
  ["Ano nuevo.mp4", ["Año nuevo.mp4"]],
  ["y", []],
  ["something else.mkv", []],
])("%p is like %p", (typed, names) => {
  expect(similar(typed, NAMES)).toEqual(names);
});

test("the nearest few, in whatever order they come", () => {
  const many = ["abcdefghij4", "abcdefghij3", "abcdefghij2", "abcdefghij1", "abcdefghij"];
  expect(similar("ABCDEFGHIJ", many)).toEqual(["abcdefghij", "abcdefghij1", "abcdefghij2"]);
  expect(similar("ABCDEFGHIJ", [...many].reverse())).toEqual(["abcdefghij", "abcdefghij1", "abcdefghij2"]);
  expect(similar("abcdefghij", ["abcdefghij1", "abcdefghij1"])).toEqual(["abcdefghij1"]);
});
