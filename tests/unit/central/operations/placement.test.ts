import { beforeEach, expect, test } from "bun:test";
import { placeFile } from "../../../../src/central/operations/placement.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { held, id, join, newRegistry, settle, unchanged } from "../fixtures.ts";

let registry: Registry;
/** Bytes that are free; null: its disk is not known. */
let free: Map<number, number | null>;
/** Bytes of kept files. */
let kept: Map<number, number>;

beforeEach(() => {
  registry = newRegistry();
  free = new Map();
  kept = new Map();
});

function place(changes: { name?: string; size?: number; id?: string; at?: number | null } = {}) {
  const figures = {
    of: (number: number) => {
      const bytes = free.get(number);
      const room = typeof bytes === "number" ? { total: 100, free: bytes } : null;
      return { isKnown: bytes !== undefined, room, kept: kept.get(number) ?? 0 } as never;
    },
  };
  const wanted = { name: "f", size: 10, id: id("9"), at: null, ...changes };
  const decision = placeFile({ ...registry, figures }, wanted);
  if (decision.kind === "refused") return `${decision.code}: ${decision.reason}`;
  return [decision.base, decision.to?.number ?? null];
}

test("a new file goes to the secondary with the most room that is there, or to the one that is asked for", () => {
  for (const number of [1, 2, 3]) join(registry, number);
  for (const [number, bytes] of [
    [1, 50],
    [2, 70],
    [3, 90],
  ] as const)
    free.set(number, bytes);
  expect(place()).toEqual([null, 3]);
  registry.secondaryLost(3, 0);
  expect(place()).toEqual([null, 2]);
  expect(place({ at: 1 })).toEqual([null, 1]);
  expect(place({ at: 3 })).toBe("not-held: secondary 3 is not there: status lists those that are");
  expect(place({ at: 4 })).toBe("unwritable: there is no secondary 4");
});

test("a file that replaces a version goes to one that has it", () => {
  join(registry, 1, [held("f", "1")]);
  join(registry, 2);
  for (const number of [1, 2]) free.set(number, 50 * number);
  expect(place()).toEqual([id("1"), 1]);
  expect(place({ at: 2 })).toBe(
    "not-held: secondary 2 has not the present version of f, which is to be replaced: try again later",
  );
  registry.secondaryLost(1, 0);
  expect(place()).toBe(
    "not-held: no secondary that is there has the present version of f, which is to be replaced: try again later",
  );
  registry.secondaryLost(2, 0);
  expect(place()).toBe("not-held: no secondary is there now");
});

test("what is there already in this version is sent nowhere", () => {
  join(registry, 1, [unchanged("f", "9", "aaaaaaaa:1")]);
  expect(place()).toEqual([id("9"), null]);
});

test("there must be room, as far as it is known", () => {
  join(registry, 1);
  expect(place({ size: 1e12 })).toEqual([null, 1]);
  free.set(1, 9);
  expect(place()).toBe("unwritable: no secondary has the room for 10 B");
  expect(place({ at: 1 })).toBe("unwritable: secondary 1 has not the room for 10 B");
  free.set(1, null);
  expect(place()).toContain("no secondary has the room");
});

test("where none has the room, kept files may make way where that is enough", () => {
  for (const number of [1, 2]) join(registry, number);
  free.set(1, 8);
  free.set(2, 5);
  kept.set(2, 4);
  expect(place()).toContain("no secondary has the room");
  kept.set(2, 5);
  expect(place()).toEqual([null, 2]);
  expect(place({ size: 8 })).toEqual([null, 1]);
});

test("nothing is put where a folder is, or into a file", () => {
  join(registry, 1, [held("d/x", "1"), held("a", "1")]);
  settle(registry);
  expect(place({ name: "d" })).toBe("unwritable: there is a folder d, so no file can be called so");
  expect(place({ name: "a/b" })).toBe("unwritable: a is a file, so nothing can be put into it");
});
