import { expect, test } from "bun:test";
import type { SecondaryAnswer } from "../../../../src/http/api/central-answers.ts";
import type { ClusterEvent } from "../../../../src/http/events/cluster-event.ts";
import {
  EMPTY_LOG,
  type EventKind,
  type EventLog,
  logged,
  MAX_ENTRIES,
  ofKinds,
} from "../../../../src/web/store/event-log.ts";

function logOf(...events: ClusterEvent[]): EventLog {
  return events.reduce((log, event, index) => logged(log, { id: `r-${index}`, at: index, event }), EMPTY_LOG);
}

const serving: ClusterEvent = { type: "serving", serving: true, missing: null, lacks: null };
const removed: ClusterEvent = { type: "file", what: "removed", name: "a", size: null, secondary: null };
const secondary = (isNews: boolean): ClusterEvent => {
  return { type: "secondary", secondary: { number: 1, state: "in step" } as SecondaryAnswer, isNews };
};

test("the latest comes first", () => {
  expect(logOf(serving, removed).entries.map(({ id, kind }) => [id, kind])).toEqual([
    ["r-1", "files"],
    ["r-0", "serving"],
  ]);
});

test("figures are no news", () => {
  const progress: ClusterEvent = { type: "progress", downloads: [] };
  const catalogue: ClusterEvent = { type: "catalogue", files: 1, bytes: 1, names: null };
  expect(logOf(progress, catalogue)).toBe(EMPTY_LOG);
});

test("of a secondary its states are told, not its figures", () => {
  const { entries } = logOf(secondary(true), secondary(false), secondary(false), secondary(true));
  expect(entries.map(({ id }) => id)).toEqual(["r-3", "r-0"]);
});

test("the log is bounded", () => {
  const { entries } = logOf(...Array.from({ length: MAX_ENTRIES + 10 }, () => removed));
  expect(entries).toHaveLength(MAX_ENTRIES);
  expect(entries[0]?.id).toBe(`r-${MAX_ENTRIES + 9}`);
});

test("people choose kinds; none is all", () => {
  const { entries } = logOf(serving, removed);
  expect(ofKinds(entries, new Set())).toBe(entries);
  expect(ofKinds(entries, new Set<EventKind>(["files"])).map(({ id }) => id)).toEqual(["r-1"]);
});
