import { describe, expect, test } from "bun:test";
import { GRACE_PERIOD_MS } from "../../../../src/central/registry/catalogue.ts";
import { COPY_RETRY_DELAYS_MS } from "../../../../src/central/registry/copy-backlog.ts";
import { MAX_NAMES_PER_CALL, MAX_OUTSTANDING_COPIES } from "../../../../src/central/registry/copy-orders.ts";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import { ORDER_RETRY_MS } from "../../../../src/central/registry/pending-orders.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { missingForSync, missingToServe } from "../../../../src/central/synchronization.ts";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import type { AgreedFile } from "../../../../src/protocol/messages/secondary.ts";
import { numberedDescent } from "../../../../src/secondary/index/descent.ts";
import { held, id, join, newRegistry, sent, settle, unchanged } from "../fixtures.ts";

function secondaryOf(registry: Registry, number: number) {
  const found = registry.secondaries.get(number);
  if (!found) throw new Error(`no secondary ${number}`);
  return found;
}

function ordered(registry: Registry, number: number, now = 0): string[] {
  return registry.takeCopyOrders(number, now).orders.flatMap(({ files }) => files.map(({ name }) => name));
}

/** What a secondary is told of as agreed with an effect. */
function agreedIn(effect: Effect): AgreedFile[] {
  return effect.kind === "send" && effect.message.type === "agreed" ? effect.message.files : [];
}

function names(registry: Registry, after: string | null): string[] {
  return [...registry.catalogue.after(after)].map(({ name }) => name);
}

const A = "aaaaaaaa";
const B = "bbbbbbbb";
const first = unchanged("f", "1", `${A}:1`);
const edited = held("f", "2", { vector: `${A}:1` });

