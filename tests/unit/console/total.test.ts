import { afterEach, describe, expect, test } from "bun:test";
import { layoutFrame } from "../../../src/console/interactive/frame.ts";
import { renderPlainTotal, renderTotal } from "../../../src/console/total.ts";
import { GIB, MIB } from "../../../src/platform/units.ts";
import { speak } from "../../../src/text/texts.ts";

afterEach(() => speak("en"));

const TOTAL = { done: GIB, total: 4 * GIB, rate: 100 * MIB, filesLeft: 12 };

test.each([
  [80, "12 files left  1.0/4.0 GiB  25%  100.0 MiB/s  ETA 31 s"],
  [50, "12 files left  1.0/4.0 GiB  100.0 MiB/s  ETA 31 s"],
  [46, "12 left  1.0/4.0 GiB  100.0 MiB/s  ETA 31 s"],
  [42, "12 left 1.0/4.0 GiB 100.0 MiB/s ETA 31 s"],
  [39, "12 left 3.0 GiB 100.0 MiB/s ETA 31 s"],
  [30, "12 left  100.0 MiB/s  ETA 31 s"],
  [20, "12 left  ETA 31 s"],
  [5, "12 l…"],
])("in %d columns", (width, line) => {
  expect(renderTotal(TOTAL, width)).toBe(line);
});

test("what is not known is left out", () => {
  expect(renderTotal({ ...TOTAL, done: 0, rate: 0, filesLeft: 1 }, 80)).toBe("1 file left  0 B/4.0 GiB  0%");
});

test("for a pipe", () => {
  expect(renderPlainTotal(TOTAL)).toBe("12 files left, 25%, 1.0/4.0 GiB, 100.0 MiB/s, ETA 31 s");
});

describe("in a frame", () => {
  const items = ["a", "b", "c", "d"].map((label) => ({ id: label, label, done: 1, total: 4, rate: 0, note: "" }));
  const rowsIn = (rows: number) => layoutFrame(items, null, { columns: 80, rows }, TOTAL).rows;

  test("it is the last row, below the bars", () => {
    expect(rowsIn(24)).toHaveLength(5);
    expect(rowsIn(24).at(-1)).toStartWith("12 files left");
  });

  test("it stays where there is little room", () => {
    expect(rowsIn(6).map((row) => row.split(" ")[0])).toEqual(["a", "…", "12"]);
    expect(rowsIn(4).map((row) => row.split(" ")[0])).toEqual(["12"]);
    expect(rowsIn(3)).toEqual([]);
  });

  test("without one the bars have all the room", () => {
    expect(layoutFrame(items, null, { columns: 80, rows: 24 }).rows).toHaveLength(4);
  });
});

test("while a size is not known there is no percent, and no time left", () => {
  expect(renderTotal({ ...TOTAL, total: null }, 80)).toBe("12 files left  1.0 GiB  100.0 MiB/s");
});

test("it is told in Spanish too, within 45 columns", () => {
  speak("es");
  expect(renderPlainTotal(TOTAL)).toBe("12 archivos por acabar, 25%, 1,0/4,0 GiB, 100,0 MiB/s, en 31 s");
  expect(renderTotal(TOTAL, 44)).toBe("12 por acabar 3,0 GiB 100,0 MiB/s en 31 s");
});
