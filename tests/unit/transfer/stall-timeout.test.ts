import { expect, test } from "bun:test";
import { StallTimeout } from "../../../src/transfer/stall-timeout.ts";

test("a source that becomes ready again and again, and delivers nothing, resets it once", () => {
  const timeout = new StallTimeout(0, 1000);
  timeout.sourceReady(1, 900);
  expect(timeout.expiredBecause(1899, false)).toBeNull();
  timeout.sourceReady(1, 1800);
  expect(timeout.expiredBecause(1900, false)).toBe("no secondary has delivered anything for 1 s");
  timeout.sourceReady(2, 1900);
  expect(timeout.expiredBecause(2899, false)).toBeNull();
  timeout.reset(3000);
  timeout.sourceReady(1, 3900);
  expect(timeout.expiredBecause(4800, false)).toBeNull();
});

test("a version that nobody will have any more is given up sooner", () => {
  const timeout = new StallTimeout(0, 60_000);
  expect(timeout.expiredBecause(1900, true)).toBeNull();
  expect(timeout.expiredBecause(2000, true)).toContain("replaced or removed");
  expect(timeout.expiredBecause(2000, false)).toBeNull();
});
