import { afterEach, expect, test } from "bun:test";
import { placeText, secondsUntil } from "../../../../../src/client/downloads/notes/place.ts";
import { speak } from "../../../../../src/text/texts.ts";

afterEach(() => speak("en"));

test("a place is told with how many wait, and when its turn comes, as far as that is known", () => {
  expect([placeText(2, 5, 170), placeText(2, 5, null), placeText(2, null, 20), placeText(1, null, null)]).toEqual([
    ...["waiting 2/5  ~3 min", "waiting 2/5", "waiting, place 2  ~20 s", "waiting, place 1"],
  ]);
  speak("es");
  expect(placeText(2, 5, 170)).toBe("en espera 2/5  ~3 min");
});

test("each that ends makes room for the next that waits; of later ones nothing is known", () => {
  const running = [
    { done: 0, total: 1000, rate: 10 },
    { done: 500, total: 1000, rate: 50 },
  ];
  expect([0, 1, 2].map((index) => secondsUntil(index, running))).toEqual([10, 100, null]);
  expect(secondsUntil(0, [...running, { done: 0, total: 1000, rate: 0 }])).toBeNull();
  expect(secondsUntil(0, [...running, { done: 0, total: null, rate: 7 }])).toBeNull();
});
