import { expect, test } from "bun:test";
import { inherit, judge, type Verdict } from "../../../src/central/entry.ts";
import { held, id } from "./parts.ts";

const cases: [string, ReturnType<typeof held> | undefined, ReturnType<typeof held>, Verdict, Verdict?][] = [
  ["a new name", undefined, held("f", "1"), "accept"],
  ["the same version", held("f", "1"), held("f", "1", { agreed: true }), "same"],
  ["a version that replaced it", held("f", "1", { agreed: true }), held("f", "2", { ancestors: [id("1")] }), "accept"],
  ["one that it replaced", held("f", "2", { ancestors: [id("1")] }), held("f", "1", { agreed: true }), "outdated"],
  ["a stranger", held("f", "1"), held("f", "2"), "conflict"],
  ["a stranger to an agreed one", held("f", "1", { agreed: true }), held("f", "2"), "conflict"],
  ["two that were agreed", held("f", "1", { agreed: true }), held("f", "2", { agreed: true }), "conflict"],
  ["an agreed one after a stranger", held("f", "1"), held("f", "2", { agreed: true }), "displace"],
  [
    "a version that came back",
    held("f", "2", { ancestors: [id("1")] }),
    held("f", "1", { ancestors: [id("2")] }),
    "accept",
    "outdated",
  ],
  [
    "what a version that came back has replaced",
    held("f", "1", { ancestors: [id("2")] }),
    held("f", "2", { ancestors: [id("1")], agreed: true }),
    "outdated",
  ],
];

for (const [what, entry, file, fresh, later = fresh] of cases) {
  test(`${what}: ${fresh}`, () => {
    expect(judge(entry, file, true)).toBe(fresh);
    expect(judge(entry, file, false)).toBe(later);
  });
}

test("a version inherits what the other replaced, never itself, and no more than fits", () => {
  const many = Array.from({ length: 16 }, (_, index) => id(`a${index.toString(16)}`));
  const merged = inherit(held("f", "2", { ancestors: [id("1")] }), held("f", "1", { ancestors: [id("2"), id("3")] }));
  expect(merged.ancestors).toEqual([id("1"), id("3")]);
  expect(inherit(held("f", "2", { ancestors: many }), held("f", "1")).ancestors).toEqual(many);
  expect(inherit(held("f", "2"), held("f", "1", { agreed: true })).agreed).toBe(true);
});
