import { expect, test } from "bun:test";
import * as v from "valibot";
import { pagedCatalogue } from "../../../../../src/central/http/api/listed-file.ts";
import { Registry } from "../../../../../src/central/registry/registry.ts";
import type { FileVersion } from "../../../../../src/central/versions/file-version.ts";
import { FilePages } from "../../../../../src/http/api/catalogue/file-pages.ts";
import type { ListedFileAnswer } from "../../../../../src/http/api/central-answers.ts";
import { type FilesQuery, filesQuery } from "../../../../../src/http/api/central-queries.ts";
import { systemClock } from "../../../../../src/platform/clock.ts";
import { held, join, unchanged } from "../../../central/fixtures.ts";

const query = (given: Partial<FilesQuery>) => v.parse(filesQuery, given);

/** A registry in which the first of two secondaries has them all, and the second every third one. */
function registryOf(names: readonly string[]): Registry {
  const registry = new Registry([], () => "aaaaaaaa");
  const files = names.map((name, index) => ({
    ...unchanged(name, "a", "aaaaaaaa:1"),
    ...{ size: (index * 7919) % 101, modified: (index * 104_729) % 997 },
  }));
  join(registry, 1, files);
  join(
    registry,
    2,
    files.filter((_, index) => index % 3 === 0),
  );
  return registry;
}

async function allPages(pages: FilePages<FileVersion>, given: Partial<FilesQuery>): Promise<ListedFileAnswer[]> {
  const all: ListedFileAnswer[] = [];
  for (let cursor: string | undefined; ; ) {
    const { files, next } = await pages.page(query({ ...given, ...(cursor !== undefined && { cursor }) }));
    all.push(...files);
    if (next === null) return all;
    cursor = next;
  }
}

const NAMES = Array.from({ length: 500 }, (_, index) => `${index % 2 ? "Films" : "notes"}/${index}`);

test.each(["name", "size", "modified", "holders"] as const)(
  "the pages by %s are all files once, in their order, whichever way",
  async (sort) => {
    const pages = new FilePages({ clock: systemClock, catalogue: pagedCatalogue(registryOf(NAMES)) });
    const ascending = await allPages(pages, { sort, limit: 37 });
    const key = (file: ListedFileAnswer) => (sort === "name" ? 0 : file[sort]);
    const sorted = ascending.toSorted((one, other) => key(one) - key(other) || (one.name < other.name ? -1 : 1));
    expect(ascending).toEqual(sorted);
    expect(ascending.map(({ name }) => name).sort()).toEqual(NAMES.toSorted());
    expect(await allPages(pages, { sort, order: "desc", limit: 41 })).toEqual(ascending.toReversed());
  },
);

test("what is looked for is a part of the name in any case, within a folder", async () => {
  const pages = new FilePages({ clock: systemClock, catalogue: pagedCatalogue(registryOf(NAMES)) });
  const { files, matches } = await pages.page(query({ search: "FILMS/49", limit: 3 }));
  expect([files.map(({ name }) => name), matches]).toEqual([["Films/49", "Films/491", "Films/493"], 6]);
  expect((await pages.page(query({ search: "49", folder: "notes" }))).matches).toBe(5);
  expect((await pages.page(query({ folder: "note" }))).matches).toBe(0);
});

test.each(["name", "size", "modified", "holders"] as const)(
  "parts by %s from anywhere are the same as the pages",
  async (sort) => {
    const pages = new FilePages({ clock: systemClock, catalogue: pagedCatalogue(registryOf(NAMES)) });
    for (const order of ["asc", "desc"] as const) {
      const given = { sort, order, search: "1", limit: 30 };
      const all = await allPages(pages, given);
      for (const offset of [0, 1, 30, 200, all.length - 1]) {
        const part = await pages.page(query({ ...given, offset }));
        expect([part.files, part.matches]).toEqual([all.slice(offset, offset + 30), all.length]);
        // What follows a part can be asked for as what follows a page.
        if (part.next === null) continue;
        const { files } = await pages.page(query({ ...given, cursor: part.next }));
        expect(files).toEqual(all.slice(offset + 30, offset + 60));
      }
      expect((await pages.page(query({ ...given, offset: 10_000 }))).files).toEqual([]);
    }
  },
);

test("a search of very many files lets everything else have its turn", async () => {
  const registry = registryOf(Array.from({ length: 20_000 }, (_, index) => `f${index}`));
  let now = 0;
  let turns = 0;
  const clock = {
    // Each look at the clock is a millisecond later.
    now: () => {
      now += 1;
      return now;
    },
    nextTurn: (run: () => void) => {
      turns += 1;
      queueMicrotask(run);
    },
    after: () => () => {},
  };
  const { matches } = await new FilePages({ clock, catalogue: pagedCatalogue(registry) }).page(
    query({ search: "f", sort: "size", limit: 10 }),
  );
  expect(matches).toBe(20_000);
  expect(turns).toBeGreaterThan(20_000 / 128 / 2 - 2);
});

test("files that come and go during a search neither end it nor have others come twice", async () => {
  const registry = registryOf(NAMES);
  let now = 0;
  let turns = 0;
  const clock = {
    now: () => {
      now += 10;
      return now;
    },
    nextTurn: (run: () => void) => {
      turns += 1;
      registry.announce(1, turns + 1, [held(`added/${turns}`, "b")], [`Films/${2 * turns + 1}`], false, 0);
      queueMicrotask(run);
    },
    after: () => () => {},
  };
  const { files } = await new FilePages({ clock, catalogue: pagedCatalogue(registry) }).page(
    query({ search: "notes", limit: 1000 }),
  );
  expect(turns).toBeGreaterThan(0);
  expect(files.map(({ name }) => name)).toEqual(NAMES.filter((name) => name.startsWith("notes")).sort());
});
