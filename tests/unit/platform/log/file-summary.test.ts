import { beforeEach, expect, test } from "bun:test";
import { FileSummaries, listNames, type SummaryKind } from "../../../../src/platform/log/file-summary.ts";
import type { Fields, Log } from "../../../../src/platform/log/log.ts";
import { formatBytes } from "../../../../src/platform/units.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const COPIED: SummaryKind = {
  event: "copied",
  describeOne: ({ name, size = 0 }) => `copied ${name}: ${formatBytes(size)}`,
  describe: (files) => `copied ${files}`,
};
const REMOVED: SummaryKind = {
  event: "removed",
  describeOne: ({ name }) => `removed ${name}`,
  describe: (files) => `removed ${files}`,
};

let clock: FakeClock;
let lines: { event: string; text: string; fields: Fields }[];
let summaries: FileSummaries;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  const note = (event: string, text: string, fields: Fields = {}) => void lines.push({ event, text, fields });
  const log: Log = { info: note, warn: note, error: note };
  summaries = new FileSummaries(clock, log);
});

function add(...names: string[]): void {
  for (const name of names) summaries.add(COPIED, { name, size: 1 });
}

test("a few files have a line each, with its name", () => {
  add("a", "b", "c");
  clock.advance(50);
  expect(lines).toEqual(
    ["a", "b", "c"].map((name) => ({ event: "copied", text: `copied ${name}: 1 B`, fields: { name, size: 1 } })),
  );
  expect(clock.pending).toBe(0);
});

test("many at the same time share a line, with the first ten names", () => {
  const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
  add(...names);
  summaries.add(REMOVED, { name: "x" });
  clock.advance(50);
  expect(lines.map(({ text }) => text)).toEqual([
    "copied 12 files: f0, f1, f2, f3, f4, f5, f6, f7, f8, f9 … and 2 more",
    "removed x",
  ]);
  expect(lines[0]?.fields).toEqual({ files: 12, names: names.slice(0, 10) });
});

test("what goes on has lines now and then, and nothing is left out of the count", () => {
  let described = 0;
  for (let second = 0; second < 100; second += 1) {
    for (let turn = 0; turn < 20; turn += 1) {
      for (let file = 0; file < 100; file += 1) add(`f${described++}`);
      clock.advance(50);
    }
  }
  summaries.flush();
  expect(lines.length).toBeLessThan(20);
  expect(lines.reduce((sum, { fields }) => sum + Number(fields.files), 0)).toBe(200_000);
});

test("lone files are reported within a second, however often they come", () => {
  for (let second = 0; second < 60; second += 1) {
    add(`f${second}`);
    clock.advance(1000);
    expect(lines.at(-1)?.text).toBe(`copied f${second}: 1 B`);
  }
});

test("flush writes what was gathered, at once and once", () => {
  add("a");
  summaries.flush();
  clock.advance(5000);
  expect(lines.map(({ text }) => text)).toEqual(["copied a: 1 B"]);
});

test("names beyond the first ten are counted", () => {
  expect(listNames(["a"])).toBe("a");
  expect(listNames(["a", "b"], 5)).toBe("a, b … and 3 more");
  expect(listNames(Array.from({ length: 11 }, () => "n"))).toEndWith("n … and 1 more");
});
