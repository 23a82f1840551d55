import { expect, test } from "bun:test";
import { StringPool } from "../../../src/platform/string-pool.ts";

test("gives each text as it is", () => {
  const same = new StringPool();
  expect(["a", "a", "b", "", "a"].map((text) => same.intern(text))).toEqual(["a", "a", "b", "", "a"]);
});
