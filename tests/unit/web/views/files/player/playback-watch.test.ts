import { expect, test } from "bun:test";
import {
  GIVE_UP_MS,
  type PlaybackSample,
  PlaybackWatch,
  STARVED_MS,
} from "../../../../../../src/web/views/files/player/playback-watch.ts";

const sample = (changes: Partial<PlaybackSample> = {}): PlaybackSample => ({
  ...{ position: 10, bufferedEnd: 12, duration: 100, isFetching: true },
  ...changes,
});

/** Looks each quarter of a second, and gives what was to be done other than to wait, and when. */
function watchFor(watch: PlaybackWatch, from: number, milliseconds: number, at: (now: number) => PlaybackSample) {
  const steps: [number, string][] = [];
  for (let now = from; now < from + milliseconds; now += 250) {
    const step = watch.update(at(now), now);
    if (step !== "wait") steps.push([now - from, step]);
  }
  return steps;
}

test("while more comes, however slowly, nothing is done", () => {
  const growing = (now: number) => sample({ bufferedEnd: 12 + now / 10_000 });
  expect(watchFor(new PlaybackWatch(0), 0, 60_000, growing)).toEqual([]);
});

test("when nothing comes for a while, another attempt begins once", () => {
  expect(watchFor(new PlaybackWatch(0), 0, STARVED_MS + 4000, () => sample())).toEqual([[STARVED_MS, "replace"]]);
});

test.each([
  ["much is there to be played", { bufferedEnd: 30 }],
  ["all is there", { position: 99, bufferedEnd: 99.8 }],
  ["the browser wants no more", { isFetching: false }],
] as const)("nothing is done while %s", (_, changes) => {
  expect(watchFor(new PlaybackWatch(0), 0, 30_000, () => sample(changes))).toEqual([]);
});

test("an attempt that does not begin to play is followed by another one, until nobody can send it", () => {
  const steps = watchFor(new PlaybackWatch(0), 0, STARVED_MS + GIVE_UP_MS + 1000, () => sample());
  expect(steps.filter(([, step]) => step === "replace").length).toBeGreaterThan(5);
  const [at] = steps.find(([, step]) => step === "give up") ?? [];
  expect(at).toBe(STARVED_MS + GIVE_UP_MS);
});

test("attempts that are refused at once are asked for less and less often", () => {
  const watch = new PlaybackWatch(0);
  const times: number[] = [];
  let step = watch.failed(0);
  for (let now = 0; now < 20_000; now += 250) {
    if (step === "replace") {
      times.push(now);
      step = watch.replacementFailed(now);
    } else step = watch.update(sample(), now);
  }
  expect(times.slice(0, 5)).toEqual([0, 500, 1000, 2000, 4000]);
});

test("once another attempt plays, all begins anew", () => {
  const watch = new PlaybackWatch(0);
  expect(watch.failed(1000)).toBe("replace");
  expect(watch.isFailing).toBe(true);
  watch.replaced(2000);
  expect(watch.isFailing).toBe(false);
  expect(watchFor(watch, 2000, 1750, () => sample({ bufferedEnd: 5 }))).toEqual([]);
  expect(watch.failed(4000)).toBe("replace");
});

test("what comes back by itself needs no other attempt", () => {
  const watch = new PlaybackWatch(0);
  watch.update(sample(), 0);
  expect(watch.failed(0)).toBe("replace");
  expect(watch.replacementFailed(100)).toBe("wait");
  expect(watch.update(sample({ bufferedEnd: 13 }), 200)).toBe("wait");
  expect(watch.isFailing).toBe(false);
});
