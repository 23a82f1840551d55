import { beforeEach, expect, test } from "bun:test";
import type { AdmittedDownload } from "../../../../../src/central/downloads/admission-queue.ts";
import { ClusterFigures } from "../../../../../src/central/figures/cluster-figures.ts";
import { EventFeed, type FedCentral } from "../../../../../src/central/http/events/event-feed.ts";
import type { Registry } from "../../../../../src/central/registry/registry.ts";
import { missingText } from "../../../../../src/central/serving/missing-text.ts";
import type { ClusterEvent } from "../../../../../src/http/events/cluster-event.ts";
import type { Missing } from "../../../../../src/protocol/missing.ts";
import { held, id, join, newRegistry } from "../../fixtures.ts";

let registry: Registry;
let lacks: Missing | null;
let unlisted: string | null;
let downloads: AdmittedDownload[];
let feed: EventFeed;
let figures: ClusterFigures;
let central: FedCentral;

beforeEach(() => {
  registry = newRegistry();
  [lacks, unlisted, downloads] = [{ kind: "registration" }, null, []];
  feed = new EventFeed();
  figures = new ClusterFigures();
  central = {
    registry,
    figures,
    serving: { missing: () => missingText(lacks), lacks: () => lacks, unlisted: () => unlisted },
    admission: { downloads: () => downloads },
  };
});

const types = (events: readonly ClusterEvent[]): string[] => events.map(({ type }) => type);
const admitted = (download: string, startedAt: number | null, bytes = 0): AdmittedDownload => {
  return {
    download,
    session: 1,
    client: "ana",
    name: "f",
    id: id("1"),
    size: 100,
    startedAt,
    bytes,
    rate: null,
    sources: [],
  };
};
const fileEvent = (name: string) => ({ what: "new", name, number: 1, size: 5 }) as const;

test("nothing that happens is told of twice, and nothing at all is told when nothing happens", () => {
  expect(feed.drain(central)).toEqual([
    { type: "serving", serving: false, missing: "no secondary is registered", lacks: { kind: "registration" } },
  ]);
  expect(feed.drain(central)).toEqual([]);
  lacks = null;
  join(registry, 1);
  expect(feed.drain(central)).toMatchObject([
    { type: "serving", serving: true, missing: null, lacks: null },
    { type: "secondary", secondary: { number: 1, state: "in step", files: 0 }, isNews: true },
  ]);
  for (let call = 0; call < 10; call++) expect(feed.drain(central)).toEqual([]);
});

test("a new state of a secondary is told at once, new figures now and then", () => {
  join(registry, 1);
  feed.drain(central);
  registry.announce(1, 2, [held("f", "1")], [], false, 0);
  const calls = [2, 3, 4].map(() => types(feed.drain(central)));
  expect(calls).toEqual([[], [], ["secondary"]]);
  registry.secondaryLost(1, 0);
  const lost = feed.drain(central);
  expect(types(lost)).toEqual(["secondary", "catalogue"]);
  expect(lost[0]).toMatchObject({ isNews: true });
});

test("a secondary without files changes nobody's number of holders when it goes", () => {
  join(registry, 1);
  feed.drain(central);
  registry.secondaryLost(1, 0);
  expect(types(feed.drain(central))).toEqual(["secondary"]);
});

test("what a secondary tells of itself in numbers is an event where it is another", () => {
  join(registry, 1);
  feed.drain(central);
  const repairs = { wrongPieces: 0, repairedPieces: 0, damaged: 0, repaired: 0, waiting: 0 };
  const traffic = { milliseconds: 2000, toClients: 4000, toSecondaries: 0, overHttp: 0, received: 0 };
  for (let time = 0; time < 2; time += 1) {
    figures.told(1, { type: "figures", room: { total: 10, free: 5 }, traffic, copied: 0, repairs });
    const events = [1, 2, 3, 4].flatMap(() => feed.drain(central));
    const event = {
      type: "secondary",
      secondary: { room: { total: 10, free: 5 }, rates: { toClients: 2000 }, repairs },
      isNews: false,
    };
    expect(events).toMatchObject(time === 0 ? [event] : []);
  }
});

test("of a thousand secondaries whose figures change all the time each is told now and then, and few at once", () => {
  const numbers = Array.from({ length: 1000 }, (_, index) => index + 1);
  for (const number of numbers) join(registry, number);
  feed.drain(central);
  const told = new Set<number>();
  for (let call = 0; call < 200; call++) {
    for (const number of numbers) registry.accuse(number);
    const events = feed.drain(central);
    expect(events.length).toBeLessThanOrEqual(100);
    for (const event of events) if (event.type === "secondary") told.add(event.secondary.number);
  }
  expect(told.size).toBe(1000);
});

