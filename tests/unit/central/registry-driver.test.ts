import { beforeEach, expect, test } from "bun:test";
import type { Effect } from "../../../src/central/registry/effect.ts";
import { RegistryDriver, type RegistryDriverDeps } from "../../../src/central/registry-driver.ts";
import type { Channel } from "../../../src/net/session/channel.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { FakeClock } from "../../support/fake-clock.ts";

let clock: FakeClock;
/** What the registry decides the next time. */
let decisions: Effect[];
/** What was done, in its order. */
let events: string[];
let storing: PromiseWithResolvers<void>;
let driver: RegistryDriver;

const changed = (name: string): Effect => ({ kind: "sources-changed", name });
const isVoid = (name: string): Effect => {
  const tombstone = { serial: 1, name, id: "", vector: "", edits: "", others: [], putAgain: null, moved: null };
  return { kind: "tombstone-void", tombstone };
};

beforeEach(() => {
  clock = new FakeClock();
  [decisions, events] = [[], []];
  storing = Promise.withResolvers();
  const deps: RegistryDriverDeps = {
    ...{ clock, log: silentLog, limitedLog: silentLog },
    store: {
      addTombstones(tombstones) {
        events.push(`store ${tombstones.map(({ name }) => name)}`);
        return storing.promise;
      },
    },
    registry: {
      advance() {
        events.push("advance");
        return { effects: decisions.splice(0), unfinished: false };
      },
      issueCopyOrders: () => ({ orders: [], unfinished: false }),
    },
    channels: new Map([[1, {} as Channel]]),
    subscriptions: { notify: (names) => void events.push(`notify ${[...names]}`) },
    summary: { record() {} },
    observer: null,
    changed: () => void events.push("changed"),
  };
  driver = new RegistryDriver(deps);
});

test("a registry that has nothing to do is left alone", () => {
  driver.advance();
  expect([events, clock.pending]).toEqual([["advance", "changed"], 0]);
});

test("what is decided is carried out, and the registry goes on soon after", () => {
  decisions = [changed("film")];
  driver.advance();
  expect(events).toEqual(["advance", "notify film", "changed", "changed"]);
  expect(clock.pending).toBe(1);
  clock.advance(10);
  expect(events.slice(4)).toEqual(["advance", "changed"]);
  expect(clock.pending).toBe(0);
});

test("what rests on a removal that is void is carried out once that is stored, and what comes later after it", async () => {
  driver.apply([isVoid("film"), changed("film")]);
  driver.apply([changed("other")]);
  // Its orders would overtake those.
  driver.advance();
  expect(events).toEqual(["store film"]);
  storing.resolve();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(events.filter((event) => event !== "changed")).toEqual(["store film", "notify film", "notify other"]);
  clock.advance(10);
  expect(events).toContain("advance");
});

test("nothing is carried out after the end", async () => {
  driver.apply([isVoid("film"), changed("film")]);
  driver.stop();
  storing.resolve();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  expect(events).toEqual(["store film"]);
});

test("what the end of sessions brings about after a stop is not gone on with", () => {
  driver.stop();
  driver.orderSoon();
  expect(clock.pending).toBe(0);
});
