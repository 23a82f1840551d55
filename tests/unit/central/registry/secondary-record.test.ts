import { describe, expect, test } from "bun:test";
import { NameLimit } from "../../../../src/central/name-limit.ts";
import { GRACE_PERIOD_MS } from "../../../../src/central/registry/catalogue.ts";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import { MAX_NAMES_PER_ADVANCE, Registry } from "../../../../src/central/registry/registry.ts";
import { missingText } from "../../../../src/central/serving/missing-text.ts";
import { missingForSync, missingToServe } from "../../../../src/central/serving/synchronization.ts";
import {
  branches,
  edited,
  first,
  held,
  id,
  join,
  names,
  newRegistry,
  ordered,
  secondaryOf,
  sent,
  settle,
  unchanged,
} from "../fixtures.ts";

const A = "aaaaaaaa";

describe("a lost secondary", () => {
  test("keeps the newest version in its place for a while; then the others' counts, until it is back", () => {
    const registry = newRegistry();
    for (const number of [1, 2, 3]) join(registry, number, [first]);
    registry.announce(1, 2, [edited], [], true, 0);
    registry.announce(3, 2, [], ["f"], true, 0);
    registry.secondaryLost(1, 1000);
    settle(registry, 1000 + GRACE_PERIOD_MS - 1);
    expect(registry.catalogue.get("f")?.id).toBe(id("2"));
    expect(ordered(registry, 3)).toEqual([]);
    settle(registry, 1000 + GRACE_PERIOD_MS);
    expect(registry.catalogue.get("f")?.id).toBe(id("1"));
    expect(ordered(registry, 3)).toEqual(["f"]);
    const back = join(registry, 1, [unchanged("f", "2", registry.secondaries.get(1)?.heldVersion("f")?.vector ?? "")]);
    expect(sent(back, 3, "withdraw")).toHaveLength(1);
    expect(registry.catalogue.get("f")?.id).toBe(id("2"));
  });

  test("keeps nobody waiting for what only it holds, which is not forgotten", () => {
    const registry = newRegistry();
    join(registry, 1, [held("only", "1")]);
    join(registry, 2);
    registry.secondaryLost(1, 0);
    expect(ordered(registry, 2)).toEqual([]);
    settle(registry, 10 * GRACE_PERIOD_MS);
    expect(names(registry, null)).toEqual(["only"]);
    expect(missingText(missingForSync(registry, 1))).toBeNull();
    join(registry, 1, [unchanged("only", "1", "00000002:1")]);
    expect(ordered(registry, 2)).toEqual(["only"]);
  });

  test("that comes back without a file has no place in the catalogue for it", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1"), held("g", "1")]);
    registry.secondaryLost(1, 0);
    registry.register({ number: 1, instance: "new", host: "h", port: 1, removal: 0, http: null });
    expect(registry.catalogue.size).toBe(2);
    registry.announce(1, 1, [held("g", "1")], [], true, 0);
    settle(registry);
    expect(names(registry, null)).toEqual(["g"]);
  });

  test("is no source, and its number is free", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    expect(registry.secondaries.isTaken(1, "another")).toBe(true);
    expect(registry.secondaries.isTaken(1, "run 1")).toBe(false);
    expect(registry.sources.of("f", id("1"))).toEqual([{ number: 1, host: "h", port: 1, partial: false }]);
    registry.secondaryLost(1, 0);
    expect(registry.secondaries.isTaken(1, "another")).toBe(false);
    expect(registry.sources.of("f", id("1"))).toEqual([]);
    expect(registry.announce(1, 2, [held("g", "1")], [], true, 0)).toEqual([]);
  });
});

