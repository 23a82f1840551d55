import { expect, test } from "bun:test";
import { GRACE_PERIOD_MS } from "../../../../src/central/registry/catalogue.ts";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import { MAX_NAMES_PER_ADVANCE, type Registry } from "../../../../src/central/registry/registry.ts";
import type { HeldFile } from "../../../../src/protocol/messages/secondary.ts";
import { covers } from "../../../../src/protocol/versions/version-vector.ts";
import { held, id, join, newRegistry, settle, unchanged } from "../fixtures.ts";

const older = unchanged("f", "1", "aaaaaaaa:1");
const newer = unchanged("f", "2", "aaaaaaaa:2");

/** Secondary 1 is lost at 0 with the newer version; 2 holds the older one. */
function withLostNewer(): Registry {
  const registry = newRegistry();
  join(registry, 1, [newer]);
  join(registry, 2, [older]);
  registry.secondaryLost(1, 0);
  return registry;
}

function announce(registry: Registry, number: number, files: HeldFile[], now = 0): Effect[] {
  return registry.announce(number, 9, files, [], true, now);
}

const version = (registry: Registry) => registry.catalogue.get("f")?.id;

test("the newest version keeps its place within the grace period of its last holder, also when others announce theirs", () => {
  const registry = withLostNewer();
  announce(registry, 2, [older], 100);
  settle(registry, 100);
  expect(version(registry)).toBe(id("2"));
  settle(registry, GRACE_PERIOD_MS - 1);
  expect(version(registry)).toBe(id("2"));
  settle(registry, GRACE_PERIOD_MS);
  expect(version(registry)).toBe(id("1"));
});

test("it keeps its place while its holder is connected again and has still to announce it", () => {
  const registry = withLostNewer();
  const later = GRACE_PERIOD_MS + 5000;
  registry.register({ number: 1, instance: "run 2", host: "h", port: 1, removal: 0, http: null });
  announce(registry, 2, [older], later);
  settle(registry, later);
  expect(version(registry)).toBe(id("2"));
});

test("an older version that comes after the grace period takes the place at once", () => {
  const registry = newRegistry();
  join(registry, 1, [newer]);
  registry.secondaryLost(1, 0);
  settle(registry, GRACE_PERIOD_MS);
  registry.register({ number: 2, instance: "run 2", host: "h", port: 2, removal: 0, http: null });
  announce(registry, 2, [older], GRACE_PERIOD_MS + 1);
  settle(registry, GRACE_PERIOD_MS + 1);
  expect(version(registry)).toBe(id("1"));
});

test("without anybody present that holds a version of it, a name keeps its version", () => {
  const registry = withLostNewer();
  registry.secondaryLost(2, 1000);
  settle(registry, 2 * GRACE_PERIOD_MS);
  expect(version(registry)).toBe(id("2"));
});

test("names whose version nobody holds any more are replaced a bounded number at a time", () => {
  const names = Array.from({ length: MAX_NAMES_PER_ADVANCE + 10 }, (_, index) => `f${index}`);
  const registry = newRegistry();
  join(
    registry,
    1,
    names.map((name) => unchanged(name, "2", "aaaaaaaa:2")),
  );
  join(
    registry,
    2,
    names.map((name) => unchanged(name, "1", "aaaaaaaa:1")),
  );
  registry.secondaryLost(1, 0);
  const replaced = () => names.filter((name) => registry.catalogue.get(name)?.id === id("1")).length;
  expect(registry.advance(GRACE_PERIOD_MS).unfinished).toBe(true);
  expect(replaced()).toBe(MAX_NAMES_PER_ADVANCE);
  settle(registry, GRACE_PERIOD_MS);
  expect(replaced()).toBe(names.length);
});

test("files that a secondary does not announce again are dropped a bounded number at a time", () => {
  const files = Array.from({ length: MAX_NAMES_PER_ADVANCE + 1 }, (_, index) => held(`f${index}`, "1"));
  const registry = newRegistry();
  join(registry, 1, files);
  registry.register({ number: 1, instance: "run 2", host: "h", port: 1, removal: 0, http: null });
  announce(registry, 1, []);
  expect(registry.advance(0).unfinished).toBe(true);
  expect(registry.catalogue.size).toBe(1);
  settle(registry);
  expect(registry.catalogue.size).toBe(0);
});

