import { describe, expect, test } from "bun:test";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { missingText } from "../../../../src/central/serving/missing-text.ts";
import { missingForSync } from "../../../../src/central/serving/synchronization.ts";
import type { HeldFile } from "../../../../src/protocol/messages/secondary.ts";
import { conflictName } from "../../../../src/protocol/name.ts";
import { held, id, join, newRegistry, sent, settle } from "../fixtures.ts";

function ordered(registry: Registry, number: number): string[] {
  return registry.secondaries.get(number)
    ? registry.issueCopyOrders(number, 0).orders.flatMap(({ files }) => files.map(({ name }) => name))
    : [];
}

describe("a file here and a folder there", () => {
  test.each([
    ["the file is heard of first", ["project"], ["project/plan"]],
    ["the folder is heard of first", ["project/plan"], ["project"]],
  ])("the file gives up its name: %s", (_, first, second) => {
    const registry = newRegistry();
    const name = (names: readonly string[]) => names.map((one) => held(one, one === "project" ? "1" : "2"));
    const effects = [...join(registry, 1, name(first)), ...join(registry, 2, name(second))];
    const holder = first[0] === "project" ? 1 : 2;
    const as = conflictName("project", id("1"));
    expect(sent(effects, holder, "conflict")).toEqual([{ type: "conflict", name: "project", id: id("1"), as }]);
    expect(sent(effects, 3 - holder, "conflict")).toEqual([]);
    // Nobody is told to copy what nobody will have, and the first synchronization waits until it is renamed.
    expect(ordered(registry, 3 - holder)).not.toContain("project");
    expect(missingText(missingForSync(registry, 2))).not.toBeNull();
    registry.announce(holder, 2, [held(as, "1")], ["project"], true, 0);
    settle(registry);
    expect(registry.catalogue.get("project")).toBeUndefined();
    expect(ordered(registry, 3 - holder)).toEqual([as]);
    expect(ordered(registry, holder)).toEqual(["project/plan"]);
  });

  test("all who hold the file give it up, and those that were to copy it are not to any more", () => {
    const registry = newRegistry();
    join(registry, 1, [held("a", "1")]);
    join(registry, 2, [held("a", "1")]);
    join(registry, 3);
    expect(ordered(registry, 3)).toEqual(["a"]);
    const effects = registry.announce(3, 2, [held("a/b", "2")], [], true, 0);
    for (const number of [1, 2]) expect(sent(effects, number, "conflict")).toHaveLength(1);
    expect(sent(effects, 3, "withdraw")).toEqual([{ type: "withdraw", names: ["a"] }]);
    expect(effects.filter(({ kind }) => kind === "warn")).toHaveLength(2);
  });

  test("one that cannot give up its name is ordered again after a while, not at once", () => {
    const registry = newRegistry();
    join(registry, 1, [held("a", "1")]);
    join(registry, 2, [held("a/b", "2")]);
    expect(sent(registry.announce(1, 2, [held("a", "1")], [], true, 0), 1, "conflict")).toEqual([]);
    expect(sent(registry.advance(1000).effects, 1, "conflict")).toEqual([]);
    expect(sent(registry.advance(10_000).effects, 1, "conflict")).toHaveLength(1);
  });

  test("once the folder is removed the file may keep its name, and is copied", () => {
    const registry = newRegistry();
    join(registry, 1, [held("a", "1")]);
    join(registry, 2, [held("a/b", "2")]);
    registry.remove("a/b", 1);
    expect(ordered(registry, 2)).toEqual(["a"]);
    expect(sent(registry.advance(10_000).effects, 1, "conflict")).toEqual([]);
  });

  test("folders in folders: each file gives up its name to what is beneath it", () => {
    const registry = newRegistry();
    const effects: Effect[] = [
      ...join(registry, 1, [held("a", "1")]),
      ...join(registry, 2, [held("a/b", "2")]),
      ...join(registry, 3, [held("a/b/c", "3"), held("a b", "4"), held("a.b", "5")]),
    ];
    expect(sent(effects, 1, "conflict").map(({ name }) => name)).toEqual(["a"]);
    expect(sent(effects, 2, "conflict").map(({ name }) => name)).toEqual(["a/b"]);
    expect(sent(effects, 3, "conflict")).toEqual([]);
  });

  test("whatever the order in which all of this is heard, all come to the same files", () => {
    const folders: HeldFile[][] = [
      [held("a", "1"), held("x/y", "7")],
      [held("a/b", "2")],
      [held("a/b/c", "3"), held("x", "8")],
    ];
    const ends = [
      [1, 2, 3],
      [3, 2, 1],
      [2, 3, 1],
    ].map((order) => {
      const registry = newRegistry();
      const disks = new Map(
        folders.map((files, index) => [index + 1, new Map(files.map((file) => [file.name, file]))]),
      );
      const waiting: Effect[] = order.flatMap((number) => join(registry, number, folders[number - 1]));
      for (let turn = 0; turn < 100; turn++) {
        for (const effect of waiting.splice(0)) {
          if (effect.kind !== "send" || effect.message.type !== "conflict") continue;
          const disk = disks.get(effect.to);
          const { name, as } = effect.message;
          const file = disk?.get(name);
          if (!disk || !file) continue;
          disk.delete(name);
          disk.set(as, { ...file, name: as });
          waiting.push(...registry.announce(effect.to, 2, [{ ...file, name: as }], [name], true, 0));
        }
        waiting.push(...settle(registry));
        for (const [number, disk] of disks) {
          for (const { files } of registry.issueCopyOrders(number, 0).orders) {
            for (const file of files) {
              const copy = held(file.name, file.id);
              disk.set(file.name, copy);
              waiting.push(...registry.announce(number, 2, [copy], [], true, 0));
            }
          }
        }
      }
      const names = [...disks.values()].map((disk) => [...disk.keys()].sort());
      expect(names[1]).toEqual(names[0] ?? []);
      expect(names[2]).toEqual(names[0] ?? []);
      return names[0];
    });
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[2]).toEqual(ends[0]);
    expect(ends[0]).toHaveLength(5);
    expect(ends[0]).toContain("a/b/c");
    expect(ends[0]).toContain("x/y");
  });
});
