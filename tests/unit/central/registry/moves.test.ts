import { describe, expect, test } from "bun:test";
import { edited, first, held, id, join, names, newRegistry, ordered, sent } from "../fixtures.ts";

describe("a removal", () => {
  test("that is a move says the new name to those alone who have exactly that version, or whose version is not known", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.announce(1, 2, [edited], [], true, 0);
    const moved = { as: "g", edit: "eeeeeeee" };
    const done = registry.remove("f", 1, moved);
    if (!done) throw new Error("not moved");
    expect(sent(done.effects, 1, "remove")).toMatchObject([{ id: id("2"), moved }]);
    expect(sent(done.effects, 2, "remove")).toMatchObject([{ id: id("1"), moved: null }]);
    registry.announce(1, 3, [held("g", "2", { edits: "eeeeeeee" })], ["f"], true, 0);
    expect(names(registry, null)).toEqual(["g"]);
    // One that was away while the new name got another version: the move comes before that version.
    const late = newRegistry([done.tombstone]);
    join(late, 1, [held("g", "3", { edits: "22222222 eeeeeeee" })], 1);
    expect(sent(join(late, 3, [edited]), 3, "remove")).toMatchObject([{ id: id("2"), moved }]);
    late.tombstonesApplied(3, 1);
    late.announce(3, 2, [held("g", "2", { edits: "eeeeeeee" })], ["f"], true, 0);
    expect(late.catalogue.get("g")?.id).toBe(id("3"));
    expect(ordered(late, 3)).toEqual(["g"]);
  });

  test("that was a move takes a file away under its old name only, also when it was moved back since", () => {
    const registry = newRegistry();
    join(registry, 1, [first]);
    const there = registry.remove("f", 1, { as: "g", edit: "eeeeeeee" });
    registry.tombstonesApplied(1, 1);
    registry.announce(1, 2, [held("g", "1", { edits: "eeeeeeee" })], ["f"], true, 0);
    registry.remove("g", 2, { as: "f", edit: "dddddddd" });
    registry.tombstonesApplied(1, 2);
    registry.announce(1, 3, [held("f", "1", { edits: "dddddddd" })], ["g"], true, 0);
    expect(names(registry, null)).toEqual(["f"]);
    expect(registry.catalogue.get("f")?.id).toBe(id("1"));
    expect(there?.tombstone.moved?.as).toBe("g");
  });
});
