import { expect, test } from "bun:test";
import { ClientEventFeed, type ClusterSnapshot } from "../../../../../src/client/http/api/client-event-feed.ts";
import type { DownloadAnswer, SecondaryAnswer } from "../../../../../src/http/api/central-answers.ts";
import { listed, listOf } from "./listed.ts";

const ID = "a".repeat(64);
const SECONDARY: SecondaryAnswer = {
  ...{ number: 1, address: "h:1", http: null, state: "in step", reason: null, files: 1, accusations: 0 },
  copies: { pending: 0, bytes: 0, seconds: 0, obstructed: 0, obstacle: null },
  ...{ room: null, rates: null, repairs: null },
};
const VIEW: ClusterSnapshot = {
  missing: null,
  lacks: null,
  secondaries: [SECONDARY],
  files: listOf(listed("a")),
  downloads: [],
};

function downloading(download: string, more: Partial<DownloadAnswer> = {}): DownloadAnswer {
  const file = { download, client: "ana", name: "a", id: ID, size: 9, rate: null, left: null, sources: [] };
  return { ...file, state: "active", bytes: 0, seconds: 0, position: null, estimate: null, ...more };
}

const types = (events: readonly { readonly type: string }[]) => events.map(({ type }) => type);

test("tells of everything at first, and of what is not as it was from then on", () => {
  const feed = new ClientEventFeed();
  expect(types(feed.drain(VIEW))).toEqual(["serving", "secondary", "catalogue"]);
  expect(feed.drain({ ...VIEW })).toEqual([]);
  expect(feed.drain({ ...VIEW, missing: "no secondary", lacks: { kind: "registration" } })).toEqual([
    { type: "serving", serving: false, missing: "no secondary", lacks: { kind: "registration" } },
  ]);
  const lost: SecondaryAnswer = { ...SECONDARY, state: "lost" };
  expect(feed.drain({ ...VIEW, secondaries: [lost] })).toEqual([
    { type: "serving", serving: true, missing: null, lacks: null },
    { type: "secondary", secondary: lost, isNews: true },
  ]);
});

test("a secondary that is not known any more is gone, and none is while nothing is known", () => {
  const feed = new ClientEventFeed();
  const other: SecondaryAnswer = { ...SECONDARY, number: 2 };
  feed.drain({ ...VIEW, secondaries: [SECONDARY, other] });
  expect(feed.drain({ ...VIEW, secondaries: [] })).toEqual([]);
  expect(feed.drain(VIEW)).toEqual([{ type: "secondary-gone", number: 2 }]);
  expect(feed.drain(VIEW)).toEqual([]);
});

test("a catalogue has changed where a file has, and not where it was only asked for again", () => {
  const feed = new ClientEventFeed();
  feed.drain({ ...VIEW, files: null });
  expect(types(feed.drain(VIEW))).toEqual(["catalogue"]);
  expect(feed.drain({ ...VIEW, files: listOf(listed("a")) })).toEqual([]);
  const files = listOf(listed("a"), listed("b"));
  expect(feed.drain({ ...VIEW, files })).toEqual([{ type: "catalogue", files: 2, bytes: 2, names: ["b"] }]);
  const many = Array.from({ length: 200 }, (_, index) => listed(`c${String(index).padStart(3, "0")}`));
  expect(feed.drain({ ...VIEW, files: listOf(...many) })).toEqual([
    { type: "catalogue", files: 200, bytes: 200, names: null },
  ]);
  // While nothing is known nothing is told, and what was known counts.
  expect(feed.drain({ ...VIEW, files: null })).toEqual([]);
  expect(feed.drain({ ...VIEW, files: listOf(...many) })).toEqual([]);
});

test("tells of downloads: that they wait, that they begin, how far they are, and how they end", () => {
  const feed = new ClientEventFeed();
  feed.drain(VIEW);
  const at = (...downloads: DownloadAnswer[]) => feed.drain({ ...VIEW, downloads });
  const told = { download: "d", client: "ana", name: "a", id: ID, size: 9 };
  expect(at(downloading("d", { state: "waiting" }))).toEqual([{ type: "download", ...told, state: "waiting" }]);
  expect(at(downloading("d"))).toEqual([{ type: "download", ...told, state: "active" }]);
  // Of figures it tells with each fourth call.
  expect(at(downloading("d", { bytes: 5 }))).toEqual([
    { type: "progress", downloads: [{ download: "d", bytes: 5, rate: null, left: null, sources: [] }] },
  ]);
  expect(at(downloading("d", { bytes: 6 }))).toEqual([]);
  feed.ended({ download: "d", client: "ana", name: "a", outcome: "cancelled" });
  expect(at()).toEqual([{ type: "download-end", download: "d", client: "ana", name: "a", outcome: "cancelled" }]);
  expect(at()).toEqual([]);
});

test("very many downloads share an event", () => {
  const feed = new ClientEventFeed();
  feed.drain(VIEW);
  const downloads = Array.from({ length: 150 }, (_, index) => downloading(String(index)));
  const events = feed.drain({ ...VIEW, downloads });
  expect([events.length, events.at(-1)]).toEqual([101, { type: "downloads", missed: 50 }]);
  for (const { download } of downloads) feed.ended({ download, client: "ana", name: "a", outcome: "done" });
  const ends = feed.drain(VIEW);
  expect([ends.length, ends.at(-1)]).toEqual([101, { type: "downloads", missed: 50 }]);
});
