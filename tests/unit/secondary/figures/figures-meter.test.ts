import { beforeEach, expect, test } from "bun:test";
import { type CountedFigures, FiguresMeter } from "../../../../src/secondary/figures/figures-meter.ts";

const ROOM = { total: 1_000_000, free: 500_000 };
const NOTHING = { toClients: 0, toSecondaries: 0, overHttp: 0, received: 0 };
const SOUND = { wrongPieces: 0, repairedPieces: 0, damaged: 0, repaired: 0, waiting: 0 };

let meter: FiguresMeter;
let counted: CountedFigures;
let now: number;

beforeEach(() => {
  now = 1000;
  counted = { traffic: { ...NOTHING }, kept: 0, copied: 0, repairs: SOUND };
  meter = new FiguresMeter(counted.traffic, now);
});

function next(change: Partial<CountedFigures> = {}, room: typeof ROOM | null = ROOM) {
  now += 2000;
  counted = { ...counted, ...change };
  return meter.next(counted, room, now);
}

test("what was sent and received is told as it is since the time before, and an end of it once", () => {
  expect(next()).toMatchObject({ room: ROOM, traffic: { milliseconds: 2000, ...NOTHING }, copied: 0, repairs: SOUND });
  const traffic = { toClients: 10, toSecondaries: 20, overHttp: 30, received: 40 };
  expect(next({ traffic })?.traffic).toEqual({ milliseconds: 2000, ...traffic });
  expect(next({ traffic: { ...traffic, received: 45 } })?.traffic).toEqual({
    ...{ milliseconds: 2000, ...NOTHING },
    received: 5,
  });
  expect(next()?.traffic).toEqual({ milliseconds: 2000, ...NOTHING });
  expect(next()).toBeNull();
});

test("the same traffic again and again is told each time: whoever hears nothing takes it for none", () => {
  for (let time = 1; time <= 3; time += 1) {
    expect(next({ traffic: { ...NOTHING, toClients: time * 7 } })?.traffic.toClients).toBe(7);
  }
});

test("after a quiet time the next bytes are those of the last interval", () => {
  next();
  for (let time = 0; time < 5; time += 1) expect(next()).toBeNull();
  expect(next({ traffic: { ...NOTHING, overHttp: 3 } })?.traffic).toMatchObject({ milliseconds: 2000, overHttp: 3 });
});

test("nothing is told while nothing changes, a little free room does not count, and somebody new is told all", () => {
  next();
  expect(next({}, { ...ROOM, free: ROOM.free - 999 })).toBeNull();
  expect(next({}, { ...ROOM, free: ROOM.free - 1000 })?.room?.free).toBe(499_000);
  expect(next({}, null)?.room).toBeNull();
  expect(next({}, null)).toBeNull();
  meter.forget();
  expect(next({}, null)).not.toBeNull();
  expect(next({ copied: 5 }, null)?.copied).toBe(5);
  expect(next({ repairs: { ...SOUND, waiting: 1 } }, null)?.repairs.waiting).toBe(1);
});
