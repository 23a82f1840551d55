import { beforeEach, expect, test } from "bun:test";
import { GRACE_PERIOD_MS } from "../../../../src/central/registry/catalogue.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { ServingState } from "../../../../src/central/serving/serving-state.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { held, join, newRegistry } from "../fixtures.ts";

let registry: Registry;
let channels: { size: number };
let lines: string[];
let marked: number;
let storeFails: boolean;
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
  registry = newRegistry();
  channels = { size: 0 };
  lines = [];
  marked = 0;
  storeFails = false;
});

function serving(wasSynchronized: boolean, known: readonly number[] = []): ServingState {
  const log = (_: string, text: string) => void lines.push(String(text));
  const store = {
    async markSynchronized() {
      if (storeFails) throw new Error("the disk is full");
      marked += 1;
    },
  };
  const deps = { log: { info: log, warn: log, error: log }, limitedLog: { error: log }, store, registry, channels };
  const secondaries = known.map((number) => ({ number, host: "h", port: number }));
  return new ServingState({ ...deps, clock, expectedSecondaries: 2 }, { synchronized: wasSynchronized, secondaries });
}

test("for the first time it waits for all secondaries, and this is stored once", () => {
  const state = serving(false);
  join(registry, 1, [held("f", "1")]);
  channels.size = 1;
  state.update();
  expect(inEnglish(state.missing())).toBe("1 of 2 secondaries registered, 1 missing");
  join(registry, 2, [held("f", "1")]);
  channels.size = 2;
  expect(lines).toEqual([]);
  state.update();
  state.update();
  expect([lines, marked, state.missing()]).toEqual([["serving 1 file with 2 secondaries"], 1, null]);
});

test("later one is enough, and what it says when that one is lost is what clients get", () => {
  const state = serving(true);
  expect(inEnglish(state.missing())).toBe("no secondary is registered");
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
  expect(inEnglish(state.missing())).toBe("no secondary is registered");
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

test("with one secondary it serves, and lists once the others have told or had the time to", () => {
  const state = serving(true, [1, 2]);
  registry.recall(
    [1, 2].map((number) => ({ number, host: "h", port: number })),
    clock.now(),
  );
  join(registry, 1, [held("f", "1")]);
  channels.size = 1;
  state.update();
  const why = "secondary 2 has not come back since the central was started";
  expect(inEnglish([state.missing(), state.unlisted(), state.missingForList()])).toEqual([null, why, why]);
  lines.length = 0;
  clock.advance(GRACE_PERIOD_MS);
  state.update();
  state.update();
  expect([state.unlisted(), state.missingForList(), lines]).toEqual([
    ...[null, null],
    [`${why}: until then no list has what nobody else holds; whom nobody is to wait for any more, forget drops`],
  ]);
  registry.secondaryLost(1, 0);
  expect(state.unlisted()).toBeNull();
});

test("before it serves at all, it is said why", () => {
  const state = serving(true);
  expect(inEnglish([state.missingForList(), state.unlisted()])).toEqual(Array(2).fill("no secondary is registered"));
});
