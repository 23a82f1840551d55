import { beforeEach, expect, test } from "bun:test";
import { GRACE_PERIOD_MS } from "../../../../src/central/registry/catalogue.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { ListCompleteness } from "../../../../src/central/serving/list-completeness.ts";
import { join, newRegistry } from "../fixtures.ts";

let registry: Registry;

beforeEach(() => {
  registry = newRegistry();
});

/** Of a central that was started at 0, and knew these secondaries. */
function completeness(known: readonly number[], wasSynchronized = true): ListCompleteness {
  const there = known.map((number) => ({ number, host: "h", port: number }));
  registry.recall(there, 0);
  return new ListCompleteness(registry.secondaries, known, wasSynchronized);
}

function register(number: number): void {
  registry.register({ number, instance: `run ${number}`, host: "h", port: number, removal: 0, http: null });
}

function announceAll(number: number): void {
  registry.announce(number, 1, [], [], true, 0);
}

test("a list is whole when all that were there before have told what they hold", () => {
  const list = completeness([1, 2]);
  expect(list.unheard()).toEqual({ announcing: [], away: [1, 2] });
  join(registry, 2);
  expect([list.update(0), list.unheard()]).toEqual([null, { announcing: [], away: [1] }]);
  register(1);
  expect([list.update(10), list.unheard()]).toEqual([null, { announcing: [1], away: [] }]);
  // However long it takes.
  expect(list.update(10 * GRACE_PERIOD_MS)).toBeNull();
  announceAll(1);
  expect([list.update(11), list.unheard()]).toEqual([[], null]);
});

test("whom nobody knew before is waited for while it tells what it holds, and not once a list was whole", () => {
  const list = completeness([1]);
  join(registry, 1);
  register(2);
  expect([list.update(0), list.unheard()]).toEqual([null, { announcing: [2], away: [] }]);
  announceAll(2);
  list.update(0);
  register(3);
  expect([list.update(1), list.unheard()]).toEqual([null, null]);
});

test("one that is dead is waited for no longer than a restart takes, from when the first one is there", () => {
  const list = completeness([1, 2]);
  expect(list.update(5 * GRACE_PERIOD_MS)).toBeNull();
  join(registry, 1);
  const since = 5 * GRACE_PERIOD_MS + 1;
  expect([list.update(since), list.update(since + GRACE_PERIOD_MS - 1)]).toEqual([null, null]);
  expect(list.update(since + GRACE_PERIOD_MS)).toEqual([2]);
  expect([list.unheard(), list.update(since + GRACE_PERIOD_MS)]).toEqual([null, null]);
});

test("while the only one that was there is away again, nobody's time is running out", () => {
  const list = completeness([1, 2]);
  join(registry, 1);
  list.update(0);
  registry.secondaryLost(1, 10);
  expect(list.update(GRACE_PERIOD_MS)).toBeNull();
  join(registry, 1);
  expect([list.update(GRACE_PERIOD_MS + 1), list.update(2 * GRACE_PERIOD_MS)]).toEqual([null, null]);
  expect(list.update(2 * GRACE_PERIOD_MS + 1)).toEqual([2]);
});

test("one that is lost while it tells may come back, but not again and again", () => {
  const list = completeness([1, 2]);
  join(registry, 1);
  list.update(0);
  const lost: number[] = [];
  for (let now = GRACE_PERIOD_MS - 1; list.unheard() !== null; now += GRACE_PERIOD_MS - 1) {
    register(2);
    list.update(now);
    registry.secondaryLost(2, now);
    list.update(now);
    lost.push(now);
  }
  expect(lost).toHaveLength(5);
});

test("one whose disk is missing is waited for as one that is away", () => {
  const list = completeness([1, 2]);
  join(registry, 1);
  register(2);
  registry.diskMissing(2, "it is not mounted", 0);
  expect([list.update(0), list.unheard()]).toEqual([null, { announcing: [], away: [2] }]);
  expect(list.update(GRACE_PERIOD_MS)).toEqual([2]);
});

test("one that is forgotten is not waited for", () => {
  const list = completeness([1, 2]);
  join(registry, 1);
  list.update(0);
  expect(registry.forget(2)).toBe(true);
  registry.advance(1);
  expect([list.update(1), list.unheard()]).toEqual([[], null]);
});

test("a new cluster lacks nothing, and one that was in step before its secondaries were stored waits for the first", () => {
  expect(completeness([], false).unheard()).toBeNull();
  const upgraded = completeness([], true);
  expect(upgraded.unheard()).toEqual({ announcing: [], away: [] });
  join(registry, 1);
  expect([upgraded.update(0), upgraded.unheard()]).toEqual([[], null]);
});
