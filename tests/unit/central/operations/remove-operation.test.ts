import { expect, test } from "bun:test";
import { RemoveOperation } from "../../../../src/central/operations/remove-operation.ts";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { held, join, newRegistry } from "../fixtures.ts";

function removing(files: number) {
  const registry = newRegistry();
  const names = Array.from({ length: files }, (_, index) => `f${index}`);
  join(
    registry,
    1,
    names.map((name) => held(name, "a")),
  );
  const clock = new FakeClock();
  const stored: number[] = [];
  const effects: Effect[] = [];
  const removed: string[] = [];
  const lines: string[] = [];
  const state = { serial: 0, backlog: 0 };
  const ending = new AbortController();
  const work = new RemoveOperation({
    clock,
    ended: ending.signal,
    registry,
    log: { info: (_, text) => void lines.push(String(text)) },
    observer: null,
    summary: { recordRemoval: (name) => void removed.push(name) },
    store: {
      async allocateSerials(count) {
        const first = state.serial + 1;
        state.serial += count;
        return first;
      },
      async addTombstones(removals) {
        stored.push(removals.length);
      },
    },
    driver: {
      async commit(store, more) {
        await store();
        effects.push(...more);
      },
    },
    channels: new Map([
      [1, { backlog: 0 }],
      [
        2,
        {
          get backlog() {
            return state.backlog;
          },
        },
      ],
    ]),
  });
  return { work, names, registry, clock, stored, effects, removed, state, lines, ending };
}

test("many files are numbered and stored some at a time, and each is reported", async () => {
  const { work, names, registry, stored, effects, removed, lines } = removing(600);
  expect(await work.remove([...names, "nothing"], "client ana")).toBe(600);
  expect(lines).toEqual(["client ana has 601 files removed"]);
  expect(stored).toEqual([256, 256, 88]);
  expect(registry.catalogue.size).toBe(0);
  expect(removed).toEqual(names);
  const orders = effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : []));
  const serials = orders.map((message) => (message.type === "remove" ? message.serial : 0));
  expect(serials).toEqual(names.map((_, index) => index + 1));
});

test("further removals wait while a secondary has many orders still to take", async () => {
  const { work, names, clock, stored, state } = removing(600);
  state.backlog = 2 * 1024 * 1024;
  let done = false;
  const all = work.remove(names, "ana").then(() => {
    done = true;
  });
  for (let second = 0; second < 5; second++) {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    clock.advance(1000);
  }
  expect({ done, stored }).toEqual({ done: false, stored: [256] });
  state.backlog = 0;
  clock.advance(1000);
  await all;
  expect(stored).toEqual([256, 256, 88]);
});

test("a secondary that has up to 1 MiB of orders still to take keeps nobody waiting", async () => {
  const { work, names, stored, state } = removing(600);
  state.backlog = 1024 * 1024;
  expect(await work.remove(names, "ana")).toBe(600);
  expect(stored).toEqual([256, 256, 88]);
});

test("a central that stops waits for no secondary, and removes no more", async () => {
  const { work, names, clock, stored, state, ending } = removing(600);
  state.backlog = 2 * 1024 * 1024;
  const all = work.remove(names, "ana");
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  ending.abort();
  expect(await all).toBe(256);
  expect([stored, clock.pending]).toEqual([[256], 0]);
});
