import { expect, test } from "bun:test";
import type { PlannedInstall } from "../../../../src/secondary/index/file-record.ts";
import { PlannedInstalls } from "../../../../src/secondary/index/planned-installs.ts";
import { idOf } from "../index-fixture.ts";

/** Microseconds since 1970. */
const MODIFIED = 1_700_000_000_123_456;
const NOTHING = { planned: [], over: [] };

function planned(name: string, content = name): PlannedInstall {
  return { name, id: idOf(content), vector: "aaaaaaaa:2", edits: "dddddddd", modified: MODIFIED };
}

function found(mtimeNs: bigint) {
  return { size: 1, mtimeNs, ctimeNs: mtimeNs + 1n, inode: 1n };
}

const COPY = found(BigInt(MODIFIED) * 1000n + 7n);

function numbers({ planned, over }: ReturnType<PlannedInstalls["changes"]>) {
  return { planned: planned.map(({ number }) => number), over };
}

test("a planned copy is found by its name, its content and its time", () => {
  const installs = new PlannedInstalls();
  installs.plan([planned("a")]);
  expect(installs.find("a", idOf("a"), COPY)).toEqual(planned("a"));
  expect(installs.find("b", idOf("a"), COPY)).toBeUndefined();
  expect(installs.find("a", idOf("b"), COPY)).toBeUndefined();
  expect(installs.find("a", idOf("a"), found(COPY.mtimeNs + 1_000_000n))).toBeUndefined();
});

test("on a disk that counts times in seconds, or in two, its time is the nearest", () => {
  const installs = new PlannedInstalls();
  installs.plan([planned("a")]);
  expect(installs.find("a", idOf("a"), found(1_700_000_000_000_000_000n))).toBeDefined();
  expect(installs.find("a", idOf("a"), found(1_700_000_002_000_000_000n))).toBeDefined();
  expect(installs.find("a", idOf("a"), found(1_700_000_003_000_000_000n))).toBeUndefined();
});

test("a record ends the plan of its own version alone: another may be what the copy is to replace", () => {
  const installs = new PlannedInstalls();
  installs.plan([planned("a")]);
  installs.recorded([{ name: "a", id: idOf("before") }]);
  expect(installs.find("a", idOf("a"), COPY)).toBeDefined();
  installs.recorded([{ name: "a", id: idOf("a") }]);
  expect(installs.find("a", idOf("a"), COPY)).toBeUndefined();
});

test("a plan is stored once, and over once it is stored and none of its files is planned any more", () => {
  const installs = new PlannedInstalls();
  installs.plan([planned("a"), planned("b"), planned("b")]);
  installs.plan([]);
  const first = installs.changes();
  expect(numbers(first)).toEqual({ planned: [1], over: [] });
  expect(JSON.parse(first.planned[0]?.files ?? "")).toEqual([planned("a"), planned("b"), planned("b")]);
  // The store failed.
  expect(numbers(installs.changes())).toEqual({ planned: [1], over: [] });
  installs.stored(first);
  expect(installs.hasUnstored).toBe(false);
  installs.forget(["a"]);
  expect(installs.changes()).toEqual(NOTHING);
  installs.forget(["a", "b"]);
  const last = installs.changes();
  expect(last).toEqual({ planned: [], over: [1] });
  installs.stored(last);
  expect(installs.changes()).toEqual(NOTHING);
});

test("a plan that is over before it is stored is not stored; one that is while it is stored is over then", () => {
  const installs = new PlannedInstalls();
  installs.plan([planned("a")]);
  installs.forget(["a"]);
  expect(installs.changes()).toEqual(NOTHING);
  installs.plan([planned("b")]);
  const changes = installs.changes();
  installs.forget(["b"]);
  installs.plan([planned("c")]);
  installs.stored(changes);
  expect(numbers(installs.changes())).toEqual({ planned: [3], over: [2] });
});

test("a later plan of a name takes the place of an earlier one", () => {
  const installs = new PlannedInstalls();
  installs.plan([planned("a", "old")]);
  installs.stored(installs.changes());
  installs.plan([planned("a", "new")]);
  expect(installs.find("a", idOf("old"), COPY)).toBeUndefined();
  expect(numbers(installs.changes())).toEqual({ planned: [2], over: [1] });
});

test("plans of an earlier run are forgotten alone, and new ones have other numbers", () => {
  const installs = new PlannedInstalls();
  installs.load([{ number: 4, files: JSON.stringify([planned("a")]) }]);
  expect(installs.hasUnstored).toBe(false);
  expect(installs.find("a", idOf("a"), COPY)).toBeDefined();
  installs.plan([planned("b")]);
  installs.forgetEarlier();
  expect(installs.find("a", idOf("a"), COPY)).toBeUndefined();
  expect(installs.find("b", idOf("b"), COPY)).toBeDefined();
  expect(numbers(installs.changes())).toEqual({ planned: [5], over: [4] });
});
