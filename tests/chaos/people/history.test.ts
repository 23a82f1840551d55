import { expect, test } from "bun:test";
import { History, originalName } from "./history.ts";

/** What may be under a name in the end: tips, and what is possible besides. */
function expected(history: History): { tips: string[]; possible: string[]; presence: string } {
  const { tips, possible, presence } = history.record("a");
  return { tips: [...tips], possible: [...possible], presence };
}

function written(): History {
  const history = new History();
  history.wrote("a", "one", "nothing");
  return history;
}

test("a version is a tip until somebody replaces it who knows it", () => {
  const history = written();
  history.wrote("a", "two", { version: "one" });
  expect(expected(history)).toEqual({ tips: ["two"], possible: [], presence: "there" });
  history.wrote("a", "three", { version: "one" });
  expect(expected(history)).toEqual({ tips: ["two", "three"], possible: [], presence: "there" });
});

test("where nobody knows what was replaced, what was there may stay", () => {
  const history = written();
  history.wrote("a", "two", "unknown");
  expect(expected(history)).toEqual({ tips: ["two"], possible: ["one"], presence: "there" });
});

test("a file that others have comes back when it is deleted", () => {
  const history = written();
  history.wrote("a", "two", { version: "one" });
  history.deleted("a", "two", true);
  expect(expected(history)).toEqual({ tips: ["two"], possible: [], presence: "there" });
  history.deleted("a", "two", false);
  expect(expected(history)).toEqual({ tips: [], possible: ["one", "two"], presence: "there or not" });
});

test("what was removed is gone until somebody writes it again", () => {
  const history = written();
  history.removing("a");
  expect(expected(history)).toEqual({ tips: [], possible: ["one"], presence: "there or not" });
  history.removed("a", true);
  expect(expected(history)).toEqual({ tips: [], possible: [], presence: "removed" });
  history.wrote("a", "one", "nothing");
  expect(expected(history)).toEqual({ tips: ["one"], possible: [], presence: "there" });
});

test("a removal without an answer may come after what is written then", () => {
  const history = written();
  history.removing("a");
  history.wrote("a", "two", { version: "one" });
  expect(expected(history)).toEqual({ tips: ["two"], possible: ["one"], presence: "there or not" });
  history.settled(new Map([["a", "two"]]));
  history.wrote("a", "three", { version: "two" });
  expect(expected(history).presence).toBe("there");
});

test("what is restored may be any earlier version, and is there with the answer", () => {
  const history = written();
  history.wrote("a", "two", { version: "one" });
  history.restored("a", false);
  expect(expected(history)).toEqual({ tips: [], possible: ["two", "one"], presence: "there or not" });
  history.restored("a", true);
  expect(expected(history).presence).toBe("there");
});

test("at rest the history is strict again", () => {
  const history = written();
  history.wrote("a", "two", "unknown");
  history.settled(new Map([["a", "one"]]));
  expect(expected(history)).toEqual({ tips: ["one"], possible: [], presence: "there" });
  history.settled(new Map());
  expect(expected(history)).toEqual({ tips: [], possible: [], presence: "removed" });
});

test("a conflict file belongs to the name that it came from", () => {
  const names = [
    "a/b.conflict-1234abcd.bin",
    "a/b.conflict-1234abcd",
    "b.conflict-1234abcd.conflict-00000000.bin",
    "b.bin",
  ];
  expect(names.map(originalName)).toEqual(["a/b.bin", "a/b", "b.bin", "b.bin"]);
});