describe("the version of a name", () => {
  test("is the newest, in whatever order the secondaries come after a restart", () => {
    const files = [first, unchanged("f", "2", `${A}:1 ${B}:2`), unchanged("f", "3", `${A}:1 ${B}:2 cccccccc:3`)];
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const registry = newRegistry();
      for (const [index, which] of order.entries()) join(registry, index + 1, files.slice(which, which + 1));
      expect(registry.catalogue.get("f")?.id).toBe(id("3"));
      expect(registry.secondaries.sorted().filter(({ copies }) => copies.pendingCount === 1)).toHaveLength(2);
    }
  });

  test("stays when a stranger comes, who must rename", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f.bin", "1")]);
    const effects = join(registry, 2, [held("f.bin", "abcdef012")]);
    const as = "f.conflict-abcdef01.bin";
    expect(sent(effects, 2, "conflict")).toEqual([{ type: "conflict", name: "f.bin", id: id("abcdef012"), as }]);
    expect(effects.filter(({ kind }) => kind === "warn")).toHaveLength(1);
    expect(ordered(registry, 2)).toEqual([]);
    const moved = registry.announce(2, 2, [held(as, "abcdef012")], ["f.bin"], true, 0);
    expect(sent(moved, 2, "agreed")[0]?.files).toEqual([
      { name: as, id: id("abcdef012"), vector: "00000004:1", edits: "" },
    ]);
    expect(ordered(registry, 2)).toEqual(["f.bin"]);
    expect(ordered(registry, 1)).toEqual([as]);
  });

  test("goes from a stranger to those who agreed on theirs", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "a")]);
    const effects = join(registry, 2, [unchanged("f", "b", `${A}:1`)]);
    expect(registry.catalogue.get("f")?.id).toBe(id("b"));
    expect(sent(effects, 1, "conflict")).toHaveLength(1);
    expect(sent(join(registry, 3, [held("f", "c")]), 3, "conflict")).toHaveLength(1);
  });

  test("is not taken back by one that was agreed once and is a stranger to what came of it", () => {
    const registry = newRegistry();
    join(registry, 1, [first]);
    registry.announce(1, 2, [edited], [], true, 0);
    const effects = join(registry, 2, [unchanged("f", "a", `${B}:1`)]);
    expect(registry.catalogue.get("f")?.id).toBe(id("2"));
    expect(sent(effects, 2, "conflict")).toHaveLength(1);
  });

  test("is the content that a user has put back, and stays it, whoever returns first", () => {
    for (const restarted of [false, true]) {
      let registry = newRegistry();
      for (const number of [1, 2, 3]) join(registry, number, [first]);
      const files = [...registry.announce(1, 2, [edited], [], true, 0)].flatMap((effect) => agreedIn(effect));
      const second = unchanged("f", "2", files[0]?.vector ?? "");
      for (const number of [2, 3]) registry.announce(number, 2, [second], [], true, 0);
      registry.secondaryLost(3, 0);
      const again = held("f", "1", { vector: second.vector });
      const [agreed] = registry.announce(1, 3, [again], [], true, 0).flatMap((effect) => agreedIn(effect));
      const back = unchanged("f", "1", agreed?.vector ?? "");
      registry.announce(2, 3, [back], [], true, 0);
      for (const number of [1, 2]) registry.secondaryLost(number, 0);
      if (restarted) registry = newRegistry();
      join(registry, 3, [second]);
      settle(registry, 10 * GRACE_PERIOD_MS);
      expect(registry.catalogue.get("f")?.id).toBe(id("2"));
      for (const number of [1, 2]) join(registry, number, [back]);
      expect(registry.catalogue.get("f")?.id).toBe(id("1"));
      expect(ordered(registry, 3)).toEqual(["f"]);
    }
  });

  test("is copied over one that was away during a hundred changes", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.secondaryLost(2, 0);
    let vector = first.vector;
    for (let change = 2; change <= 102; change += 1) {
      const effects = registry.announce(1, change, [held("f", change.toString(16), { vector })], [], true, 0);
      vector = effects.flatMap((effect) => agreedIn(effect))[0]?.vector ?? "";
    }
    expect(vector).toBe("aaaaaaaa:1 00000004:102");
    expect(sent(join(registry, 2, [first]), 2, "conflict")).toEqual([]);
    expect(ordered(registry, 2)).toEqual(["f"]);
  });

  test("is the next edit of who made it, whether the central's number has come there or not", () => {
    const registry = newRegistry();
    join(registry, 1, [first]);
    registry.announce(1, 2, [{ ...edited, edits: "22222222" }], [], true, 0);
    const next = held("f", "3", { vector: first.vector, edits: "33333333 22222222" });
    expect(sent(registry.announce(1, 3, [next], [], true, 0), 1, "conflict")).toEqual([]);
    expect(registry.catalogue.get("f")?.id).toBe(id("3"));
  });

  test("is what somebody put there after deleting it, while the copy back is under way", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.announce(1, 2, [], ["f"], true, 0);
    expect(ordered(registry, 1)).toEqual(["f"]);
    const effects = registry.announce(1, 3, [edited], [], true, 0);
    expect(sent(effects, 1, "withdraw")).toEqual([{ type: "withdraw", names: ["f"] }]);
    expect(sent(effects, 1, "conflict")).toEqual([]);
    expect(registry.catalogue.get("f")?.id).toBe(id("2"));
    expect(ordered(registry, 2)).toEqual(["f"]);
  });

  test("is the one with the higher number of two strangers, whoever comes first; of equal ones always the same", () => {
    const pairs = [
      [unchanged("f", "1", `${A}:5`), unchanged("f", "2", `${B}:6`)],
      [unchanged("f", "1", `${A}:5`), unchanged("f", "2", `${B}:5`)],
      [held("f", "1"), unchanged("f", "2", `${B}:1`)],
    ];
    for (const files of pairs) {
      for (const [one, other] of [files, [...files].reverse()]) {
        const registry = newRegistry();
        const effects = [one, other].flatMap((file, index) => join(registry, index + 1, file ? [file] : []));
        expect(registry.catalogue.get("f")?.id).toBe(id("2"));
        const loser = one?.id === id("1") ? 1 : 2;
        expect(sent(effects, loser, "conflict")).toMatchObject([{ name: "f", id: id("1") }]);
      }
    }
  });

  test("is told to each of very many who have put the same there, and all of them are behind the next one", () => {
    const registry = newRegistry();
    const files = Array.from({ length: 12 }, (_, index) => held("f", "1", { edits: `${index + 11}ffffff` }));
    for (const [index, file] of files.entries()) {
      const [agreed] = sent(join(registry, index + 1, [file]), index + 1, "agreed").at(-1)?.files ?? [];
      expect(agreed && numberedDescent(agreed, file)).toMatchObject({ id: file.id, changed: false });
    }
    const next = held("f", "2", { vector: registry.catalogue.get("f")?.vector ?? "" });
    const effects = registry.announce(1, 2, [next], [], true, 0);
    expect(effects.filter((effect) => effect.kind === "send" && effect.message.type === "conflict")).toEqual([]);
    expect(ordered(registry, 12)).toEqual(["f"]);
  });

  test("is told to all who hold its content when its place in the history changes", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    const effects = join(registry, 3, [unchanged("f", "1", `${B}:4`)]);
    const vector = `${A}:1 ${B}:4`;
    for (const to of [1, 2, 3])
      expect(sent(effects, to, "agreed")[0]?.files).toEqual([{ name: "f", id: id("1"), vector, edits: "" }]);
    // Before the batch is called reviewed.
    expect(
      effects.map((effect) => (effect.kind === "send" ? effect.message.type : effect.kind)).lastIndexOf("agreed"),
    ).toBe(effects.findIndex((effect) => effect.kind === "send" && effect.message.type === "reviewed") - 1);
  });

  test("is what the others hold again when its only holder has deleted it", () => {
    const registry = newRegistry();
    for (const number of [1, 2]) join(registry, number, [first]);
    registry.announce(1, 2, [edited], [], true, 0);
    expect(ordered(registry, 2)).toEqual(["f"]);
    const effects = registry.announce(1, 3, [], ["f"], true, 0);
    expect(sent(effects, 2, "withdraw")).toEqual([{ type: "withdraw", names: ["f"] }]);
    expect(registry.catalogue.get("f")?.id).toBe(id("1"));
    expect(ordered(registry, 1)).toEqual(["f"]);
  });

  test("is no more when nobody holds it", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    registry.announce(1, 2, [], ["f"], true, 0);
    expect(registry.catalogue.size).toBe(0);
    expect(secondaryOf(registry, 2).copies.pendingCount).toBe(0);
  });

  test("a conflict that could not be carried out is told again, but not at once", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2, [held("f", "2")]);
    const again = registry.announce(2, 2, [held("f", "2")], [], true, 100);
    expect(sent(again, 2, "conflict")).toEqual([]);
    expect(sent(settle(registry, 100 + ORDER_RETRY_MS - 1), 2, "conflict")).toEqual([]);
    expect(sent(settle(registry, 100 + ORDER_RETRY_MS), 2, "conflict")).toHaveLength(1);
    expect(sent(settle(registry, 100 + 9 * ORDER_RETRY_MS), 2, "conflict")).toEqual([]);
  });
});

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
    expect(missingForSync(registry, 1)).toBeNull();
    join(registry, 1, [unchanged("only", "1", "00000002:1")]);
    expect(ordered(registry, 2)).toEqual(["only"]);
  });

  test("that comes back without a file has no place in the catalogue for it", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1"), held("g", "1")]);
    registry.secondaryLost(1, 0);
    registry.register({ number: 1, instance: "new", host: "h", port: 1, removal: 0 });
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
    expect(missingForSync(registry, 2)).toContain("1 of 2 secondaries");
    settle(registry, 10 * GRACE_PERIOD_MS);
    expect(names(registry, null)).toEqual(["f", "g", "only"]);
  });

  test("tells all anew when it is back, and hears of what was removed meanwhile", () => {
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
    registry.remove("f", 1);
    registry.tombstonesApplied(1, 1);
    registry.announce(1, 2, [], ["f"], true, 0);
    const back = registry.announce(1, 3, [held("f", "1")], [], true, 0);
    expect(back).toContainEqual({ kind: "tombstone-void", name: "f" });
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
    expect(join(late, 2, [unchanged("f", "3", "")], 1)).toContainEqual({ kind: "tombstone-void", name: "f" });
    expect(late.catalogue.get("f")?.id).toBe(id("3"));
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
    expect(join(late, 2, [old], 1)).toContainEqual({ kind: "tombstone-void", name: "f" });
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

describe("the plan", () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => held(`f${index}`, "1"));

  function announceAll(registry: Registry, number: number, count: number): void {
    registry.register({ number, instance: `run ${number}`, host: "h", port: number, removal: 0 });
    const files = many(count);
    for (let at = 0; at < count; at += MAX_BATCH) {
      registry.announce(number, at, files.slice(at, at + MAX_BATCH), [], at + MAX_BATCH >= count, 0);
    }
    settle(registry);
  }

  test("fills the window with full batches, and waits for room for another", () => {
    const registry = newRegistry();
    announceAll(registry, 1, MAX_OUTSTANDING_COPIES + 300);
    join(registry, 2);
    const { orders } = registry.takeCopyOrders(2, 0);
    expect(orders.map(({ files }) => files.length)).toEqual(
      new Array(MAX_OUTSTANDING_COPIES / MAX_BATCH).fill(MAX_BATCH),
    );
    expect(orders[0]?.sources).toEqual([{ number: 1, host: "h", port: 1, partial: false }]);
    const copied = orders.flatMap(({ files }) => files.map(({ name, vector }) => unchanged(name, "1", vector)));
    registry.announce(2, 2, copied.slice(0, MAX_BATCH - 1), [], true, 0);
    expect(ordered(registry, 2)).toEqual([]);
    registry.announce(2, 3, copied.slice(MAX_BATCH - 1, MAX_BATCH), [], true, 0);
    expect(ordered(registry, 2)).toHaveLength(MAX_BATCH);
    registry.announce(2, 4, copied.slice(MAX_BATCH, 2 * MAX_BATCH), [], true, 0);
    expect(ordered(registry, 2)).toHaveLength(44);
  });

  test("names whole holders only, and tells whoever watches of the others", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1"), held("g", "1")]);
    join(registry, 2, [held("g", "1")]);
    join(registry, 3);
    expect(ordered(registry, 2)).toEqual(["f"]);
    const [order] = registry.takeCopyOrders(3, 0).orders;
    expect(order?.files.map(({ name, at }) => [name, at])).toEqual([
      ["f", [1]],
      ["g", [1, 2]],
    ]);
    expect(order?.sources.every(({ partial }) => !partial)).toBe(true);
    expect(registry.sources.of("f", id("1")).map(({ number, partial }) => [number, partial])).toEqual([
      [1, false],
      [2, true],
      [3, true],
    ]);
  });

  test("tries a failed copy again after longer and longer waits", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    const refuse = (version: string, at: number) =>
      registry.copyFailed(2, { name: "f", id: id(version), reason: "no space", lasting: false }, at);
    let now = 0;
    for (const wait of [...COPY_RETRY_DELAYS_MS, COPY_RETRY_DELAYS_MS[COPY_RETRY_DELAYS_MS.length - 1] ?? 0]) {
      expect(ordered(registry, 2, now)).toEqual(["f"]);
      expect(refuse("2", now)).toEqual([]);
      expect(refuse("1", now)).toContainEqual({ kind: "sources-changed", name: "f" });
      expect(ordered(registry, 2, now + wait - 1)).toEqual([]);
      now += wait;
    }
    refuse("1", now);
    registry.announce(1, 2, [edited], [], true, now);
    expect(ordered(registry, 2, now)).toEqual(["f"]);
  });

  test("warns of each reason why a copy failed once, until there is something else to copy", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    let now = 0;
    const warns = (version: string, reason: string) => {
      expect(ordered(registry, 2, now)).toEqual(["f"]);
      const effects = registry.copyFailed(2, { name: "f", id: id(version), reason, lasting: false }, now);
      now += COPY_RETRY_DELAYS_MS[COPY_RETRY_DELAYS_MS.length - 1] ?? 0;
      return effects.some(({ kind }) => kind === "warn");
    };
    expect(["a", "a", "b", "a", "b"].map((reason) => warns("1", reason))).toEqual([true, false, true, false, false]);
    // Those before the last few are forgotten.
    expect(["c", "d", "e", "e", "a"].map((reason) => warns("1", reason))).toEqual([true, true, true, false, true]);
    registry.announce(1, 2, [edited], [], true, now);
    expect(warns("2", "a")).toBe(true);
    expect(warns("2", "a")).toBe(false);
  });

  test("withdraws what has another version now; a late refusal changes nothing", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    ordered(registry, 2);
    const effects = registry.announce(1, 2, [edited], [], true, 0);
    expect(sent(effects, 2, "withdraw")).toHaveLength(1);
    expect(ordered(registry, 2)).toEqual(["f"]);
    expect(registry.copyFailed(2, { name: "f", id: id("1"), reason: "no space", lasting: false }, 0)).toEqual([]);
    expect(secondaryOf(registry, 2).copies.orderedCount).toBe(1);
    registry.announce(2, 2, [first], [], true, 0);
    expect(secondaryOf(registry, 2).copies.orderedId("f")).toBe(id("2"));
  });

  test("orders again what was copied and deleted before it was announced", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    join(registry, 2);
    ordered(registry, 2);
    expect(sent(registry.announce(2, 2, [], ["f"], true, 0), 2, "withdraw")).toHaveLength(1);
    expect(ordered(registry, 2)).toEqual(["f"]);
  });

  test("looks at a bounded number of names that nobody holds", () => {
    const registry = newRegistry();
    announceAll(registry, 1, MAX_NAMES_PER_CALL + 10);
    join(registry, 2);
    registry.secondaryLost(1, 0);
    expect(registry.takeCopyOrders(2, 0)).toEqual({ orders: [], unfinished: true });
    expect(registry.takeCopyOrders(2, 0)).toEqual({ orders: [], unfinished: false });
    expect(secondaryOf(registry, 2).copies.pendingCount).toBe(0);
  });

  test("orders nothing from or for who is announcing, until it has told all", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    registry.register({ number: 2, instance: "x", host: "h", port: 2, removal: 0 });
    registry.announce(2, 1, [held("g", "1")], [], false, 0);
    expect(ordered(registry, 2)).toEqual([]);
    expect(ordered(registry, 1)).toEqual(["g"]);
    registry.announce(2, 2, [], [], true, 0);
    settle(registry);
    expect(ordered(registry, 2)).toEqual(["f"]);
  });
});