test("some files are named one by one, many together", () => {
  feed.drain(central);
  for (let file = 0; file < 10; file++) feed.fileChanged(fileEvent(`f${file}`));
  feed.fileChanged({ what: "removed", name: "gone" });
  const events = feed.drain(central);
  expect(events).toHaveLength(11);
  expect(events[0]).toEqual({ type: "file", what: "new", name: "f0", size: 5, secondary: 1 });
  expect(events[10]).toEqual({ type: "file", what: "removed", name: "gone", size: null, secondary: null });
  for (let file = 0; file < 200_000; file++) feed.fileChanged(fileEvent(`f${file}`));
  const names = Array.from({ length: 10 }, (_, file) => `f${file}`);
  expect(feed.drain(central)).toEqual([{ type: "files", what: "new", count: 200_000, names }]);
  expect(feed.drain(central)).toEqual([]);
});

test("names whose holders may be others come once each, and beyond a hundred not at all", () => {
  feed.drain(central);
  for (const name of ["f", "g", "f"]) feed.holdersChanged(name);
  expect(feed.drain(central)).toEqual([{ type: "catalogue", files: 0, bytes: 0, names: ["f", "g"] }]);
  for (let file = 0; file < 100; file++) feed.holdersChanged(`f${file}`);
  expect(feed.drain(central)).toMatchObject([{ names: { length: 100 } }]);
  for (let file = 0; file < 101; file++) feed.holdersChanged(`f${file}`);
  expect(feed.drain(central)).toMatchObject([{ names: null }]);
  for (let file = 0; file < 200_000; file++) feed.holdersChanged(`f${file}`);
  expect(feed.drain(central)).toEqual([{ type: "catalogue", files: 0, bytes: 0, names: null }]);
  expect(feed.drain(central)).toEqual([]);
});

test("a download is told of when it waits, begins and ends; of very many how many were not", () => {
  feed.drain(central);
  feed.downloadAsked(admitted("a", null));
  feed.downloadBegun(admitted("a", 5));
  feed.downloadEnded({ download: "a", client: "ana", name: "f", outcome: "done" });
  feed.downloadLeft(admitted("b", null));
  expect(feed.drain(central)).toMatchObject([
    { type: "download", download: "a", state: "waiting" },
    { type: "download", download: "a", state: "active" },
    { type: "download-end", download: "a", outcome: "done" },
    { type: "download-end", download: "b", outcome: "left" },
  ]);
  for (let download = 0; download < 250; download++) feed.downloadBegun(admitted(`d${download}`, 5));
  const events = feed.drain(central);
  expect([events.length, events.at(-1)]).toEqual([101, { type: "downloads", missed: 150 }]);
});

test("the progress of fifty downloads is one event, now and then, of those that have gone on", () => {
  feed.drain(central);
  const told = [1, 2, 3, 4, 5, 6, 7].map((call) => {
    downloads = Array.from({ length: 50 }, (_, index) => admitted(`d${index}`, 5, index === 0 ? 7 : call));
    // Of one that has only begun, and one that waits, there is no progress.
    downloads.push(admitted("begun", 5), admitted("waiting", null, 9));
    return feed.drain(central);
  });
  expect(told.map(types)).toEqual([[], [], ["progress"], [], [], [], ["progress"]]);
  expect(told.flat().map((event) => event.type === "progress" && event.downloads.length)).toEqual([50, 49]);
});

test("accusations are told of, and of very many how many were not", () => {
  feed.drain(central);
  for (let one = 0; one < 30; one++) feed.accused({ type: "accuse", number: 2, id: id("1"), piece: 3 }, "client ana");
  const events = feed.drain(central);
  expect(events[0]).toEqual({ type: "accusation", secondary: 2, id: id("1"), piece: 3, accuser: "client ana" });
  expect([events.length, events.at(-1)]).toEqual([21, { type: "accusations", missed: 10 }]);
});

test("once it is known which files there are, who was not told before asks again", () => {
  lacks = null;
  feed.drain(central);
  unlisted = "secondary 2 has not come back since the central was started";
  expect(feed.drain(central)).toEqual([]);
  unlisted = null;
  expect(feed.drain(central)).toEqual([{ type: "catalogue", files: 0, bytes: 0, names: null }]);
  expect(feed.drain(central)).toEqual([]);
});
