import { expect, test } from "bun:test";
import { rateTogether } from "../../../../../src/web/views/downloads/download-totals.ts";

test("rates that are known are added up", () => {
  expect(rateTogether([{ rate: 2 }, { rate: null }, { rate: 3 }])).toBe(5);
  expect(rateTogether([{ rate: null }])).toBeNull();
  expect(rateTogether([])).toBeNull();
});
