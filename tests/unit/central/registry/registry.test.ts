import { describe, expect, test } from "bun:test";
import { GRACE_PERIOD_MS } from "../../../../src/central/registry/catalogue.ts";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import { ORDER_RETRY_MS } from "../../../../src/central/registry/pending-orders.ts";
import { missingText } from "../../../../src/central/serving/missing-text.ts";
import { missingForSync } from "../../../../src/central/serving/synchronization.ts";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import type { AgreedFile } from "../../../../src/protocol/messages/secondary.ts";
import { numberedDescent } from "../../../../src/secondary/index/descent.ts";
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

/** The files that an effect reports to a secondary as agreed. */
function agreedIn(effect: Effect): AgreedFile[] {
  return effect.kind === "send" && effect.message.type === "agreed" ? effect.message.files : [];
}

const A = "aaaaaaaa";
const B = "bbbbbbbb";

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

  test("a conflict that could not be carried out is ordered again, but not at once", () => {
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

test("pages of the catalogue are right when files go and come between them", () => {
  const registry = newRegistry();
  const all = Array.from({ length: 1000 }, (_, index) => `f${String(index).padStart(4, "0")}`);
  for (let at = 0; at < 1000; at += MAX_BATCH) {
    if (at === 0) registry.register({ number: 1, instance: "x", host: "h", port: 1, removal: 0, http: null });
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
  expect(missingText(missingForSync(registry, 2))).toBe("0 of 2 secondaries registered, 2 missing");
  join(registry, 1, [held("f", "1")]);
  registry.register({ number: 2, instance: "x", host: "h", port: 2, removal: 0, http: null });
  expect(missingText(missingForSync(registry, 2))).toBe("secondary 2 has not told all that it holds yet");
  registry.announce(2, 1, [], [], true, 0);
  expect(missingText(missingForSync(registry, 2))).toBe("what the secondaries hold is still being compared");
  settle(registry);
  expect(missingText(missingForSync(registry, 2))).toBe("1 copy of files still to be made");
  registry.announce(2, 2, [first], [], true, 0);
  expect(missingText(missingForSync(registry, 2))).toBeNull();
  registry.secondaryLost(1, 0);
  expect(missingText(missingForSync(registry, 2))).toBe("1 of 2 secondaries registered, 1 missing");
});
