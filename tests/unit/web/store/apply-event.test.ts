import { expect, test } from "bun:test";
import type { ClusterEvent } from "../../../../src/http/events/cluster-event.ts";
import { withDownloads, withPastEvents, withSecondaries, withStatus } from "../../../../src/web/store/answers.ts";
import { applyEvent } from "../../../../src/web/store/apply-event.ts";
import { INITIAL_STATE, isOutdated, type PageState } from "../../../../src/web/store/page-state.ts";
import { dated, download, STATUS, secondary } from "./samples.ts";

const known = withSecondaries(withStatus(INITIAL_STATE, STATUS), [secondary(2), secondary(1)]);
const withTwo = withDownloads(known, [download("a"), download("w", { state: "waiting", seconds: null })], 50_000);
const ids = ({ downloads }: PageState) => downloads.map((one) => `${one.download} ${one.state}`);

test("whether it serves, and what is missing", () => {
  const { cluster } = applyEvent(
    known,
    dated({ type: "serving", serving: false, missing: "a disk", lacks: { kind: "copies", count: 2 } }),
  );
  expect(cluster).toMatchObject({ serving: false, missing: "a disk", lacks: { kind: "copies", count: 2 }, files: 3 });
});

test("a secondary takes its own place, and a new one that of its number", () => {
  const lost = applyEvent(known, dated({ type: "secondary", secondary: secondary(1, "lost"), isNews: true }));
  const joined = applyEvent(lost, dated({ type: "secondary", secondary: secondary(3, "joining"), isNews: true }));
  expect(joined.secondaries.map(({ number, state }) => [number, state])).toEqual([
    [1, "lost"],
    [2, "in step"],
    [3, "joining"],
  ]);
});

test("a change of the catalogue says how many files there are, and which are to be asked for anew", () => {
  const one = applyEvent(known, dated({ type: "catalogue", files: 4, bytes: 400, names: ["a"] }));
  const two = applyEvent(one, dated({ type: "catalogue", files: 5, bytes: 500, names: null }));
  expect([one.cluster?.files, one.catalogue]).toEqual([4, { revision: 1, names: ["a"] }]);
  expect([two.cluster?.bytes, two.catalogue]).toEqual([500, { revision: 2, names: null }]);
});

test("downloads that are active come before those that wait", () => {
  const begun = dated({ ...eventOf("n"), state: "active" }, 60_000);
  const one = applyEvent(withTwo, begun);
  expect(ids(one)).toEqual(["a active", "n active", "w waiting"]);
  expect(one.downloads[1]).toMatchObject({ startedAt: 60_000, rate: null, bytes: 0 });
  const turn = applyEvent(one, dated({ ...eventOf("w"), state: "active" }));
  expect(ids(turn)).toEqual(["a active", "n active", "w active"]);
  const ended = applyEvent(
    turn,
    dated({ type: "download-end", download: "a", client: "c", name: "f", outcome: "done" }),
  );
  expect(ids(ended)).toEqual(["n active", "w active"]);
});

test("an event that tells what is known already changes nothing of a download", () => {
  const { downloads } = applyEvent(withTwo, dated({ ...eventOf("a"), state: "active" }));
  expect(downloads).toEqual(withTwo.downloads);
});

test("the progress of downloads is that of the last event, of those that are known", () => {
  const had = { bytes: 300, rate: 200, left: 3.5, sources: [1, 2] };
  const event: ClusterEvent = {
    type: "progress",
    downloads: [
      { download: "a", ...had },
      { download: "unknown", ...had },
    ],
  };
  const { downloads } = applyEvent(withTwo, dated(event));
  expect(downloads.map(({ download, bytes, rate, left }) => [download, bytes, rate, left])).toEqual([
    ["a", 300, 200, 3.5],
    ["w", 0, null, null],
  ]);
});

test("what happens is in the log, but not the progress of downloads", () => {
  const progress = applyEvent(known, dated({ type: "progress", downloads: [] }));
  expect(progress.log).toBe(known.log);
  const missed = applyEvent(progress, dated({ type: "downloads", missed: 3 }));
  expect(missed.log.entries.map(({ kind }) => kind)).toEqual(["downloads"]);
});

test("a server that was forgotten is gone", () => {
  const state = applyEvent(
    withSecondaries(known, [secondary(1), secondary(2)]),
    dated({ type: "secondary-gone", number: 1 }),
  );
  expect(state.secondaries.map(({ number }) => number)).toEqual([2]);
});

test("an answer says when a download began", () => {
  const { downloads } = withDownloads(
    known,
    [download("a", { bytes: 500, seconds: 12 }), download("b", { seconds: null })],
    62_000,
  );
  expect(downloads.map(({ download, startedAt, bytes }) => [download, startedAt, bytes])).toEqual([
    ["a", 50_000, 500],
    ["b", null, 0],
  ]);
});

test("past events are the log, and are not told twice", () => {
  const event = dated({ type: "downloads", missed: 3 });
  const state = withPastEvents(known, [event]);
  expect(state.log.entries).toHaveLength(1);
  expect(applyEvent(state, event).log).toBe(state.log);
});

test("a page is outdated when the server's version is not the one with which it was loaded", () => {
  expect([INITIAL_STATE, known].map(isOutdated)).toEqual([false, false]);
  const upgraded = withStatus(known, { ...STATUS, version: "1.1.0" });
  expect(isOutdated(upgraded)).toBe(true);
  expect(isOutdated(withStatus(upgraded, STATUS))).toBe(false);
});

function eventOf(download: string) {
  const file = { client: "ana", name: "film", id: "a".repeat(64), size: 1000 };
  return { type: "download", download, ...file } as const;
}
