import { expect, test } from "bun:test";
import { newNameFault } from "../../../../src/protocol/names/new-name.ts";

test("what nobody could share has no name in the cluster", () => {
  expect(newNameFault("series/first film.mkv")).toBeNull();
  expect(String(newNameFault("a/.hidden"))).toBe(
    '"a/.hidden" cannot be the name of a file: a segment begins with a dot',
  );
  expect(String(newNameFault("../a"))).toContain("cannot be the name of a file");
  expect(String(newNameFault("film.mkv.part"))).toContain("has not finished");
  expect(newNameFault(`a/${"ñ".repeat(127)}`)).toBeNull();
  expect(String(newNameFault(`a/${"ñ".repeat(128)}`))).toContain("longer than 255 bytes");
});
