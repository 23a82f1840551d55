import { beforeEach, expect, test } from "bun:test";
import { CentralPlaces } from "../../../../../src/central/http/uploads/central-places.ts";
import type { Registry } from "../../../../../src/central/registry/registry.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { inEnglish } from "../../../../support/in-english.ts";
import { held, id, join, newRegistry } from "../../fixtures.ts";

let registry: Registry;
let missing: string | null;
let places: CentralPlaces;
let clock: FakeClock;

beforeEach(() => {
  registry = newRegistry();
  missing = null;
  clock = new FakeClock();
  const figures = { of: () => ({ isKnown: true, room: { total: 100, free: 50 } }) as never, left: () => null as never };
  const serving = { missing: () => missing };
  places = new CentralPlaces({ clock, serving, registry, figures });
});

test("what a name has, and to whom a file goes", async () => {
  join(registry, 1, [held("f", "1", { modified: 7 }), held("a/b", "2")]);
  expect(await places.find("f", 50)).toMatchObject({ kind: "found", version: { id: id("1"), modified: 7 } });
  expect(await places.find("new", 50)).toEqual({ kind: "found", version: null });
  expect(await places.place({ name: "new", size: 5, id: id("3"), at: null })).toMatchObject({
    base: null,
    to: { number: 1 },
  });
  expect(await places.place({ name: "f", size: 5, id: id("1"), at: null })).toMatchObject({ base: id("1"), to: null });
  expect(await places.holders("f", id("1"), new AbortController().signal)).toBe(1);
});

test("a central that stops waits for no file", async () => {
  const ending = new AbortController();
  const holders = places.holders("f", id("1"), ending.signal);
  expect(clock.pending).toBe(1);
  ending.abort();
  expect([await holders, clock.pending]).toEqual([0, 0]);
});

test("why nobody takes a file, each with the status that programs expect", async () => {
  expect(inEnglish(await places.find("f", 5))).toMatchObject({ status: 503, reason: "no secondary is there now" });
  join(registry, 1, [held("f", "1"), held("a/b", "2")]);
  expect(inEnglish(await places.find("f", 51))).toMatchObject({
    status: 507,
    reason: "no secondary has the room for 51 B",
  });
  expect(await places.find("a", 5)).toMatchObject({ status: 409 });
  expect(await places.find("f/g", 5)).toMatchObject({ status: 409 });
  missing = "2 of 3 secondaries registered";
  const reason = "this central serves nothing yet: 2 of 3 secondaries registered";
  expect(inEnglish(await places.find("f", 5))).toEqual({ kind: "refused", status: 503, reason });
  await expect(places.place({ name: "f", size: 5, id: id("3"), at: null })).rejects.toMatchObject({
    code: "not-synchronized",
  });
});
