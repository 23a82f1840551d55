import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import type { Messages } from "../../../../../src/protocol/messages/messages.ts";
import {
  type LocalContent,
  type LocalContentDeps,
  type LocalSource,
  localContentOf,
} from "../../../../../src/secondary/replication/local/local-content.ts";
import { content, contentOf } from "../../../transfer/content.ts";

const FILM = content(3 * MIB);
const { id } = FILM.version;

const BOUNDS = { folder: "share", except: ".redes" };

/** A secondary that shares FILM under these names, and may have kept it. */
class LocalContentFixture {
  readonly rechecked: string[] = [];
  readonly suspected: Messages["suspect"][] = [];
  readonly content: LocalContent;

  constructor(names: readonly string[], keptAt: string | null = null) {
    const isShared = (asked: string) => asked === id && names.length > 0;
    const deps: LocalContentDeps = {
      index: {
        get: (name) => (names.includes(name) ? FILM.version : undefined),
        byId: (asked) => (isShared(asked) ? FILM.version : undefined),
        placesOf: (asked) =>
          isShared(asked) ? names.map((name) => ({ name, path: `share/${name}`, bounds: BOUNDS })) : [],
        hashes: async (asked) => (isShared(asked) ? FILM.hashes : null),
        recheck: (name) => void this.rechecked.push(name),
      },
      kept: {
        has: (asked) => asked === id && keptAt !== null,
        find: async () => (keptAt === null ? null : { path: keptAt }),
      },
      repairs: { requestVerification: (request) => void this.suspected.push(request) },
    };
    this.content = localContentOf(deps);
  }
}

test("content is here under the names of the index and among the kept files, and at most four files are named", async () => {
  expect(new LocalContentFixture([]).content.has(id)).toBe(false);
  expect(await new LocalContentFixture([]).content.sources(id)).toEqual([]);
  const { content: both } = new LocalContentFixture(["a"], "kept/1");
  expect([both.has(id), both.has("0".repeat(64))]).toEqual([true, false]);
  expect(await both.sources(id)).toEqual([
    { name: "a", path: "share/a", reach: BOUNDS },
    { name: null, path: "kept/1", reach: "any" },
  ]);
  const { content: many } = new LocalContentFixture(["a", "b", "c", "d", "e"], "kept/1");
  expect((await many.sources(id)).map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  const { content: kept } = new LocalContentFixture([], "kept/1");
  expect(kept.has(id)).toBe(true);
});

/** A file of the index. */
const SOURCE: LocalSource = { name: "a", path: "share/a", reach: BOUNDS };

test("a file with a wrong piece is verified from that piece on", async () => {
  const fixture = new LocalContentFixture(["a"]);
  const bytes = Buffer.from(FILM.bytes);
  bytes[2 * MIB + 3] = (bytes[2 * MIB + 3] ?? 0) ^ 1;
  await fixture.content.reportMismatch(SOURCE, id, contentOf(bytes).hashes);
  expect(fixture.suspected).toEqual([{ type: "suspect", id, piece: 2, accuser: "a copy of it under another name" }]);
  expect(fixture.rechecked).toEqual([]);
});

test("a file of another size, or of a version that is not indexed any more, is checked again", async () => {
  for (const names of [["a"], []]) {
    const fixture = new LocalContentFixture(names);
    await fixture.content.reportMismatch(SOURCE, id, content(5 * MIB).hashes);
    expect([fixture.suspected, fixture.rechecked]).toEqual([[], ["a"]]);
  }
});

test("a kept file is of no interest to the index", async () => {
  const fixture = new LocalContentFixture(["a"], "kept/1");
  await fixture.content.reportMismatch({ name: null, path: "kept/1", reach: "any" }, id, content(5 * MIB).hashes);
  expect([fixture.suspected, fixture.rechecked]).toEqual([[], []]);
});

test("the older version of a name is its file, with the hashes that the index has of it", async () => {
  const { content: local } = new LocalContentFixture(["a", "b"]);
  const read = { cutAs: 3 * MIB, hashes: FILM.hashes };
  expect(await local.older("b")).toEqual({ path: "share/b", reach: BOUNDS, size: 3 * MIB, read });
  expect(await local.older("c")).toBeNull();
});
