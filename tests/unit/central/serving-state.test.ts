import { beforeEach, expect, test } from "bun:test";
import type { Registry } from "../../../src/central/registry/registry.ts";
import { ServingState } from "../../../src/central/serving/serving-state.ts";
import { held, join, newRegistry } from "./fixtures.ts";

let registry: Registry;
let channels: { size: number };
let lines: string[];
let marked: number;
let storeFails: boolean;

beforeEach(() => {
  registry = newRegistry();
  channels = { size: 0 };
  lines = [];
  marked = 0;
  storeFails = false;
});

function serving(wasSynchronized: boolean): ServingState {
  const log = (_: string, text: string) => void lines.push(text);
  const store = {
    async markSynchronized() {
      if (storeFails) throw new Error("the disk is full");
      marked += 1;
    },
  };
  const deps = { log: { info: log, warn: log, error: log }, limitedLog: { error: log }, store, registry, channels };
  return new ServingState({ ...deps, expectedSecondaries: 2 }, wasSynchronized);
}

test("for the first time it waits for all secondaries, and this is stored once", () => {
  const state = serving(false);
  join(registry, 1, [held("f", "1")]);
  channels.size = 1;
  state.update();
  expect(state.missing()).toBe("1 of 2 secondaries registered, 1 missing");
  join(registry, 2, [held("f", "1")]);
  channels.size = 2;
  expect(lines).toEqual([]);
  state.update();
  state.update();
  expect([lines, marked, state.missing()]).toEqual([["serving 1 file with 2 secondaries"], 1, null]);
});

test("later one is enough, and what it says when that one is lost is what clients get", () => {
  const state = serving(true);
  expect(state.missing()).toBe("no secondary is registered");
  join(registry, 1);
  state.update();
  // The registry's secondary is connected once its channel is there.
  expect(lines).toEqual([]);
  channels.size = 1;
  state.update();
  expect([lines, marked]).toEqual([
    ["serving 0 files with 1 secondary: put files into the folder of any secondary"],
    0,
  ]);
  registry.secondaryLost(1, 0);
  expect(state.missing()).toBe("no secondary is registered");
});

test("it serves also when that cannot be stored", async () => {
  storeFails = true;
  const state = serving(false);
  join(registry, 1);
  join(registry, 2);
  channels.size = 2;
  state.update();
  await Promise.resolve();
  await Promise.resolve();
  expect(lines).toEqual([
    "serving 0 files with 2 secondaries: put files into the folder of any secondary",
    "cannot store: the disk is full",
  ]);
});

test("once stopped it does not begin to serve", () => {
  const state = serving(true);
  join(registry, 1);
  channels.size = 1;
  expect([state.isStopped, state.stop(), state.stop(), state.isStopped]).toEqual([false, true, false, true]);
  state.update();
  expect(lines).toEqual([]);
});
