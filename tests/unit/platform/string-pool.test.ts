import { expect, test } from "bun:test";
import { SameText } from "../../../src/platform/string-pool.ts";

test("gives each text as it is", () => {
  const same = new SameText();
  expect(["a", "a", "b", "", "a"].map((text) => same.of(text))).toEqual(["a", "a", "b", "", "a"]);
});