test("pages of the catalogue are right when files go and come between them", () => {
  const registry = newRegistry();
  const all = Array.from({ length: 1000 }, (_, index) => `f${String(index).padStart(4, "0")}`);
  for (let at = 0; at < 1000; at += MAX_BATCH) {
    if (at === 0) registry.register({ number: 1, instance: "x", host: "h", port: 1, removal: 0 });
    registry.announce(
      1,
      at,
      all.slice(at, at + MAX_BATCH).map((name) => held(name, "1")),
      [],
      at + MAX_BATCH >= 1000,
      0,
    );
  }
  const first = names(registry, null).slice(0, 100);
  expect(first).toEqual(all.slice(0, 100));
  registry.announce(1, 5, [], all.slice(50, 150), true, 0);
  expect(names(registry, first[99] ?? "")[0]).toBe("f0150");
  expect(names(registry, "f0998")).toEqual(["f0999"]);
  expect(names(registry, "zzz")).toEqual([]);
});

test("what is missing until the cluster is in step for the first time", () => {
  const registry = newRegistry();
  expect(missingForSync(registry, 2)).toBe("0 of 2 secondaries registered, 2 missing");
  join(registry, 1, [held("f", "1")]);
  registry.register({ number: 2, instance: "x", host: "h", port: 2, removal: 0 });
  expect(missingForSync(registry, 2)).toBe("secondary 2 has not told all that it holds yet");
  registry.announce(2, 1, [], [], true, 0);
  expect(missingForSync(registry, 2)).toBe("what the secondaries hold is still being compared");
  settle(registry);
  expect(missingForSync(registry, 2)).toBe("1 copy of files still to be made");
  registry.announce(2, 2, [first], [], true, 0);
  expect(missingForSync(registry, 2)).toBeNull();
  registry.secondaryLost(1, 0);
  expect(missingForSync(registry, 2)).toBe("1 of 2 secondaries registered, 1 missing");
});

