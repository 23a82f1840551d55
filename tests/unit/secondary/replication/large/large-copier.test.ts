import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { mayStartLargeCopy } from "../../../../../src/secondary/replication/large/large-copier.ts";

const LARGE = 3 * MIB;

test("another large file is begun while little is to come", () => {
  const gib = 1024 ** 3;
  expect(mayStartLargeCopy([])).toBe(true);
  expect(mayStartLargeCopy([gib])).toBe(true);
  expect(mayStartLargeCopy([gib, gib])).toBe(false);
  expect(mayStartLargeCopy([LARGE, LARGE, LARGE])).toBe(true);
  expect(mayStartLargeCopy(Array.from({ length: 8 }, () => LARGE))).toBe(false);
});