test("edits of the last version go on with its branch, also after others have announced their copies of it", () => {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1", { edits: "11111111" })]);
  const first = registry.catalogue.get("f");
  join(registry, 2, [{ ...unchanged("f", "1", first?.vector ?? ""), edits: "11111111" }]);
  expect(registry.catalogue.get("f")).toBe(first);
  announce(registry, 1, [held("f", "2", { vector: first?.vector ?? "", edits: "22222222 11111111" })]);
  const [branch] = (first?.vector ?? "").split(":");
  expect(registry.catalogue.get("f")?.vector).toBe(`${branch}:2`);
});

test("what is put into a folder is reported once, and only when it becomes the cluster's version", () => {
  const registry = newRegistry();
  join(registry, 1);
  join(registry, 2);
  const events = (effects: Effect[]) =>
    effects.flatMap((effect) => (effect.kind === "file-event" ? [effect.what] : []));
  const file = held("f", "1", { edits: "11111111" });
  expect(events(announce(registry, 1, [file]))).toEqual(["new"]);
  expect(events(announce(registry, 1, [file]))).toEqual([]);
  expect(events(announce(registry, 2, [held("f", "2", { edits: "22222222" })]))).toEqual([]);
  expect(events(announce(registry, 1, [held("f", "3", { edits: "33333333 11111111" })]))).toEqual(["replaced"]);
});

test("an unknown secondary has nothing to copy", () => {
  expect(newRegistry().issueCopyOrders(7, 0)).toEqual({ orders: [], unfinished: false });
});

test("a secondary offers what it holds or copies, while it is present", () => {
  const registry = newRegistry();
  join(registry, 1, [held("f", "1")]);
  join(registry, 2);
  const offers = () => [1, 2, 3].map((number) => registry.sources.hasAnyOf(number, "f"));
  expect(offers()).toEqual([true, false, false]);
  registry.issueCopyOrders(2, 0);
  expect(offers()).toEqual([true, true, false]);
  const entry = registry.catalogue.get("f");
  expect(entry && registry.sources.countHolders(entry)).toBe(1);
  registry.secondaryLost(1, 0);
  expect(offers()).toEqual([false, true, false]);
  expect(entry && registry.sources.countHolders(entry)).toBe(0);
});

test("secondaries and sources are in the order of their numbers", () => {
  const registry = newRegistry();
  for (const number of [3, 1, 2]) join(registry, number, [unchanged("f", "1", "aaaaaaaa:1")]);
  expect(registry.secondaries.sorted().map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(registry.sources.of("f", id("1")).map(({ number }) => number)).toEqual([1, 2, 3]);
});

test("names whose version somebody holds who is there take no steps, although others hold another one", () => {
  const registry = newRegistry();
  const named = (version: string) =>
    Array.from({ length: MAX_NAMES_PER_ADVANCE + 10 }, (_, index) => {
      return unchanged(`f${index}`, version, `aaaaaaaa:${version}`);
    });
  join(registry, 1, named("2"));
  join(registry, 2);
  announce(registry, 2, named("1"));
  expect(registry.advance(0).unfinished).toBe(false);
  expect(registry.catalogue.get("f0")?.id).toBe(id("2"));
});

test("what comes after a version that was replaced does not count as coming after the one that replaced it", () => {
  const registry = newRegistry();
  const put = { edits: "11111111" };
  join(registry, 1, [held("f", "1", put)]);
  const first = registry.catalogue.get("f")?.vector ?? "";
  join(registry, 2, [{ ...unchanged("f", "1", first), ...put }]);
  announce(registry, 1, [held("f", "2", { vector: first, edits: "22222222 11111111" })]);
  const second = registry.catalogue.get("f")?.vector ?? "";
  registry.secondaryLost(1, 0);
  settle(registry, GRACE_PERIOD_MS);
  expect(version(registry)).toBe(id("1"));
  announce(registry, 2, [held("f", "3", { vector: first, edits: "33333333 11111111" })], GRACE_PERIOD_MS);
  expect(version(registry)).toBe(id("3"));
  expect(covers(registry.catalogue.get("f")?.vector ?? "", second)).toBe(false);
});
