import { beforeEach, expect, test } from "bun:test";
import { AdmissionQueue } from "../../../../src/central/downloads/admission-queue.ts";
import { DownloadCoordinator } from "../../../../src/central/downloads/download-coordinator.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import type { Session } from "../../../../src/central/session.ts";
import type { Channel } from "../../../../src/net/session/channel.ts";
import type { Report } from "../../../../src/protocol/messages/client.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { held, id, join, newRegistry } from "../fixtures.ts";

let clock: FakeClock;
let registry: Registry;
let sessions: Map<number, Session>;
let sent: Map<number, Message[]>;
let counted: string[];
let errors: string[];
let missing: string | null;
/** Why not all files are known. */
let unlisted: string | null;
let storeFails: boolean;
/** What an observer has heard. */
let observed: string[];
let downloads: DownloadCoordinator;

beforeEach(() => {
  clock = new FakeClock();
  registry = newRegistry();
  join(registry, 1, [held("f", "1"), held("g", "2")]);
  sessions = new Map();
  sent = new Map();
  counted = [];
  observed = [];
  errors = [];
  [missing, unlisted] = [null, null];
  storeFails = false;
  const limitedLog = {
    error: (event: string) => void errors.push(event),
    warn: (event: string) => void errors.push(event),
  };
  downloads = new DownloadCoordinator({
    clock,
    log: { info() {}, warn() {}, error() {} },
    limitedLog,
    store: {
      async countDownload(download) {
        if (storeFails) throw new Error("the disk is full");
        const isNew = !counted.includes(download);
        counted.push(download);
        return isNew;
      },
    },
    registry,
    observer: {
      downloadAsked: ({ download }, resumed) => void observed.push(`${resumed ? "resumed" : "asked"} ${download}`),
      downloadBegun: ({ download }) => void observed.push(`begun ${download}`),
      downloadEnded: ({ download, outcome }) => void observed.push(`${outcome} ${download}`),
      downloadLeft: ({ download }) => void observed.push(`left ${download}`),
      ...{ fileChanged() {}, holdersChanged() {}, accused() {} },
    },
    admission: new AdmissionQueue(1),
    sessions,
    serving: { missing: () => missing, unlisted: () => unlisted },
  });
});

/** A client's session. */
function session(key: number): Session {
  const messages: Message[] = [];
  sent.set(key, messages);
  const channel = { send: (message: Message) => void messages.push(message) } as unknown as Channel;
  const opened: Session = { key, channel, message() {}, closed() {} };
  sessions.set(key, opened);
  return opened;
}

function request(from: Session, download: string, name = "f", running: string | null = null): void {
  downloads.request(from, `client ${from.key}`, { type: "download", download, name, running });
}

/** What was sent to a session since the last time: type, download and position. */
function news(key: number): unknown[] {
  return (sent.get(key) ?? []).splice(0).map((message) => {
    if (message.type === "queued") return ["queued", message.download, message.position];
    return "download" in message ? [message.type, message.download] : message.type;
  });
}

function leave(from: Session): void {
  sessions.delete(from.key);
  downloads.sessionEnded(from.key);
}

test("those who wait hear their new positions at the next tick after somebody before them has left", () => {
  const [one, two, three] = [session(1), session(2), session(3)];
  request(one, "a");
  request(two, "b");
  request(three, "c");
  expect([news(1), news(2), news(3)]).toEqual([[["granted", "a"]], [["queued", "b", 1]], [["queued", "c", 2]]]);
  leave(two);
  downloads.tick();
  expect(news(3)).toEqual([["queued", "c", 1]]);
  // Once: then at every fourth tick.
  downloads.tick();
  downloads.tick();
  expect(news(3)).toEqual([]);
  downloads.tick();
  expect(news(3)).toEqual([["queued", "c", 1]]);
});

test("those who still wait hear their new positions at the next tick after another one began", () => {
  const [one, two, three] = [session(1), session(2), session(3)];
  request(one, "a");
  request(two, "b");
  request(three, "c");
  for (const key of [1, 2, 3]) news(key);
  const report = { download: "a", client: "1", name: "f", id: id("1"), outcome: "failed", sources: [] } as const;
  downloads.recordOutcome(one, { ...report, sources: [] });
  expect([news(1), news(2), news(3)]).toEqual([[["counted", "a"]], [["granted", "b"]], []]);
  downloads.tick();
  expect(news(3)).toEqual([["queued", "c", 1]]);
});

test("those who still wait hear their positions at the next tick after the limit is another one", () => {
  const [one, two] = [session(1), session(2)];
  request(one, "a");
  request(two, "b");
  for (const key of [1, 2]) news(key);
  downloads.setLimit(1, "somebody");
  downloads.tick();
  expect(news(2)).toEqual([["queued", "b", 1]]);
});

