import { describe, expect, test } from "bun:test";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import { ORDER_RETRY_MS } from "../../../../src/central/registry/pending-orders.ts";
import { missingText } from "../../../../src/central/serving/missing-text.ts";
import { missingForSync } from "../../../../src/central/serving/synchronization.ts";
import type { Tombstone } from "../../../../src/central/tombstones/tombstone.ts";
import { covers } from "../../../../src/protocol/versions/version-vector.ts";
import {
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

function voided(effects: readonly Effect[]): Tombstone[] {
  return effects.flatMap((effect) => (effect.kind === "tombstone-void" ? [effect.tombstone] : []));
}

/** A file that two held was removed while secondary 2 was away; then this content was put there at secondary 1. */
function removedAndPutAgain(content: string) {
  const registry = newRegistry();
  for (const number of [1, 2]) join(registry, number, [first]);
  registry.secondaryLost(2, 0);
  registry.remove("f", 1);
  registry.tombstonesApplied(1, 1);
  registry.announce(1, 2, [], ["f"], true, 0);
  const [tombstone] = voided(registry.announce(1, 3, [held("f", content, { edits: "22222222" })], [], true, 0));
  if (!tombstone) throw new Error("the tombstone is not void");
  return { registry, tombstone };
}

describe("a removal", () => {
  test("reaches all, those who come later too, and older versions", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.announce(1, 2, [edited], [], true, 0);
    const done = registry.remove("f", 1);
    if (!done) throw new Error("not removed");
    expect(sent(done.effects, 1, "remove")[0]?.id).toBe(id("2"));
    expect(sent(done.effects, 2, "remove")[0]?.id).toBe(id("1"));
    expect(registry.remove("f", 2)).toBeNull();
    const late = newRegistry([done.tombstone]);
    const effects = join(late, 3, [first]);
    expect(sent(effects, 3, "remove")).toMatchObject([{ type: "remove", serial: 1, name: "f", id: id("2") }]);
    expect(late.catalogue.size).toBe(0);
    late.tombstonesApplied(3, 1);
    // It refused, for it holds an older one: it is told again what to remove.
    const again = late.announce(3, 2, [first], [], true, 0);
    expect(sent(again, 3, "remove")[0]?.id).toBe(id("1"));
    expect(join(late, 4, [], 1)).toHaveLength(1);
  });

  test("does not outlive what a user puts there afterwards", () => {
    const registry = newRegistry();
    join(registry, 1, [first]);
    const tombstone = registry.remove("f", 1)?.tombstone;
    registry.tombstonesApplied(1, 1);
    registry.announce(1, 2, [], ["f"], true, 0);
    const back = registry.announce(1, 3, [held("f", "1")], [], true, 0);
    expect(voided(back)).toMatchObject([{ ...tombstone, putAgain: [id("1")] }]);
    expect(names(registry, null)).toEqual(["f"]);
  });

  test("is not undone by a secondary that has lost its database, whichever version it has", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.secondaryLost(2, 0);
    registry.announce(1, 2, [edited], [], true, 0);
    const done = registry.remove("f", 1);
    if (!done) throw new Error("not removed");
    expect(done.tombstone).toMatchObject({ id: id("2"), others: [id("1")] });
    for (const version of ["1", "2"]) {
      const late = newRegistry([done.tombstone]);
      const effects = join(late, 2, [unchanged("f", version, "")], 1);
      expect(sent(effects, 2, "remove")).toMatchObject([{ name: "f", id: id(version) }]);
      expect(late.catalogue.size).toBe(0);
    }
    // Nobody knows what this is.
    const late = newRegistry([done.tombstone]);
    expect(voided(join(late, 2, [unchanged("f", "3", "")], 1))).toEqual([{ ...done.tombstone, putAgain: [] }]);
    const entry = late.catalogue.get("f");
    expect(entry?.id).toBe(id("3"));
    // It comes after the removal.
    expect(covers(entry?.vector ?? "", done.tombstone.vector)).toBe(true);
    expect(covers(done.tombstone.vector, entry?.vector ?? "")).toBe(false);
  });

  test("takes what it came after, though that secondary never heard of the number", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1", { edits: "11111111" })]);
    const done = registry.remove("f", 1);
    if (!done) throw new Error("not removed");
    const late = newRegistry([done.tombstone]);
    expect(sent(join(late, 1, [held("f", "1", { edits: "11111111" })], 1), 1, "remove")).toHaveLength(1);
  });

  test("leaves its place to a version that it does not cover: what others made of that comes after it", () => {
    const registry = newRegistry();
    join(registry, 1, [first]);
    const done = registry.remove("f", 1);
    if (!done) throw new Error("not removed");
    const late = newRegistry([done.tombstone]);
    const old = unchanged("f", "2", "eeeeeeee:1");
    expect(voided(join(late, 2, [old], 1))).toEqual([{ ...done.tombstone, putAgain: [] }]);
    const effects = join(late, 3, [unchanged("f", "3", "eeeeeeee:4")], 1);
    expect(effects.filter((effect) => effect.kind === "send" && effect.message.type === "conflict")).toEqual([]);
    expect(late.catalogue.get("f")?.id).toBe(id("3"));
    expect(ordered(late, 2)).toEqual(["f"]);
  });

  test("comes before what is put there afterwards, and so does all that it removed", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.secondaryLost(2, 0);
    registry.remove("f", 1);
    registry.tombstonesApplied(1, 1);
    registry.announce(1, 2, [], ["f"], true, 0);
    registry.announce(1, 3, [held("f", "2")], [], true, 0);
    const late = newRegistry();
    join(late, 1, [unchanged("f", "2", registry.catalogue.get("f")?.vector ?? "")]);
    const effects = join(late, 2, [first], 1);
    expect(sent(effects, 2, "conflict")).toEqual([]);
    expect(ordered(late, 2)).toEqual(["f"]);
  });

  test("takes older versions away also when something else was put there and is gone, for which it is void", () => {
    const { registry, tombstone } = removedAndPutAgain("2");
    expect(tombstone.putAgain).toEqual([]);
    registry.announce(1, 4, [], ["f"], true, 0);
    expect(registry.catalogue.size).toBe(0);
    for (const each of [registry, newRegistry([tombstone])]) {
      const effects = join(each, 2, [first]);
      expect(sent(effects, 2, "remove")).toMatchObject([{ name: "f", id: id("1"), vector: tombstone.vector }]);
      expect(each.catalogue.size).toBe(0);
      // One that has lost its database too.
      expect(sent(join(each, 3, [unchanged("f", "1", "")]), 3, "remove")).toHaveLength(1);
      expect(each.catalogue.size).toBe(0);
    }
  });

  test("takes older versions away also while there is a new one, which is copied then", () => {
    const { registry } = removedAndPutAgain("2");
    expect(sent(join(registry, 2, [first]), 2, "remove")).toHaveLength(1);
    registry.announce(2, 2, [], ["f"], true, 0);
    settle(registry);
    expect(ordered(registry, 2)).toEqual(["f"]);
    expect(registry.catalogue.get("f")?.id).toBe(id("2"));
  });

  test("takes no content away that was put there again, by whomever it is held", () => {
    const { registry, tombstone } = removedAndPutAgain("1");
    expect(tombstone.putAgain).toEqual([id("1")]);
    for (const each of [registry, newRegistry([tombstone])]) {
      for (const [number, file] of [first, unchanged("f", "1", "")].entries()) {
        expect(sent(join(each, 2 + number, [file]), 2 + number, "remove")).toEqual([]);
      }
      expect(each.catalogue.get("f")?.id).toBe(id("1"));
      expect(each.sources.of("f", id("1")).map(({ number }) => number)).toEqual(each === registry ? [1, 2, 3] : [2, 3]);
    }
  });

  test("leaves content alone of which only the cluster's own version tells that it is there again", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.announce(1, 2, [edited], [], true, 0);
    registry.secondaryLost(2, 0);
    const done = registry.remove("f", 1);
    if (!done) throw new Error("not removed");
    const late = newRegistry([{ ...done.tombstone, others: [], putAgain: [] }]);
    join(late, 1, [held("f", "1", { edits: "11111111" })]);
    expect(sent(join(late, 2, [first]), 2, "remove")).toEqual([]);
    expect(late.sources.of("f", id("1"))).toHaveLength(2);
  });

  test("that is void has no number of its own any more: others may come before it", () => {
    const { registry, tombstone } = removedAndPutAgain("2");
    join(registry, 1, [held("g", "1"), held("h", "1")], 1);
    registry.remove("g", 2);
    const orders = registry.register({ number: 2, instance: "x", host: "h", port: 2, removal: 0, http: null });
    expect(sent(orders, 2, "remove").map(({ serial }) => serial)).toEqual([2]);
    const removals = sent(registry.announce(2, 1, [first], [], true, 0), 2, "remove");
    expect(removals).toMatchObject([{ serial: 0, name: "f" }]);
    expect(tombstone.serial).toBe(1);
  });

  test("takes back a copy that was complete too late", () => {
    const registry = newRegistry();
    join(registry, 1, [first]);
    join(registry, 2);
    registry.remove("f", 1);
    registry.tombstonesApplied(2, 1);
    const late = registry.announce(2, 2, [first], [], true, 0);
    expect(sent(late, 2, "remove")).toHaveLength(1);
    expect(registry.catalogue.size).toBe(0);
    const busy = registry.announce(2, 3, [first], [], true, 0);
    expect(sent(busy, 2, "remove")).toEqual([]);
    expect(sent(settle(registry, ORDER_RETRY_MS), 2, "remove")).toHaveLength(1);
  });
});

