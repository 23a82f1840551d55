import { expect, test } from "bun:test";
import { SAMPLE_INTERVAL_MS } from "../../../../src/secondary/pacing/flows.ts";
import { WaterLevel } from "../../../../src/secondary/pacing/water-level.ts";
import { type FakeFlow, FakeLine } from "../../../support/fake-line.ts";

const KB = 1000;
const MB = 1000 * KB;
/** 100 Mbit/s. */
const LINE = { rate: 12.5 * MB, buffer: 50 };

/** TCP gives the last of them many times what it gives the first. */
function unequal(count: number): FakeFlow[] {
  return Array.from({ length: count }, (_, index) => ({ weight: 1 + index * index }));
}

function sumOf(got: ReadonlyMap<FakeFlow, number>): number {
  return [...got.values()].reduce((sum, rate) => sum + rate, 0);
}

function apart(got: ReadonlyMap<FakeFlow, number>, flows: readonly FakeFlow[]): number {
  const rates = flows.map((flow) => got.get(flow) ?? 0);
  return Math.max(...rates) / Math.min(...rates);
}

test("ten on one line, of whom TCP gives one eighty times what it gives another, have the same, and all of the line", () => {
  const line = new FakeLine(LINE);
  const flows = unequal(10);
  line.join(...flows);
  expect(apart(line.run(2), flows)).toBeGreaterThan(10);
  line.run(3);
  const got = line.run(60);
  expect(apart(got, flows)).toBeLessThan(1.05);
  expect(sumOf(got)).toBeGreaterThan(0.98 * LINE.rate);
});

test("who has a slow line of his own keeps what he has, and the others share the rest", () => {
  const line = new FakeLine(LINE);
  const slow: FakeFlow[] = [0, 1].map(() => ({ weight: 1, own: 250 * KB, ownQueue: true }));
  const others = unequal(8);
  line.join(...others, ...slow);
  line.run(10);
  const got = line.run(30);
  for (const flow of slow) expect(got.get(flow)).toBeGreaterThan(0.95 * 250 * KB);
  expect(apart(got, others)).toBeLessThan(1.05);
  expect(sumOf(got)).toBeGreaterThan(0.98 * LINE.rate);
});

test("where each waits for a line or a disk of his own nothing is taken from anybody for long", () => {
  const line = new FakeLine({ rate: 1000 * MB, buffer: 50 });
  const own = [6 * MB, 3 * MB, MB, 500 * KB];
  line.join(...own.map((rate, index) => ({ weight: 1, own: rate, ownQueue: index % 2 === 0 })));
  expect(sumOf(line.run(300))).toBeGreaterThan(0.96 * 10.5 * MB);
});

test("nobody is held who is alone, or where all get the same, or where nothing waits", () => {
  const alone = new FakeLine(LINE);
  alone.join({ weight: 1 });
  alone.run(30);
  expect(alone.limit).toBeNull();
  const same = new FakeLine(LINE);
  same.join({ weight: 1 }, { weight: 1 });
  same.run(30);
  expect(same.limit).toBeNull();
  const slowDisks = new FakeLine(LINE);
  slowDisks.join({ weight: 1, own: 2 * MB }, { weight: 1, own: MB });
  slowDisks.run(30);
  expect(slowDisks.limit).toBeNull();
});

test("who comes has his share within seconds, and what those had who go is used at once", () => {
  const line = new FakeLine(LINE);
  const flows = unequal(10);
  line.join(...flows.slice(3));
  line.run(20);
  line.join(...flows.slice(0, 3));
  line.run(4);
  expect(apart(line.run(5), flows)).toBeLessThan(1.1);
  line.leave(...flows.slice(0, 5));
  line.run(1);
  const got = line.run(3);
  expect(sumOf(got)).toBeGreaterThan(0.95 * LINE.rate);
  expect(apart(got, flows.slice(5))).toBeLessThan(1.05);
});

test("the last one has all of it again", () => {
  const line = new FakeLine(LINE);
  const [first, last] = [{ weight: 1 }, { weight: 9 }];
  line.join(first, last);
  line.run(20);
  line.leave(last);
  line.run(1);
  expect(line.limit).toBeNull();
});

test("a queue that somebody else keeps full does not make everybody give way to him, and all get the same again when he is gone", () => {
  const line = new FakeLine(LINE);
  const flows = unequal(5);
  line.join(...flows);
  line.run(10);
  line.foreign = 2 * MB;
  line.run(10);
  // As much as they would have without any level.
  expect(sumOf(line.run(120))).toBeGreaterThan(0.9 * (LINE.rate - 2 * MB));
  line.foreign = 0;
  line.run(20);
  const got = line.run(20);
  expect(apart(got, flows)).toBeLessThan(1.1);
  expect(sumOf(got)).toBeGreaterThan(0.97 * LINE.rate);
});

test("a line whose times are measured badly, as by a machine that has much to do, stays full", () => {
  let state = 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const line = new FakeLine({ ...LINE, random, noiseMs: 20 });
  const flows = unequal(10);
  line.join(...flows);
  line.run(10);
  const got = line.run(60);
  expect(apart(got, flows)).toBeLessThan(1.1);
  expect(sumOf(got)).toBeGreaterThan(0.95 * LINE.rate);
});

test("a deep queue is waited for until it is gone", () => {
  const line = new FakeLine({ rate: MB, buffer: 900 });
  const flows = unequal(4);
  line.join(flows[3] ?? { weight: 1 });
  line.run(5);
  line.join(...flows.slice(0, 3));
  line.run(15);
  const got = line.run(30);
  expect(apart(got, flows)).toBeLessThan(1.1);
  expect(sumOf(got)).toBeGreaterThan(0.97 * MB);
});

test("a line that becomes slower, or faster, is shared as it is then", () => {
  const line = new FakeLine(LINE);
  const flows = unequal(6);
  line.join(...flows);
  line.run(20);
  line.rate = LINE.rate / 5;
  line.run(8);
  const slower = line.run(10);
  expect(apart(slower, flows)).toBeLessThan(1.1);
  expect(sumOf(slower)).toBeGreaterThan((0.95 * LINE.rate) / 5);
  line.rate = LINE.rate;
  line.run(20);
  expect(sumOf(line.run(10))).toBeGreaterThan(0.95 * LINE.rate);
});

test("a connection over which nothing comes through counts as none", () => {
  const level = new WaterLevel();
  const [one, other] = [{}, {}];
  const progress = (acknowledged: number) => ({ acknowledged, rtt: 60, leastRtt: 1, sinceArrival: 0 });
  level.begin(one, 0, 0);
  level.begin(other, 0, 0);
  for (let now = SAMPLE_INTERVAL_MS; now < 20_000; now += SAMPLE_INTERVAL_MS) {
    const samples = [
      { key: one, progress: progress(now * KB) },
      { key: other, progress: progress(0) },
    ];
    expect(level.update(samples, now)).toBeNull();
  }
});