describe("what a secondary's disk refuses", () => {
  test("to rename keeps nobody waiting, and is ordered again later", () => {
    const registry = newRegistry();
    join(registry, 1, [held("f", "1")]);
    expect(sent(join(registry, 2, [held("f", "2")]), 2, "conflict")).toHaveLength(1);
    expect(missingForSync(registry, 2)).not.toBeNull();
    registry.announce(2, 2, [held("f", "2")], [], true, 0);
    expect(missingForSync(registry, 2)).toBeNull();
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
    registry.register({ number: 1, instance: "x", host: "h", port: 1, removal: 0 });
    registry.tombstonesApplied(1, 2);
    const effects = registry.announce(1, 1, [unchanged("a", "1", vector), held("b", "2")], [], true, 0);
    expect(sent(effects, 1, "remove").map(({ name }) => name)).toEqual(["a"]);
    expect(names(registry, null)).toEqual(["b"]);
  });
});

test("a secondary without its disk is registered, and what is missing is the disk", () => {
  const registry = newRegistry();
  join(registry, 1);
  join(registry, 2);
  registry.diskMissing(2, "not mounted", 0);
  expect(missingForSync(registry, 2)).toBe(
    "1 of 2 secondaries sharing their folders; the disk of secondary 2 is missing",
  );
  expect(missingForSync(registry, 3)).toBe(
    "1 of 3 secondaries sharing their folders, 1 not registered; the disk of secondary 2 is missing",
  );
  registry.secondaryLost(1, 0);
  expect(missingToServe(registry)).toBe("the disk of secondary 2 is missing");
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
    const orders = registry.register({ number: 2, instance: "x", host: "h", port: 2, removal: 0 });
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