describe("removals that a secondary has missed", () => {
  const COUNT = 4_500;

  function missed() {
    const registry = newRegistry();
    const names = Array.from({ length: COUNT }, (_, index) => `f${String(index).padStart(4, "0")}`);
    join(
      registry,
      1,
      names.map((name) => held(name, "1")),
    );
    for (const [index, name] of names.entries()) registry.remove(name, index + 1);
    const orders = registry.register({ number: 2, instance: "x", host: "h", port: 2, removal: 0, http: null });
    const serials = (effects: ReturnType<typeof settle>) => sent(effects, 2, "remove").map(({ serial }) => serial);
    return { registry, serials, first: serials(orders) };
  }

  test("come some at a time, in order, as it carries them out; later ones after them", () => {
    const { registry, serials, first } = missed();
    expect(first).toEqual(Array.from({ length: 2_000 }, (_, index) => index + 1));
    expect(serials(settle(registry, 100))).toEqual([]);
    join(registry, 3, [held("later", "1")], COUNT);
    const removal = registry.remove("later", COUNT + 1);
    expect(serials(removal?.effects ?? [])).toEqual([]);
    expect(sent(removal?.effects ?? [], 3, "remove")).toHaveLength(1);
    registry.tombstonesApplied(2, 2_000);
    expect(serials(settle(registry, 200))).toHaveLength(2_000);
    registry.tombstonesApplied(2, 3_999);
    expect(serials(settle(registry, 300))).toEqual([]);
    registry.tombstonesApplied(2, 4_000);
    expect(serials(settle(registry, 400))).toEqual(Array.from({ length: 501 }, (_, index) => 4_001 + index));
    expect(serials(settle(registry, 60_000))).toEqual([]);
    join(registry, 3, [held("last", "1")], COUNT + 1);
    expect(serials(registry.remove("last", COUNT + 2)?.effects ?? [])).toEqual([COUNT + 2]);
  });

  test("are not held up for ever by one that its disk refuses", () => {
    const { registry, serials } = missed();
    expect(serials(settle(registry, 1_000))).toEqual([]);
    expect(serials(settle(registry, 5_900))).toEqual([]);
    expect(serials(settle(registry, 6_000))).toHaveLength(2_000);
  });

  test("keep what it holds of them from coming back, heard of or not", () => {
    const { registry } = missed();
    registry.announce(2, 1, [unchanged(`f${COUNT - 1}`, "1", "00000001:1")], [], true, 0);
    expect(registry.catalogue.size).toBe(0);
  });
});

