import { expect, test } from "bun:test";
import { type SelectableFiles, select } from "../../../../src/central/operations/selection.ts";
import type { CatalogueView } from "../../../../src/central/registry/catalogue.ts";
import { type Clock, systemClock } from "../../../../src/platform/clock.ts";
import { held, join, newRegistry } from "../fixtures.ts";

function catalogueOf(...names: string[]): CatalogueView {
  const registry = newRegistry();
  join(
    registry,
    1,
    names.map((name) => held(name, "a")),
  );
  return registry.catalogue;
}

const catalogue = catalogueOf(
  "a.mkv",
  "a/b.mkv",
  "a/b/c.mkv",
  "a/b/d.txt",
  "ab/e.mkv",
  "película 1.mkv",
  "what?.txt",
  "what1.txt",
  "[x]",
  "[y]/f.txt",
);

test.each([
  ["a.mkv", ["a.mkv"]],
  ["a", ["a/b.mkv", "a/b/c.mkv", "a/b/d.txt"]],
  ["a/", ["a/b.mkv", "a/b/c.mkv", "a/b/d.txt"]],
  ["a/b", ["a/b/c.mkv", "a/b/d.txt"]],
  ["a//", ["a/b.mkv", "a/b/c.mkv", "a/b/d.txt"]],
  ["*.mkv", ["a.mkv", "película 1.mkv"]],
  ["*", ["[x]", "a.mkv", "película 1.mkv", "what1.txt", "what?.txt"]],
  ["**/*.mkv", ["a.mkv", "a/b.mkv", "a/b/c.mkv", "ab/e.mkv", "película 1.mkv"]],
  ["a/*", ["a/b.mkv"]],
  ["a/**", ["a/b.mkv", "a/b/c.mkv", "a/b/d.txt"]],
  ["a*/*.mkv", ["a/b.mkv", "ab/e.mkv"]],
  ["a/b/?.mkv", ["a/b/c.mkv"]],
  // What comes before the first special character may be a whole name.
  ["a.mkv*", ["a.mkv"]],
  ["a/b/{c,d}.*", ["a/b/c.mkv", "a/b/d.txt"]],
  // A file whose name is a pattern is that file.
  ["what?.txt", ["what?.txt"]],
  ["[x]", ["[x]"]],
  // The same of a folder.
  ["[y]", ["[y]/f.txt"]],
  ["nothing", []],
  ["nothing*", []],
  ["!a*", []],
  ["", []],
  ["/", []],
  ["..", []],
  ["../*", []],
])("%s", async (text, names) => {
  const selection = await select(catalogue, text, systemClock);
  expect([...selection.names].sort()).toEqual(names.toSorted());
  expect(selection.bytes).toBe(10 * names.length);
});

test("others have their turn while a large catalogue is looked through", async () => {
  const names = Array.from({ length: 12_000 }, (_, index) => `f${index}`);
  let turns = 0;
  const clock = {
    ...systemClock,
    after(delay: number, run: () => void) {
      turns += 1;
      return systemClock.after(delay, run);
    },
  };
  expect((await select(catalogueOf(...names), "f*", clock)).names).toHaveLength(12_000);
  expect(turns).toBeGreaterThan(1);
});

test("others have their turn while names are compared, however long one of them takes", async () => {
  let now = 0;
  let turns = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => now,
    after: (_ms, run) => {
      turns += 1;
      return systemClock.after(0, run);
    },
  };
  const all = Array.from({ length: 50 }, (_, index) => ({ name: `f${index}`, size: 1 }));
  function* slowly(from: number) {
    for (const entry of all.slice(from)) {
      now += 2;
      yield entry as never;
    }
  }
  const files: SelectableFiles = {
    get: () => undefined,
    from: () => slowly(0),
    after: (name) => slowly(all.findIndex((entry) => entry.name === name) + 1),
  };
  expect((await select(files, "f*", clock)).names).toEqual(all.map(({ name }) => name));
  expect(turns).toBeGreaterThan(10);
});
