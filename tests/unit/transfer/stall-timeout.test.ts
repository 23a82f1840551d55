import { expect, test } from "bun:test";
import { StallTimeout } from "../../../src/transfer/stall-timeout.ts";

test("a source that becomes ready again and again, and delivers nothing, gives hope once", () => {
  const patience = new StallTimeout(0, 1000);
  patience.sourceReady(1, 900);
  expect(patience.expiredBecause(1899, false)).toBeNull();
  patience.sourceReady(1, 1800);
  expect(patience.expiredBecause(1900, false)).toBe("no secondary has delivered anything for 1 s");
  patience.sourceReady(2, 1900);
  expect(patience.expiredBecause(2899, false)).toBeNull();
  patience.reset(3000);
  patience.sourceReady(1, 3900);
  expect(patience.expiredBecause(4800, false)).toBeNull();
});

test("a version that nobody will have is given up sooner", () => {
  const patience = new StallTimeout(0, 60_000);
  expect(patience.expiredBecause(1900, true)).toBeNull();
  expect(patience.expiredBecause(2000, true)).toContain("replaced or removed");
  expect(patience.expiredBecause(2000, false)).toBeNull();
});
