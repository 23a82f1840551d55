import { afterEach, expect, test } from "bun:test";
import { shortDuration, shownBytes, shownDuration, shownRate } from "../../../src/text/shown/numbers.ts";
import { speak, TEXTS, texts } from "../../../src/text/texts.ts";
import { expectSameTexts } from "../../support/same-texts.ts";

afterEach(() => speak("en"));

test("every text is there in both languages, with the same values in it", () => {
  expect(expectSameTexts(TEXTS.en, TEXTS.es)).toBeGreaterThan(150);
});

test("a process speaks English until it is told to speak Spanish", () => {
  expect(texts().common.files(1)).toBe("1 file");
  speak("es");
  expect([1, 2].map(texts().common.files)).toEqual(["1 archivo", "2 archivos"]);
});

test("numbers are written as the language writes them", () => {
  const shown = () => [shownBytes(1536), shownBytes(7), shownRate(1.5 * 1024 * 1024), shownDuration(0.4)];
  expect(shown()).toEqual(["1.5 KiB", "7 B", "1.5 MiB/s", "0.4 s"]);
  speak("es");
  expect(shown()).toEqual(["1,5 KiB", "7 B", "1,5 MiB/s", "0,4 s"]);
});

test("a short time has one unit, and is never less than it takes", () => {
  const seconds = [0, 0.2, 24, 99, 99.5, 100, 5940, 6001, 359_000, 360_001];
  expect(seconds.map(shortDuration)).toEqual([
    ...["0 s", "1 s", "24 s", "99 s", "100 s", "2 min", "99 min", "2 h", "100 h", "5 d"],
  ]);
});
