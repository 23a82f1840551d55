import { expect, test } from "bun:test";
import { withDownloads, withSecondaries, withStatus } from "../../../../src/web/store/answers.ts";
import { applyEvent } from "../../../../src/web/store/apply-event.ts";
import { INITIAL_STATE, isOutdated, type PageState } from "../../../../src/web/store/page-state.ts";
import { dated, download, STATUS, secondary } from "./samples.ts";

const known = withSecondaries(withStatus(INITIAL_STATE, STATUS), [secondary(2), secondary(1)]);
const withTwo = withDownloads(known, [download("a"), download("w", { state: "waiting", seconds: null })], 50_000);
const ids = ({ downloads }: PageState) => downloads.map((one) => `${one.download} ${one.state}`);

test("whether it serves, and what is missing", () => {
  const { cluster } = applyEvent(known, dated({ type: "serving", serving: false, missing: "a disk" }));
  expect(cluster).toMatchObject({ serving: false, missing: "a disk", files: 3 });
});

test("a secondary takes its own place, and a new one that of its number", () => {
  const lost = applyEvent(known, dated({ type: "secondary", secondary: secondary(1, "lost") }));
  const joined = applyEvent(lost, dated({ type: "secondary", secondary: secondary(3, "joining") }));
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

test("the rate of a download is that of late, and what it has never becomes less", () => {
  const progress = (state: PageState, bytes: number, at: number) =>
    applyEvent(state, dated({ type: "progress", downloads: [{ download: "a", bytes }] }, at));
  const first = progress(withTwo, 100, 60_000);
  expect(first.downloads[0]).toMatchObject({ bytes: 100, rate: null });
  const second = progress(first, 300, 61_000);
  expect(second.downloads[0]).toMatchObject({ bytes: 300, rate: 200 });
  const faster = progress(second, 900, 62_000);
  const rate = faster.downloads[0]?.rate ?? 0;
  expect(rate > 200 && rate < 600).toBe(true);
  expect(progress(faster, 10, 63_000).downloads).toEqual(faster.downloads);
  let state = faster;
  for (let at = 63; at < 120; at++) state = progress(state, 900 + (at - 62) * 50, at * 1000);
  expect(state.downloads[0]?.rate).toBeCloseTo(50, 0);
});

test("events are kept in their order, without progress, as many as have room", () => {
  let state = applyEvent(known, dated({ type: "progress", downloads: [] }, 1));
  for (let at = 2; at < 1500; at++) state = applyEvent(state, dated({ type: "downloads", missed: at }, at));
  expect([state.events.length, state.events.at(-1)?.at, state.events[0]?.at]).toEqual([1000, 1499, 500]);
});

test("an answer keeps what was measured of a download, and says when it began", () => {
  const measured = { ...withTwo, downloads: withTwo.downloads.map((one) => ({ ...one, rate: 7 })) };
  const { downloads } = withDownloads(measured, [download("a", { bytes: 500, seconds: 12 }), download("b")], 62_000);
  expect(downloads.map(({ download, rate, startedAt, bytes }) => [download, rate, startedAt, bytes])).toEqual([
    ["a", 7, 50_000, 500],
    ["b", null, 60_000, 0],
  ]);
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
