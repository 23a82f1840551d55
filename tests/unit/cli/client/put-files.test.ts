import { expect, test } from "bun:test";
import { filesToPut } from "../../../../src/cli/client/orders/put-files.ts";

/** `path→name` of each file; else what is wrong. */
function plan(paths: string[], as: string | null = null): string[] | string {
  try {
    return filesToPut(paths, as).map(({ path, name }) => `${path}→${name}`);
  } catch (error) {
    return (error as Error).message;
  }
}

test.each([
  [["/data/film.mkv"], null, ["/data/film.mkv→film.mkv"]],
  [["a", "b/c"], null, ["a→a", "b/c→c"]],
  [["a"], "series/x", ["a→series/x"]],
  [["a", "b/c"], "series/", ["a→series/a", "b/c→series/c"]],
  [["a"], "/", ["a→a"]],
  [["-"], "dump.sql", ["-→dump.sql"]],
])("%p as %p", (paths, as, expected) => {
  expect(plan(paths, as)).toEqual(expected);
});

test.each([
  [[], null, "FILE is missing"],
  [["a", "b"], "c", "that is the name of one file, and there are 2"],
  [["-"], null, "what comes from stdin needs a name"],
  [["-"], "d/", "what comes from stdin needs a name"],
  [[".hidden"], null, "a segment begins with a dot"],
  [["a"], "../b", "a segment begins with a dot"],
  [["x/a", "y/a"], null, "two of the files would be called a"],
])("%p as %p is refused", (paths, as, reason) => {
  expect(plan(paths, as)).toContain(reason);
});
