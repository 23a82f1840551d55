import { expect, test } from "bun:test";
import { MAX_DOWNLOAD_LIMIT } from "../../../../../src/http/api/central-orders.ts";
import * as page from "../../../../../src/web/views/downloads/download-limit.ts";

const { parseLimit } = page;

test("the page knows the limit that the central takes", () => {
  expect(page.MAX_DOWNLOAD_LIMIT).toBe(MAX_DOWNLOAD_LIMIT);
});

test("a whole number is a limit, nothing is none, and anything else is wrong", () => {
  expect(parseLimit(" 12 ")).toBe(12);
  expect(parseLimit("1000000")).toBe(1_000_000);
  expect(parseLimit("  ")).toBeNull();
  for (const wrong of ["0", "-1", "1.5", "1e3", "ten", "1000001", "99999999"])
    expect(parseLimit(wrong)).toBeUndefined();
});