test("a place that cannot be used goes to the next one: the file is gone, or the client is", () => {
  const [one, two, three, four] = [session(1), session(2), session(3), session(4)];
  request(one, "a");
  request(two, "b", "g");
  request(three, "c");
  request(four, "d");
  for (const key of [1, 2, 3, 4]) news(key);
  registry.announce(1, 2, [], ["g"], true, 0);
  sessions.delete(3);
  leave(one);
  expect([news(2), news(3), news(4)]).toEqual([[["denied", "b"]], [], [["granted", "d"]]]);
  expect(downloads.queue()).toEqual([]);
});

test("a name that nobody has announced is unknown for good only once everybody has announced all", () => {
  const one = session(1);
  request(one, "a", "unknown");
  registry.register({ number: 2, instance: "", host: "h", port: 2, removal: 0, http: null });
  request(one, "b", "unknown");
  missing = "no secondary is registered";
  request(one, "c");
  registry.announce(2, 1, [], [], true, 0);
  [missing, unlisted] = [null, "secondary 3 has not come back since the central was started"];
  request(one, "d", "unknown");
  const codes = (sent.get(1) ?? []).map((message) => (message.type === "denied" ? message.code : ""));
  expect(codes).toEqual(["no-such-file", "not-synchronized", "not-synchronized", "not-synchronized"]);
});

test("a download that goes on has its version's size, where anybody held that version", () => {
  const one = session(1);
  request(one, "a", "f", id("1"));
  request(one, "b", "f", id("9"));
  expect(sent.get(1)).toMatchObject([
    { type: "granted", id: id("1"), size: 10 },
    { type: "granted", id: id("9"), size: 0 },
  ]);
});

test("a finished download that cannot be counted is not confirmed, so that it is reported again", async () => {
  const one = session(1);
  const report = { download: "a", client: "ana", name: "f", id: id("1"), outcome: "done" as const, sources: [1] };
  storeFails = true;
  downloads.recordOutcome(one, report);
  await Promise.resolve();
  await Promise.resolve();
  expect([news(1), counted, errors]).toEqual([[], [], ["uncounted"]]);
  storeFails = false;
  downloads.recordOutcome(one, report);
  await Promise.resolve();
  await Promise.resolve();
  expect([news(1), counted]).toEqual([[["counted", "a"]], ["a"]]);
});

const report = (download: string, outcome: Report["outcome"]): Report => ({
  download,
  client: "ana",
  name: "f",
  id: id("1"),
  outcome,
  sources: [],
});

test("a session has a thousand downloads at most, and others have theirs", () => {
  const [greedy, modest] = [session(1), session(2)];
  for (let count = 0; count < 1001; count++) request(greedy, `download ${count}`, "f", id("1"));
  expect(sent.get(1)?.filter(({ type }) => type === "granted")).toHaveLength(1000);
  expect(sent.get(1)?.at(-1)).toMatchObject({ type: "denied", download: "download 1000", code: "busy" });
  expect(errors).toEqual(["limit"]);
  request(modest, "mine", "f", id("1"));
  expect(news(2)).toEqual([["granted", "mine"]]);
  // One that is known is asked for again, and one that is over leaves its place.
  news(1);
  request(greedy, "download 3", "f", id("1"));
  downloads.recordOutcome(greedy, report("download 3", "failed"));
  request(greedy, "another", "f", id("1"));
  expect(news(1)).toEqual([
    ["granted", "download 3"],
    ["counted", "download 3"],
    ["granted", "another"],
  ]);
});

test("of the reports of one session so many are stored at the same time, and those of others as well", async () => {
  const [greedy, modest] = [session(1), session(2)];
  for (let count = 0; count < 1000; count++) downloads.recordOutcome(greedy, report(`download ${count}`, "done"));
  downloads.recordOutcome(modest, report("mine", "done"));
  await Bun.sleep(0);
  expect([counted.length, counted.at(-1)]).toEqual([257, "mine"]);
  downloads.recordOutcome(greedy, report("download 999", "done"));
  await Bun.sleep(0);
  expect(counted.at(-1)).toBe("download 999");
});

test("an observer hears of each step of a download, and of one that is done once", async () => {
  const [one, two] = [session(1), session(2)];
  request(one, "a");
  request(two, "b", "g");
  const report = { client: "c", name: "f", id: id("1"), sources: [1] };
  downloads.recordOutcome(one, { ...report, download: "a", outcome: "done" });
  downloads.recordOutcome(one, { ...report, download: "a", outcome: "done" });
  await Promise.resolve();
  expect(observed).toEqual(["asked a", "begun a", "asked b", "begun b", "done a"]);
  leave(two);
  request(session(3), "b", "g", id("2"));
  downloads.recordOutcome(one, { ...report, download: "b", outcome: "failed" });
  expect(observed.splice(5)).toEqual(["left b", "resumed b", "begun b", "failed b"]);
});
