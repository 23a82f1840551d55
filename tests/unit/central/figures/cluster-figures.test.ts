import { beforeEach, expect, test } from "bun:test";
import { ClusterFigures, sentOf, sumOfFlows } from "../../../../src/central/figures/cluster-figures.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { held, join, newRegistry } from "../fixtures.ts";

const NOTHING = { milliseconds: 2000, toClients: 0, toSecondaries: 0, overHttp: 0, received: 0 };
const FIGURES: Messages["figures"] = {
  type: "figures",
  room: { total: 100, free: 60 },
  traffic: NOTHING,
  copied: 0,
  repairs: { wrongPieces: 3, repairedPieces: 2, damaged: 1, repaired: 0, waiting: 1 },
};

let figures: ClusterFigures;
let registry: Registry;

beforeEach(() => {
  figures = new ClusterFigures();
  registry = newRegistry();
});

function tell(number: number, traffic: Partial<typeof NOTHING>, copied = 0): void {
  figures.told(number, { ...FIGURES, copied, traffic: { ...NOTHING, ...traffic } });
}

test("the last that a secondary has told is known until its session ends; what it sent in all stays", () => {
  expect(figures.of(1)).toMatchObject({ isKnown: false, room: null, repairs: null });
  tell(1, { toClients: 1000, overHttp: 500, received: 4000 });
  tell(1, { toClients: 3000 });
  const { isKnown, room, repairs, rates, totals } = figures.of(1);
  expect({ isKnown, room, repairs }).toEqual({ isKnown: true, room: FIGURES.room, repairs: FIGURES.repairs });
  expect(rates).toEqual({ toClients: 1500, toSecondaries: 0, overHttp: 0, received: 0 });
  expect(totals).toEqual({ toClients: 4000, toSecondaries: 0, overHttp: 500, received: 4000 });
  figures.sessionChanged(1);
  expect(figures.of(1)).toMatchObject({ isKnown: false, room: null, repairs: null, rates: { toClients: 0 } });
  expect(sentOf(figures.of(1).totals)).toBe(4500);
  figures.remove(1);
  expect(sentOf(figures.of(1).totals)).toBe(0);
});

test("however much a secondary says, its numbers stay numbers", () => {
  const most = Number.MAX_SAFE_INTEGER;
  for (let time = 0; time < 3; time += 1) tell(1, { milliseconds: 0, toClients: most, received: most });
  const { rates, totals } = figures.of(1);
  for (const value of [...Object.values(rates), ...Object.values(totals)])
    expect(Number.isSafeInteger(value)).toBe(true);
});

test("what is still to be copied counts bytes that are there, and the time follows the rate of late", () => {
  const large = held("large", "1", { size: 10_000_000 });
  join(registry, 1, [large, held("small", "2", { size: 1000 })]);
  join(registry, 2);
  const left = () => registry.secondaries.sorted().map((each) => figures.left(each))[1];
  registry.advance(0);
  expect(left()).toEqual({ files: 2, bytes: 10_001_000, seconds: null });
  for (let time = 1; time <= 50; time += 1) tell(2, { received: 20_000 }, time * 20_000);
  expect(left()).toEqual({ files: 2, bytes: 9_001_000, seconds: 901 });
  registry.announce(2, 2, [large, held("small", "2", { size: 1000 })], [], true, 0);
  expect(left()).toEqual({ files: 0, bytes: 0, seconds: 0 });
});

test("what was received before counts half as much after ten seconds, and who receives nothing has no time", () => {
  join(registry, 1, [held("large", "1", { size: 10_000_000 })]);
  join(registry, 2);
  registry.advance(0);
  const seconds = () => registry.secondaries.sorted().map((each) => figures.left(each).seconds)[1];
  tell(2, { received: 20_000 });
  expect(seconds()).toBe(1000);
  for (let time = 2; time <= 10; time += 2) tell(2, {});
  expect([2000, 2001]).toContain(seconds() as number);
  for (let time = 2; time <= 10; time += 2) tell(2, { received: 20_000 });
  expect([1333, 1334]).toContain(seconds() as number);
  figures.sessionChanged(2);
  tell(2, { received: 2 });
  expect(seconds()).toBe(10_000_000);
  figures.sessionChanged(2);
  tell(2, {});
  expect(seconds()).toBeNull();
});

test("flows are added up", () => {
  tell(1, { toClients: 2, received: 4 });
  tell(2, { toSecondaries: 6, overHttp: 8 });
  const sum = sumOfFlows([figures.of(1).rates, figures.of(2).rates]);
  expect([sum, sentOf(sum)]).toEqual([{ toClients: 1, toSecondaries: 3, overHttp: 4, received: 2 }, 8]);
});
