import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  contentHeight,
  type RowsLayout,
  scrollTopFor,
  windowOf,
} from "../../../../../src/web/parts/virtual-list/window-of-rows.ts";

const layout: RowsLayout = { rowHeight: 40, count: 200_000, overscan: 3 };

test("the rows are made that are seen, and some beyond", () => {
  expect(windowOf(layout, { scrollTop: 4000, height: 400 })).toEqual({ start: 97, end: 113, top: 97 * 40 });
  expect(windowOf(layout, { scrollTop: 0, height: 400 })).toEqual({ start: 0, end: 13, top: 0 });
  const last = windowOf(layout, { scrollTop: 200_000 * 40 - 400, height: 400 });
  expect([last.start, last.end]).toEqual([199_987, 200_000]);
});

test("where there are none, none are made", () => {
  expect(windowOf({ ...layout, count: 0 }, { scrollTop: 0, height: 400 })).toMatchObject({ start: 0, end: 0 });
});

const layouts = fc.record({
  rowHeight: fc.integer({ min: 20, max: 80 }),
  count: fc.integer({ min: 1, max: 3_000_000 }),
  overscan: fc.integer({ min: 0, max: 10 }),
});

test("however many there are, all can be scrolled to, and what is seen is covered by rows", () => {
  fc.assert(
    fc.property(
      layouts,
      fc.integer({ min: 100, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, height, ratio) => {
        const content = contentHeight(rows);
        const scrollTop = ratio * Math.max(0, content - height);
        const { start, end, top } = windowOf(rows, { scrollTop, height });
        const seen = Math.min(height, content);
        expect(top).toBeLessThanOrEqual(scrollTop + 1e-3);
        expect(top + (end - start) * rows.rowHeight).toBeGreaterThanOrEqual(scrollTop + seen - 1e-3);
        if (ratio === 1) expect(end).toBe(rows.count);
      },
    ),
  );
});

test("a row that is wanted is seen as a whole, and one that is seen moves nothing", () => {
  fc.assert(
    fc.property(layouts, fc.integer({ min: 100, max: 2000 }), fc.nat(), (rows, height, wanted) => {
      const row = wanted % rows.count;
      const scrollTop = scrollTopFor(rows, row, { scrollTop: 0, height });
      const { start, top } = windowOf(rows, { scrollTop, height });
      const at = top + (row - start) * rows.rowHeight - scrollTop;
      expect(at).toBeGreaterThanOrEqual(-1e-3);
      expect(at + rows.rowHeight).toBeLessThanOrEqual(height + 1e-3);
      expect(scrollTopFor(rows, row, { scrollTop, height })).toBeCloseTo(scrollTop, 3);
    }),
  );
});
