import { expect, test } from "bun:test";
import {
  asClusterVersion,
  type Comparison,
  compareVersions,
  type FileVersion,
  nextVector,
  supersedes,
  toFileVersion,
} from "../../../../src/central/versions/file-version.ts";
import type { HeldFile } from "../../../../src/protocol/messages/secondary.ts";
import { MAX_NUMBER_ON_BRANCH } from "../../../../src/protocol/versions/version-vector.ts";
import { held, id, unchanged } from "../fixtures.ts";

const [A, B, C] = ["aaaaaaaa", "bbbbbbbb", "cccccccc"];
const place = () => ({ branch: "dddddddd", number: 10 });

function entry(version: string, vector: string, changes: Partial<FileVersion> = {}): FileVersion {
  return { ...toFileVersion(unchanged("f", version, vector)), ...changes };
}

/** A version with its edits. */
function edited(version: string, edits: string): FileVersion {
  return entry(version, `${A}:5`, { edits });
}

/** The same version from a central that has gone. */
function lost(version: string, edits: string): HeldFile {
  return { ...unchanged("f", version, `${B}:1`), edits };
}

const cases: [string, FileVersion | undefined, HeldFile, Comparison][] = [
  ["a new name", undefined, held("f", "1"), "accept"],
  ["the same content", entry("1", `${A}:1`), held("f", "1"), "same"],
  ["a version that descends from it", entry("1", `${A}:1`), unchanged("f", "2", `${A}:2`), "accept"],
  ["one that does so on another branch", entry("1", `${A}:1`), unchanged("f", "2", `${A}:1 ${B}:2`), "accept"],
  ["one that it descends from", entry("2", `${A}:2`), unchanged("f", "1", `${A}:1`), "outdated"],
  ["an edit of it", entry("1", `${A}:1`), held("f", "2", { vector: `${A}:1` }), "accept"],
  [
    "an edit of it that knows no number",
    edited("1", "11111111"),
    held("f", "2", { edits: "22222222 11111111" }),
    "accept",
  ],
  ["an edit of an earlier edit", edited("1", "11111111"), held("f", "2", { edits: "22222222 33333333" }), "conflict"],
  [
    "what it came after, unnumbered",
    edited("2", "22222222 11111111"),
    held("f", "1", { edits: "11111111" }),
    "outdated",
  ],
  ["a version whose edit it knows", edited("2", "22222222 11111111"), lost("1", "11111111"), "outdated"],
  ["an edit of an older one", entry("2", `${A}:2`), held("f", "3", { vector: `${A}:1` }), "conflict"],
  ["an edit of nothing", entry("1", `${A}:1`), held("f", "2"), "conflict"],
  ["a file without history", entry("1", `${A}:1`), unchanged("f", "2", ""), "conflict"],
  ["a stranger with a lower number", entry("2", `${A}:2`), unchanged("f", "1", `${B}:1`), "conflict"],
  ["a stranger with a higher number", entry("1", `${A}:1`), unchanged("f", "2", `${B}:2`), "displace"],
  [
    "an older stranger, equal numbers",
    entry("1", `${A}:1`, { isBranchTip: true }),
    unchanged("f", "2", `${B}:1`),
    "displace",
  ],
  [
    "an edit of a stranger with a higher number",
    entry("1", `${A}:1`),
    held("f", "2", { vector: `${B}:5` }),
    "conflict",
  ],
  ["a stranger, equal numbers", entry("1", `${A}:1`), unchanged("f", "2", `${B}:1`), "displace"],
  ["a stranger, equal numbers, the other way", entry("2", `${B}:1`), unchanged("f", "1", `${A}:1`), "conflict"],
  ["another content with the same number", entry("1", `${A}:1`), unchanged("f", "2", `${A}:1`), "conflict"],
  ["two that each replaced the other", entry("1", `${B}:1 ${A}:1`), unchanged("f", "2", `${A}:1 ${B}:1`), "conflict"],
];

test.each(cases)("%s", (_, known, file, comparison) => {
  expect(compareVersions(known, toFileVersion(file))).toBe(comparison);
});

test("of two strangers with equal numbers the same one keeps the name, whichever is there first", () => {
  const pairs = [
    [entry("1", `${A}:1`), entry("2", `${B}:1`)],
    // The one that this central has not numbered.
    [entry("1", `${A}:1`, { isBranchTip: true }), entry("2", `${B}:1`)],
    [entry("1", `${B}:1`, { isBranchTip: true }), entry("2", `${A}:1`)],
  ] as const;
  for (const [loser, winner] of pairs) {
    expect(compareVersions(loser, winner)).toBe("displace");
    expect(compareVersions(winner, loser)).toBe("conflict");
  }
});

test("a version follows what it covers, and what its edits know, and nothing else that somebody changed", () => {
  const version = entry("2", `${A}:1 ${B}:2`);
  expect(supersedes(version, entry("1", `${A}:1`))).toBe(true);
  expect(supersedes(version, entry("1", `${A}:2`))).toBe(false);
  expect(supersedes(version, entry("1", ""))).toBe(false);
  expect(supersedes(version, held("f", "3", { vector: `${A}:1` }))).toBe(false);
});

test("an edit goes on with the branch that this central has numbered last, every other one begins a new branch", () => {
  const edit = toFileVersion(held("f", "2", { vector: `${A}:1` }));
  const version = { changed: false, isBranchTip: true };
  expect(asClusterVersion(edit, entry("1", `${A}:1`, { isBranchTip: true }), place)).toMatchObject({
    vector: `${A}:10`,
    ...version,
  });
  expect(asClusterVersion(edit, entry("1", `${A}:1`), place)).toMatchObject({
    vector: `${A}:1 dddddddd:10`,
    ...version,
  });
  expect(asClusterVersion(edit, undefined, place)).toMatchObject({ vector: `${A}:1 dddddddd:10`, predecessors: [] });
  expect(asClusterVersion(edit, entry("3", `${C}:1`, { isBranchTip: true }), place).vector).toBe(`${A}:1 dddddddd:10`);
});

test("a version knows the contents that it has taken the place of, and all of their history", () => {
  const before = entry("1", `${C}:1 ${A}:1`, { predecessors: [id("2"), id("3")] });
  const file = toFileVersion(unchanged("f", "2", `${A}:2`));
  expect(asClusterVersion(file, before, place)).toEqual({
    ...file,
    vector: `${C}:1 ${A}:2`,
    predecessors: [id("1"), id("3")],
  });
  expect(asClusterVersion(file, undefined, place)).toBe(file);
});

test("a version goes on with the branch of the one before it, as far as numbers go", () => {
  const before = (number: number) => toFileVersion(unchanged("f", "1", `aaaaaaaa:${number}`));
  const next = (number: number) => {
    const tip = { ...before(number - 1), isBranchTip: true };
    return nextVector(tip.vector, tip, { branch: "bbbbbbbb", number });
  };
  expect(next(MAX_NUMBER_ON_BRANCH)).toBe(`aaaaaaaa:${MAX_NUMBER_ON_BRANCH}`);
  expect(next(MAX_NUMBER_ON_BRANCH + 1)).toContain(`bbbbbbbb:${MAX_NUMBER_ON_BRANCH}`);
  const other = before(1);
  expect(nextVector(other.vector, other, { branch: "bbbbbbbb", number: 2 })).toContain("bbbbbbbb:2");
});
