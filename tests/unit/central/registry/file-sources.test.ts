import { expect, test } from "bun:test";
import { edited, first, held, id, join, newRegistry, unchanged } from "../fixtures.ts";

const older = unchanged("f", "1", "aaaaaaaa:1");
const newer = unchanged("f", "2", "aaaaaaaa:2");

test("a version has the secondaries as its sources that hold it, and those that copy it, while they are present", () => {
  const registry = newRegistry();
  for (const number of [3, 1]) join(registry, number, [newer]);
  join(registry, 2);
  registry.issueCopyOrders(2, 0);
  expect(registry.sources.of("f", id("2")).map(({ number, partial }) => [number, partial])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
  expect(registry.sources.of("f", id("1"))).toEqual([]);
  registry.secondaryLost(1, 0);
  expect(registry.sources.of("f", id("2")).map(({ number }) => number)).toEqual([2, 3]);
});

test("a version is superseded once another one has followed it, or it was removed", () => {
  const registry = newRegistry();
  join(registry, 1, [first]);
  const superseded = (...versions: string[]) =>
    versions.map((version) => registry.sources.isSuperseded("f", id(version)));
  expect(superseded("1", "2", "3")).toEqual([false, false, false]);
  registry.announce(1, 2, [edited], [], true, 0);
  expect(superseded("1", "2", "3")).toEqual([true, false, false]);
  registry.remove("f", 1);
  expect(superseded("1", "2", "3")).toEqual([true, true, false]);
  expect(registry.sources.isSuperseded("unknown", id("1"))).toBe(false);
});

test("a version is found that is the cluster's, or that somebody holds or held under the name", () => {
  const registry = newRegistry();
  join(registry, 1, [newer]);
  join(registry, 2, [older, held("g", "3")]);
  const found = (version: string) => registry.sources.find("f", id(version))?.id;
  expect([found("2"), found("1"), found("3")]).toEqual([id("2"), id("1"), undefined]);
  expect(registry.sources.find("f", id("2"))).toBe(registry.catalogue.get("f"));
  registry.secondaryLost(2, 0);
  expect(found("1")).toBe(id("1"));
});
