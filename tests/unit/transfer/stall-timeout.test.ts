import { expect, test } from "bun:test";
import { Patience } from "../../../src/transfer/stall-timeout.ts";

test("a source that becomes ready again and again, and delivers nothing, gives hope once", () => {
  const patience = new Patience(0, 1000);
  patience.promised(1, 900);
  expect(patience.over(1899, false)).toBeNull();
  patience.promised(1, 1800);
  expect(patience.over(1900, false)).toBe("no secondary has delivered anything for 1 s");
  patience.promised(2, 1900);
  expect(patience.over(2899, false)).toBeNull();
  patience.renew(3000);
  patience.promised(1, 3900);
  expect(patience.over(4800, false)).toBeNull();
});

test("a version that nobody will have is given up sooner", () => {
  const patience = new Patience(0, 60_000);
  expect(patience.over(1900, true)).toBeNull();
  expect(patience.over(2000, true)).toContain("replaced or removed");
  expect(patience.over(2000, false)).toBeNull();
});
