import { expect, test } from "bun:test";
import { parseSize } from "../../../../src/cli/flags/size.ts";

test("a size is a number, with or without a unit", () => {
  const sizes = ["0", "1500", "2K", "2k", "1.5M", "2G", "2GiB", "2GB", "1TB"].map(parseSize);
  expect(sizes).toEqual([0, 1500, 2048, 2048, 1_572_864, 2 ** 31, 2 ** 31, 2_000_000_000, 1e12]);
});

test("nothing else is one", () => {
  for (const text of ["", "G", "-1", "1e3", "2 G", "2GiBs", "iB", "1iB", "9999999999999", "999999999999T"]) {
    expect([text, parseSize(text)]).toEqual([text, null]);
  }
});
