import { describe, expect, test } from "bun:test";
import { conflictName, isName, MAX_NAME_BYTES, nameFault, nextConflictName } from "../../../src/protocol/name.ts";

const ID = `1234abcd${"0".repeat(56)}`;

describe("a name", () => {
  test.each([
    "a",
    "a b",
    "a/b/c.mp4",
    "ñandú.mkv",
    "映画/東京.mkv",
    "👩‍👩‍👧.bin",
    "a..b",
    "a.",
    "...".replaceAll(".", "x"),
    "-rf",
    "a\\b",
    "C:x",
  ])("can be %j", (name) => {
    expect(nameFault(name)).toBeNull();
  });

  test.each([
    ["", "empty"],
    ["/a", "empty segment"],
    ["a/", "empty segment"],
    ["a//b", "empty segment"],
    ["/", "empty segment"],
    ["..", "dot"],
    [".", "dot"],
    ["../a", "dot"],
    ["a/../b", "dot"],
    ["a/./b", "dot"],
    [".hidden", "dot"],
    ["a/.redes/x", "dot"],
    ["a\u0000b", "control"],
    ["a\nb", "control"],
    ["a\u001b[2Jb", "control"],
    ["a\u007fb", "control"],
    ["a\u0085b", "control"],
    ["a\u2028b", "control"],
    ["a\ud800b", "control"],
    ["\udc00", "control"],
  ])("cannot be %j", (name, why) => {
    expect(String(nameFault(name))).toContain(why);
    expect(isName(name)).toBe(false);
  });

  test("has at most 1,024 bytes, however many characters those are", () => {
    expect(isName("n".repeat(1024))).toBe(true);
    expect(isName("n".repeat(1025))).toBe(false);
    expect(isName("é".repeat(512))).toBe(true);
    expect(isName(`${"é".repeat(512)}n`)).toBe(false);
    expect(isName("👍".repeat(256))).toBe(true);
    expect(isName("👍".repeat(257))).toBe(false);
  });
});

describe("the name of a conflict", () => {
  test.each([
    ["b.bin", "b.conflict-1234abcd.bin"],
    ["a/b.bin", "a/b.conflict-1234abcd.bin"],
    ["b", "b.conflict-1234abcd"],
    ["a.d/b", "a.d/b.conflict-1234abcd"],
    ["a/b.tar.gz", "a/b.tar.conflict-1234abcd.gz"],
  ])("of %s is %s", (name, expected) => {
    expect(conflictName(name, ID)).toBe(expected);
  });

  test("is a name, however long and odd the first one is", () => {
    const long = ["n".repeat(1024), `${"n".repeat(1020)}.bin`, `${"👍".repeat(255)}.abc`, `a/${"é".repeat(500)}.mkv`];
    const odd = [`a.${"e".repeat(1022)}`, `d/${"e".repeat(10)}.${"x".repeat(1000)}`];
    for (const name of [...long, ...odd]) {
      expect(nameFault(name)).toBeNull();
      const other = conflictName(name, ID);
      expect(nameFault(other)).toBeNull();
      expect(Buffer.byteLength(other)).toBeLessThanOrEqual(MAX_NAME_BYTES);
      expect(Buffer.byteLength(other.slice(other.lastIndexOf("/") + 1))).toBeLessThanOrEqual(255);
      expect(other).toContain(".conflict-1234abcd");
      // It stays in its folder.
      expect(other.slice(0, other.lastIndexOf("/") + 1)).toBe(name.slice(0, name.lastIndexOf("/") + 1));
    }
  });

  test("leaves a folder whose path leaves no room", () => {
    expect(conflictName(`${"d/".repeat(511)}ab`, ID)).toBe("ab.conflict-1234abcd");
  });
});

test("one more name for a file in conflict is another one, though there is no room for it", () => {
  const short = conflictName("a/b.bin", ID);
  expect(nextConflictName(short, ID)).toBe("a/b.conflict-1234abcd.conflict-1234abcd.bin");
  const long = conflictName(`${"x".repeat(240)}.bin`, ID);
  const next = nextConflictName(long, ID);
  expect(next).not.toBe(long);
  expect(isName(next)).toBe(true);
});
