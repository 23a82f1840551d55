import { expect, test } from "bun:test";
import * as v from "valibot";
import { pagedCatalogue } from "../../../../../src/central/http/api/listed-file.ts";
import { Registry } from "../../../../../src/central/registry/registry.ts";
import type { FileVersion } from "../../../../../src/central/versions/file-version.ts";
import { FolderEntries } from "../../../../../src/http/api/catalogue/folder-entries.ts";
import { folderAnswer } from "../../../../../src/http/api/central-answers.ts";
import { type FolderQuery, folderQuery } from "../../../../../src/http/api/central-queries.ts";
import { systemClock } from "../../../../../src/platform/clock.ts";
import { join, unchanged } from "../../../central/fixtures.ts";

const FILES = [
  ["a-b", 5, 50],
  ["a/x", 10, 30],
  ["a/y/z", 20, 10],
  ["b/only", 100, 5],
  ["c", 7, 70],
] as const;

/** All are at the first of two secondaries, and those of the folder a at both, but a/x. */
function registryOf(files: readonly (readonly [string, number, number])[] = FILES): Registry {
  const registry = new Registry([], () => "aaaaaaaa");
  const held = files.map(([name, size, modified]) => ({ ...unchanged(name, "a", "aaaaaaaa:1"), size, modified }));
  join(registry, 1, held);
  join(
    registry,
    2,
    held.filter(({ name }) => name === "a/y/z" || name === "c"),
  );
  return registry;
}

function entriesOf(files?: readonly (readonly [string, number, number])[]): FolderEntries<FileVersion> {
  return new FolderEntries({ clock: systemClock, catalogue: pagedCatalogue(registryOf(files)) });
}

async function namesIn(folder: string, given: Partial<FolderQuery> = {}, entries = entriesOf()) {
  const answer = await entries.page(folder, v.parse(folderQuery, given));
  return answer && [answer.entries.map(({ name }) => name), answer.total];
}

test("what is right in a folder: folders with all that is beneath them, then files", async () => {
  const answer = await entriesOf().page("", v.parse(folderQuery, {}));
  expect(v.is(folderAnswer, answer)).toBe(true);
  expect(answer?.entries.slice(0, 2)).toEqual([
    { kind: "folder", name: "a", files: 2, bytes: 30, modified: 30, holders: 1 },
    { kind: "folder", name: "b", files: 1, bytes: 100, modified: 5, holders: 1 },
  ]);
  expect(answer?.entries[2]).toMatchObject({ kind: "file", name: "a-b", size: 5, holders: 1 });
  expect(answer?.total).toBe(4);
});

test.each([
  [{}, ["a", "b", "a-b", "c"]],
  [{ order: "desc" }, ["b", "a", "c", "a-b"]],
  [{ sort: "size" }, ["a", "b", "a-b", "c"]],
  [{ sort: "size", order: "desc" }, ["b", "a", "c", "a-b"]],
  [{ sort: "modified" }, ["b", "a", "a-b", "c"]],
  [{ sort: "holders", order: "desc" }, ["b", "a", "c", "a-b"]],
] as const)("in the order %p", async (order, names) => {
  expect(await namesIn("", order)).toEqual([[...names], 4]);
});

test("a folder within a folder, with the whole names of its files", async () => {
  expect(await namesIn("a")).toEqual([["y", "a/x"], 2]);
  expect(await namesIn("a/y")).toEqual([["a/y/z"], 1]);
});

test("a folder that is not there, and the shared folder, which always is", async () => {
  expect(await namesIn("nothing")).toBeNull();
  expect(await namesIn("c")).toBeNull();
  expect(await namesIn("", {}, entriesOf([]))).toEqual([[], 0]);
});

test("parts of a long folder are together all of it once", async () => {
  const names = Array.from({ length: 2500 }, (_, index) => [`d/${index}`, (index * 7919) % 2503, index] as const);
  const entries = entriesOf(names);
  const sizes: number[] = [];
  for (let offset = 0; offset < 2500; offset += 300) {
    const answer = await entries.page("d", v.parse(folderQuery, { sort: "size", offset, limit: 300 }));
    sizes.push(...(answer?.entries ?? []).map((entry) => (entry.kind === "file" ? entry.size : -1)));
  }
  expect(sizes).toEqual(names.map(([, size]) => size).sort((one, other) => one - other));
});

test("a catalogue that is as it was is not gone through again, and whatever changes in it is seen", async () => {
  const registry = registryOf();
  const catalogue = pagedCatalogue(registry);
  let walks = 0;
  const after = (name: string | null) => {
    if (name === null) walks += 1;
    return catalogue.after(name);
  };
  // Its size and state stay those of the registry.
  const entries = new FolderEntries({
    clock: systemClock,
    catalogue: Object.assign(Object.create(catalogue), { after }),
  });
  const root = async () => {
    const answer = await entries.page("", v.parse(folderQuery, {}));
    return answer?.entries.map(({ name, holders }) => `${name} ${holders}`).join(", ");
  };
  expect(await root()).toBe("a 1, b 1, a-b 1, c 2");
  for (let times = 0; times < 3; times++) await root();
  expect(walks).toBe(1);
  registry.secondaryLost(2, 0);
  expect([await root(), walks]).toEqual(["a 1, b 1, a-b 1, c 1", 2]);
  join(registry, 2, [{ ...unchanged("c", "a", "aaaaaaaa:1"), size: 7, modified: 70 }]);
  expect([await root(), walks]).toEqual(["a 1, b 1, a-b 1, c 2", 3]);
  join(registry, 3, [{ ...unchanged("d", "a", "aaaaaaaa:1"), size: 1, modified: 1 }]);
  expect([await root(), walks]).toEqual(["a 1, b 1, a-b 1, c 2, d 1", 4]);
  expect([await root(), walks]).toEqual(["a 1, b 1, a-b 1, c 2, d 1", 4]);
});