describe("what a secondary's disk refuses", () => {
  test("to rename keeps nobody waiting, and is ordered again later", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    expect(sent(join(registry, 2, [held("f", "2")]), 2, "conflict")).toHaveLength(1);
    expect(missingText(missingForSync(registry, 2))).not.toBeNull();
    registry.announce(2, 2, [held("f", "2")], [], true, 0);
    expect(missingText(missingForSync(registry, 2))).toBeNull();
    expect(secondaryOf(registry, 2).isObstructed).toBe(true);
    expect(sent(settle(registry, ORDER_RETRY_MS), 2, "conflict")).toHaveLength(1);
  });

  test("to remove is ordered again once it is told, and what is put under other removed names counts", () => {
    const registry = newRegistry();
    join(registry, 1, [held("a", "1"), held("b", "1")]);
    const vector = registry.catalogue.get("a")?.vector ?? "";
    registry.secondaryLost(1, 0);
    registry.remove("a", 1);
    registry.remove("b", 2);
    registry.register({ number: 1, instance: "x", host: "h", port: 1, removal: 0, http: null });
    registry.tombstonesApplied(1, 2);
    const effects = registry.announce(1, 1, [unchanged("a", "1", vector), held("b", "2")], [], true, 0);
    expect(sent(effects, 1, "remove").map(({ name }) => name)).toEqual(["a"]);
    expect(names(registry, null)).toEqual(["b"]);
  });
});
