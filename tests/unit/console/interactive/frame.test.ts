import { expect, test } from "bun:test";
import fc from "fast-check";
import { layoutFrame, rowsAboveCursor } from "../../../../src/console/interactive/frame.ts";
import { item } from "../support/items.ts";

function inputLine(line: string, cursor = line.length) {
  return { prompt: "> ", line, cursor };
}

test("the prompt stands below the bars, with the cursor behind what is typed", () => {
  const frame = layoutFrame([item()], inputLine("list"), { columns: 40, rows: 24 });
  expect(frame.rows).toHaveLength(2);
  expect(frame.rows[1]).toBe("> list");
  expect([frame.row, frame.column]).toEqual([1, 6]);
});

test("a long line is broken by the width of its characters", () => {
  const frame = layoutFrame([], inputLine("abcdefgh漢漢漢", 8), { columns: 12, rows: 24 });
  expect(frame.rows).toEqual(["> abcdefgh", "漢漢漢"]);
  expect([frame.row, frame.column]).toEqual([1, 0]);
  const atEnd = layoutFrame([], inputLine("123456789"), { columns: 12, rows: 24 });
  expect([atEnd.rows, atEnd.row, atEnd.column]).toEqual([["> 123456789"], 0, 11]);
});

test("of a line that would fill the window the part around the cursor is shown", () => {
  const line = Array.from({ length: 50 }, (_, index) => String(index).padStart(9, "0")).join("");
  const size = { columns: 10, rows: 10 };
  const frame = layoutFrame([], inputLine(line, 9 * 30), size);
  expect(frame.rows).toHaveLength(5);
  expect(frame.rows[frame.row]).toBe("000000030");
  expect(layoutFrame([], inputLine(line, 0), size).row).toBe(0);
  expect(layoutFrame([], inputLine(line), size).row).toBe(4);
});

test("a narrow window has no prompt, control characters are shown as such", () => {
  expect(layoutFrame([], inputLine("a\x1bb"), { columns: 10, rows: 24 }).rows).toEqual(["a�b"]);
});

test("a frame always fits, and leaves a row to the log", () => {
  const some = fc.record({
    bars: fc.nat(40),
    line: fc.string({ unit: "grapheme", maxLength: 200 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    columns: fc.integer({ min: 1, max: 100 }),
    rows: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(some, ({ bars, line, at, columns, rows }) => {
      const items = Array.from({ length: bars }, (_, index) => item({ label: `漢字 ${index}` }));
      const frame = layoutFrame(items, inputLine(line, Math.floor(at * line.length)), { columns, rows });
      expect(frame.rows.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
      expect(frame.row).toBeLessThan(frame.rows.length);
      expect(frame.column).toBeLessThan(Math.max(2, columns));
      for (const row of frame.rows) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(Math.max(1, columns - 1));
    }),
  );
});

test("narrowing folds the rows above the cursor, and the cursor's own", () => {
  const frame = { rows: ["x".repeat(70), "", "y".repeat(45)], row: 2, column: 40 };
  expect(rowsAboveCursor(frame, 80)).toBe(2);
  expect(rowsAboveCursor(frame, 35)).toBe(4);
  expect(rowsAboveCursor(frame, 20)).toBe(7);
  expect(rowsAboveCursor({ rows: ["x".repeat(30)], row: 0, column: 30 }, 30)).toBe(0);
});
