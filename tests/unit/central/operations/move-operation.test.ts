import { expect, test } from "bun:test";
import { MoveOperation } from "../../../../src/central/operations/move-operation.ts";
import { type Move, RemoveOperation } from "../../../../src/central/operations/remove-operation.ts";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import type { Tombstone } from "../../../../src/central/tombstones/tombstone.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { held, id, join, names, newRegistry, sent } from "../fixtures.ts";

function moving(failure: Error | null = null) {
  const registry = newRegistry();
  for (const number of [1, 2]) join(registry, number, [held("a", "1"), held("d/b", "2"), held("d/c", "3")]);
  const clock = new FakeClock();
  const ending = new AbortController();
  const ended = ending.signal;
  const [stored, effects, lines, removed]: [Tombstone[][], Effect[], string[], string[]] = [[], [], [], []];
  const removal = new RemoveOperation({
    clock,
    ended,
    registry,
    log: { info: (_, text) => void lines.push(String(text)) },
    observer: null,
    summary: { recordRemoval: (name) => void removed.push(name) },
    store: {
      allocateSerials: async () => 1,
      async addTombstones(tombstones) {
        if (failure) throw failure;
        stored.push([...tombstones]);
      },
    },
    driver: {
      async commit(store, more) {
        await store();
        effects.push(...more);
      },
    },
    channels: new Map(),
  });
  const random = { fraction: () => 0, bytes: (length: number) => new Uint8Array(length).fill(0xee) };
  const log = { info: (_: string, text: string) => void lines.push(String(text)) };
  const operation = new MoveOperation({ clock, random, log, registry, removal, ended });
  return { operation, registry, clock, stored, effects, lines, removed, ending };
}

async function settled(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 25) {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    clock.advance(25);
  }
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

test("a move is stored once, as a removal that says where the content goes, and is done when the new name is there", async () => {
  const { operation, registry, clock, stored, effects, lines, removed } = moving();
  const result = operation.move("a", "z/b", "client ana");
  await settled(clock, 100);
  const moved = { as: "z/b", edit: "eeeeeeee" };
  expect(stored).toMatchObject([[{ name: "a", id: id("1"), moved, putAgain: null }]]);
  expect(sent(effects, 1, "remove")).toMatchObject([{ name: "a", id: id("1"), moved }]);
  expect(sent(effects, 2, "remove")).toMatchObject([{ name: "a", id: id("1"), moved }]);
  registry.announce(1, 2, [held("z/b", "1", { edits: "eeeeeeee" })], ["a"], true, 0);
  await settled(clock, 50);
  expect(await result).toEqual({ kind: "moved", files: 1, bytes: 10, seen: 1 });
  expect(lines).toEqual(["client ana has a moved to z/b"]);
  expect(removed).toEqual([]);
  expect(names(registry, null)).toEqual(["d/b", "d/c", "z/b"]);
});

test("a folder is moved with one transaction", async () => {
  const { operation, clock, stored, lines } = moving();
  const result = operation.move("d", "e", "ana");
  await settled(clock, 9000);
  expect(
    stored.map((some) =>
      some.map(({ name, moved }: Pick<Move, "name"> & Pick<Tombstone, "moved">) => `${name}→${moved?.as}`),
    ),
  ).toEqual([["d/b→e/b", "d/c→e/c"]]);
  expect(lines).toEqual(["ana has 2 files of d moved to e"]);
  // No secondary has renamed anything: they do it when they can.
  expect(await result).toEqual({ kind: "moved", files: 2, bytes: 20, seen: 0 });
});

test("nothing is moved of which no secondary that is there has the content, or that cannot be stored", async () => {
  const { operation, registry, stored } = moving();
  for (const number of [1, 2]) registry.secondaryLost(number, 0);
  expect(inEnglish(await operation.move("a", "b", "ana"))).toEqual({
    kind: "refused",
    reason: "no secondary that has a is there now: try again later",
  });
  expect(stored).toEqual([]);
  await expect(moving(new Error("the disk is full")).operation.move("a", "b", "ana")).rejects.toThrow(
    "the disk is full",
  );
});

test("of two who move one file at once, the second is told that there is none", async () => {
  const { operation, clock, stored, lines } = moving();
  const [first, second] = [operation.move("a", "b", "ana"), operation.move("a", "c", "eva")];
  await settled(clock, 9000);
  expect(await first).toMatchObject({ kind: "moved", files: 1 });
  expect(await second).toEqual({ kind: "absent" });
  expect(stored.flat().map(({ moved }) => moved?.as)).toEqual(["b"]);
  expect(lines).toEqual(["ana has a moved to b"]);
});

test("what does not exist, and what cannot be, is said", async () => {
  const { operation } = moving();
  expect(await operation.move("x", "b", "ana")).toEqual({ kind: "absent" });
  expect(await operation.move("a", "d/b", "ana")).toMatchObject({ kind: "refused" });
});

test("a central that stops waits for no new name", async () => {
  const { operation, clock, stored, ending } = moving();
  const result = operation.move("a", "z/b", "client ana");
  await settled(clock, 50);
  ending.abort();
  expect(await result).toMatchObject({ kind: "moved", files: 1, seen: 0 });
  expect([stored.length, clock.pending]).toEqual([1, 0]);
});