describe("a secondary whose disk is not there", () => {
  test("is no source and gets no orders, keeps its number, and gives nothing up", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1"), held("only", "2")]);
    join(registry, 2, [held("f", "1"), held("g", "3")]);
    registry.diskMissing(1, "it is not mounted", 0);
    expect(registry.sources.of("f", id("1")).map(({ number }) => number)).toEqual([2]);
    expect(registry.sources.of("only", id("2"))).toEqual([]);
    expect(ordered(registry, 1)).toEqual([]);
    expect(ordered(registry, 2)).toEqual([]);
    expect(names(registry, null)).toEqual(["f", "g", "only"]);
    expect(registry.secondaries.isTaken(1, "another")).toBe(true);
    expect(missingText(missingForSync(registry, 2))).toContain("1 of 2 secondaries");
    settle(registry, 10 * GRACE_PERIOD_MS);
    expect(names(registry, null)).toEqual(["f", "g", "only"]);
  });

  test("tells all anew when it is back, and learns of what was removed meanwhile", () => {
    const registry = newRegistry();
    join(registry, 1, [unchanged("f", "1", `${A}:1`), unchanged("h", "4", `${A}:1`)]);
    join(registry, 2, [unchanged("f", "1", `${A}:1`), held("g", "3")]);
    registry.diskMissing(1, "it is not mounted", 0);
    registry.diskMissing(1, "another one is", 0);
    registry.remove("f", 1);
    const effects = registry.diskBack(1);
    expect(sent(effects, 1, "remove")).toMatchObject([{ serial: 1, name: "f" }]);
    expect(registry.diskBack(1)).toEqual([]);
    expect(ordered(registry, 1)).toEqual([]);
    registry.announce(1, 1, [unchanged("h", "4", `${A}:1`)], [], true, 0);
    settle(registry);
    expect(ordered(registry, 1)).toEqual(["g"]);
    expect(ordered(registry, 2)).toEqual(["h"]);
  });

  test("is lost like any other when its session ends, and its number is free", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    registry.diskMissing(1, "it is not mounted", 0);
    registry.secondaryLost(1, 0);
    expect(secondaryOf(registry, 1).diskFault).toBeNull();
    expect(registry.secondaries.isTaken(1, "another")).toBe(false);
    expect(registry.diskBack(1)).toEqual([]);
  });
});

test("a secondary without its disk is registered, and what is missing is the disk", () => {
  const registry = newRegistry();
  join(registry, 1);
  join(registry, 2);
  registry.diskMissing(2, "not mounted", 0);
  expect(missingText(missingForSync(registry, 2))).toBe(
    "1 of 2 secondaries sharing their folders; the disk of secondary 2 is missing",
  );
  expect(missingText(missingForSync(registry, 3))).toBe(
    "1 of 3 secondaries sharing their folders, 1 not registered; the disk of secondary 2 is missing",
  );
  registry.secondaryLost(1, 0);
  expect(missingText(missingToServe(registry))).toBe("the disk of secondary 2 is missing");
});

test("names that one secondary announces beyond the bound do not count, which is said once, and others' do", () => {
  const registry = new Registry([], branches(), new NameLimit(3));
  join(registry, 1, [held("a", "1"), held("b", "1"), held("c", "1")]);
  const warnings = (effects: Effect[]) => effects.flatMap((effect) => (effect.kind === "warn" ? [effect.message] : []));
  const further = registry.announce(1, 2, [held("d", "1"), held("b", "2"), held("e", "1")], [], true, 0);
  expect(warnings(further)).toEqual(["secondary 1 has announced 3 names, as many as may be; others do not count"]);
  expect(sent(further, 1, "reviewed")).toHaveLength(1);
  expect(warnings(registry.announce(1, 3, [held("f", "1")], [], true, 0))).toEqual([]);
  expect(names(registry, null)).toEqual(["a", "b", "c"]);

  join(registry, 2, [held("d", "1")]);
  registry.announce(1, 4, [held("g", "1")], ["a"], true, 0);
  registry.announce(1, 5, [held("h", "1")], [], true, 0);
  settle(registry);
  expect(names(registry, null).filter((name) => name > "c")).toEqual(["d", "g"]);
});

test("what it lacks is found out a bounded number of names at a time, and the registry is busy meanwhile", () => {
  const registry = newRegistry();
  const files = Array.from({ length: MAX_NAMES_PER_ADVANCE + 10 }, (_, index) => held(`f${index}`, "1"));
  join(registry, 1, files);
  expect(registry.isBusy).toBe(false);
  registry.register({ number: 2, instance: "run 2", host: "h", port: 2, removal: 0, http: null });
  registry.announce(2, 1, [], [], true, 0);
  const lacking = () => secondaryOf(registry, 2).copies.pendingCount;
  expect([registry.advance(0).unfinished, lacking(), registry.isBusy]).toEqual([true, MAX_NAMES_PER_ADVANCE, true]);
  expect([registry.advance(0).unfinished, lacking()]).toEqual([false, files.length]);
  // Its copies are left.
  expect(registry.isBusy).toBe(true);
});
