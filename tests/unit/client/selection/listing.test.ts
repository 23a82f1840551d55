import { describe, expect, test } from "bun:test";
import { arrange, treeRows, typedListing } from "../../../../src/client/selection/listing.ts";
import { listed } from "./pages.ts";

const FILES = [listed("a", 5, 30), listed("b", 9, 10), listed("c", 5, 20)];
const names = (options: Partial<Parameters<typeof arrange>[1]>) =>
  arrange(FILES, { sort: "name", reverse: false, limit: null, ...options })
    .map(({ name }) => name)
    .join("");

test("files are arranged", () => {
  expect(names({})).toBe("abc");
  expect(names({ reverse: true })).toBe("cba");
  expect(names({ sort: "size" })).toBe("bac");
  expect(names({ sort: "size", reverse: true })).toBe("cab");
  expect(names({ sort: "date" })).toBe("acb");
  expect(names({ sort: "date", reverse: true, limit: 2 })).toBe("bc");
  expect(names({ limit: 9 })).toBe("abc");
  expect(FILES.map(({ name }) => name).join("")).toBe("abc");
});

test("files are shown below their folders", () => {
  const files = ["b/c/d", "b/c/e", "b/f", "g", "b/h/i"].map((name) => listed(name));
  const rows = treeRows(files).map(({ label, bytes, file }) => [label, bytes, file?.name ?? null]);
  expect(rows).toEqual([
    ["b/", 40, null],
    ["├── c/", 20, null],
    ["│   ├── d", 10, "b/c/d"],
    ["│   └── e", 10, "b/c/e"],
    ["├── h/", 10, null],
    ["│   └── i", 10, "b/h/i"],
    ["└── f", 10, "b/f"],
    ["g", 10, "g"],
  ]);
});

describe("what is typed", () => {
  const typed = (...flags: [string, string][]) => typedListing(new Map(flags));

  test("says how files are listed", () => {
    expect(typed()).toEqual({ sort: "name", reverse: false, limit: null });
    expect(typed(["sort", "date"], ["reverse", ""], ["limit", "20"])).toEqual({
      sort: "date",
      reverse: true,
      limit: 20,
    });
  });

  test.each([
    ["sort", "colour", "--sort colour: it takes name, size or date"],
    ["limit", "0", "--limit 0: it takes a whole number from 1 on"],
    ["limit", "1.5", "--limit 1.5: it takes a whole number from 1 on"],
  ])("--%s %s is refused", (flag, value, message) => {
    expect(() => typed([flag, value])).toThrow(message);
  });
});
