import { expect, test } from "bun:test";
import {
  compareVersions,
  type FileVersion,
  supersedes,
  toFileVersion,
} from "../../../../src/central/versions/file-version.ts";
import { mergeHistories } from "../../../../src/central/versions/merge-histories.ts";
import { held, id, unchanged } from "../fixtures.ts";

const [A, B] = ["aaaaaaaa", "bbbbbbbb"];
const newDot = () => ({ branch: "dddddddd", number: 10 });

function version(content: string, vector: string, changes: Partial<FileVersion> = {}): FileVersion {
  return { ...toFileVersion(unchanged("f", content, vector)), ...changes };
}

test("the same edit from elsewhere adds its history, at the newDot that more of the cluster knows", () => {
  const edits = "11111111 00000000";
  const known = version("1", `${A}:2`, { isBranchTip: true, edits });
  expect(mergeHistories(known, version("1", `${A}:1`, { edits }), newDot)).toBe(known);
  expect(mergeHistories(known, version("1", "", { edits: "10000000" }), newDot)).toMatchObject({ vector: `${A}:2` });
  const other = (vector: string) => version("1", vector, { edits: "11111111" });
  expect(mergeHistories(known, other(`${B}:1`), newDot)).toMatchObject({
    vector: `${B}:1 ${A}:2`,
    isBranchTip: false,
  });
  expect(mergeHistories(known, other(`${B}:2`), newDot)).toMatchObject({
    vector: `${A}:2 ${B}:2`,
    isBranchTip: false,
  });
  expect(mergeHistories(known, other(`${B}:3`), newDot)).toMatchObject({
    vector: `${A}:2 ${B}:3`,
    isBranchTip: false,
  });
  const blake3 = "5".repeat(64);
  expect(mergeHistories(known, version("1", `${A}:2`, { edits, blake3 }), newDot)).toEqual({ ...known, blake3 });
});

test("what came after a content of which nobody knows how it came about did not come after an edit that put it anew", () => {
  const [found, again] = [version("1", `${B}:9`, { edits: "" }), version("1", `${A}:1`, { edits: "11111111" })];
  for (const [one, other] of [
    [found, again],
    [again, found],
  ] as const) {
    const both = mergeHistories(one, other, newDot);
    expect(both).toMatchObject({ vector: `${B}:9 ${A}:1`, edits: `11111111 ${id("1").slice(0, 8)}` });
    expect(supersedes(version("2", `${B}:10`), both)).toBe(false);
    expect(supersedes(version("2", `${A}:2`), both)).toBe(true);
  }
});

test("the same content by another edit elsewhere comes after both", () => {
  const known = version("1", `${A}:2`, { edits: "11111111" });
  const both = mergeHistories(known, version("1", `${B}:3`, { edits: "22222222" }), newDot);
  expect(both).toMatchObject({
    vector: `${A}:2 ${B}:3 dddddddd:10`,
    edits: "dddddddd 11111111 22222222",
    isBranchTip: true,
  });
  for (const vector of [`${A}:3`, `${B}:4`]) expect(compareVersions(both, version("4", vector))).toBe("conflict");
});

test("the same content put back after another one is the later of the two", () => {
  const known = version("1", `${A}:1`, { edits: "11111111" });
  const back = toFileVersion(held("f", "1", { vector: `${A}:1`, edits: "33333333 22222222 11111111" }));
  const both = mergeHistories(known, back, newDot);
  expect(both).toMatchObject({ vector: `${A}:1 dddddddd:10`, edits: "33333333 11111111 22222222", isBranchTip: true });
  // What was there in between does not come after it.
  const between = version("2", `${A}:2`, { edits: "22222222 11111111" });
  expect([compareVersions(both, between), compareVersions(between, both)]).toEqual(["outdated", "accept"]);
});

test("the same content put upon something else comes after both", () => {
  const known = version("1", `${A}:2`, { isBranchTip: true });
  const put = toFileVersion(held("f", "1", { vector: `${B}:9` }));
  // What else descends from that something is a stranger to it.
  const { vector } = mergeHistories(known, put, newDot);
  expect(vector).toBe(`${B}:9 ${A}:10`);
  expect(compareVersions(version("1", vector), version("4", `${B}:10`))).toBe("conflict");
  // Also upon what the known version came after itself, unless that is how it came about.
  const again = toFileVersion(held("f", "1", { vector: `${A}:1`, edits: "22222222 11111111" }));
  expect(mergeHistories(known, again, newDot)).toMatchObject({
    vector: `${A}:10`,
    edits: "dddddddd 22222222 10000000 11111111",
  });
  const informed = { ...known, edits: again.edits };
  expect(mergeHistories(informed, again, newDot)).toBe(informed);
});
