import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import { ClientApiAnswers } from "../../../../src/client/http/api/api-answers.ts";
import { ClientAnswers, type ClientAnswersDeps } from "../../../../src/client/http/client-answers.ts";
import { ServedCatalogue } from "../../../../src/client/http/served-catalogue.ts";
import { OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { CLIENT_METHODS, type ClientBackend } from "../../../../src/http/client/backend.ts";
import { answerFile } from "../../../../src/http/client/file-routes.ts";
import { StreamReads } from "../../../../src/http/client/stream-reads.ts";
import { FileBodies, STALL_MS } from "../../../../src/http/files/file-bodies.ts";
import type { BlockReader } from "../../../../src/http/files/file-reads.ts";
import { BlockResponse } from "../../../../src/http/server/block-response.ts";
import { HttpThread } from "../../../../src/http/thread/http-thread.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { MIB } from "../../../support/files.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { requestFor } from "../../http/request.ts";
import { FakeThread } from "../../http/thread/fake-thread.ts";
import { NAME } from "../downloads/download-job-fixture.ts";
import { FILE, StreamsFixture } from "../streaming/streams-fixture.ts";
import { listed, pagesOf } from "./api/listed.ts";

const fixtures: StreamsFixture[] = [];

function setUp(more: Partial<ClientAnswersDeps> = {}) {
  const fixture = StreamsFixture.nameless();
  fixtures.push(fixture);
  const source = fixture.source();
  const { session, streams, clock } = fixture;
  const metrics = { text: async () => "" };
  const catalogue = new ServedCatalogue(clock, session);
  const urlQuery = (name: string, id: string) => `signed=${name} ${id.slice(0, 1)}`;
  const api = new ClientApiAnswers({ clock, version: "1", session, catalogue, streams });
  const notAsked = async () => Promise.reject(new Error("nothing is put here"));
  const uploads = {
    ...{ possibleUpload: notAsked, beginUpload: notAsked, sendUpload: notAsked, endUpload: notAsked },
    abandoned() {},
  };
  const deps = { session, catalogue, streams, metrics, clock, urlQuery, api, uploads, attached() {}, ...more };
  const answers = new ClientAnswers(deps);
  return { fixture, source, answers };
}

afterEach(() => {
  for (const fixture of fixtures.splice(0)) fixture.stop();
});

/** Lets time pass in large steps, at each of which what is due is done. */
async function passLong(fixture: StreamsFixture, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1000) {
    fixture.clock.advance(1000);
    await Bun.sleep(0);
  }
}

test("a reader who takes nothing is cut off after ten minutes, and what he wanted is given up", async () => {
  const { fixture, source, answers } = setUp();
  const { clock, streams, kept } = fixture;
  const disk = {
    async read({ fd }: { fd: number }, position: number, length: number, taker: BlockReader) {
      const bytes = taker.memory(length);
      fs.readSync(fd, bytes, 0, length, position);
      taker.filled(bytes);
    },
  };
  const reads = new StreamReads(answers, disk);
  const bodies = new FileBodies(clock, reads);
  const ends: string[] = [];
  const keepOpen = () => ({ release: () => void ends.push("release"), cut: () => void ends.push("cut") });
  const request = requestFor(NAME, { keepOpen });
  const response = await driveThrough(clock, answerFile({ clock, backend: answers, bodies, reads }, request));
  if (!(response instanceof BlockResponse)) throw new Error("it has no blocks");
  const { blocks } = response;
  let value = new Uint8Array();
  const write = (bytes: Uint8Array) => {
    value = new Uint8Array(bytes);
  };
  await driveThrough(clock, Promise.resolve(blocks.next(write)));
  expect(value.length).toBeGreaterThan(0);
  expect(Buffer.from(value).equals(FILE.bytes.subarray(0, value.length))).toBe(true);
  await passLong(fixture, STALL_MS - 60_000);
  expect([ends, streams.counts]).toEqual([[], { files: 1, readers: 1 }]);
  kept.shrinkTo(0);
  expect(kept.bytes).toBe(4 * MIB);
  const asked = [...source.asked];
  await passLong(fixture, 120_000);
  expect([ends, streams.counts.readers]).toEqual([["cut"], 0]);
  await drive(clock, "its file is given up", () => streams.counts.files === 0 && fixture.reports.length > 0);
  expect(blocks.next(write)).rejects.toThrow("over");
  expect([kept.bytes, source.asked, fixture.reports]).toEqual([0, asked, ["cancelled"]]);
});

test("each file of a playlist has an address that lets in by itself", async () => {
  const { fixture, answers } = setUp();
  fixture.catalogue.push(listed("films/b.mkv", { id: "b".repeat(64) }), listed("films/a.mkv"), listed("films/a.txt"));
  const { clock, session } = fixture;
  await driveThrough(clock, session.untilConnected());
  const playlist = (folder: string) => driveThrough(clock, answers.playlist(folder));
  expect(await playlist("films/")).toEqual({
    kind: "playlist",
    files: [
      { name: "films/a.mkv", query: "signed=films/a.mkv a" },
      { name: "films/b.mkv", query: "signed=films/b.mkv b" },
    ],
  });
  expect(await playlist("none/")).toEqual({ kind: "missing" });
});

test("the addresses of a long playlist are signed in several turns", async () => {
  let turns = 0;
  const clock = {
    nextTurn(run: () => void) {
      turns += 1;
      run();
    },
  };
  const files = Array.from({ length: 65 }, (_, index) => listed(`${index}.mkv`));
  const catalogue = new ServedCatalogue(new FakeClock(), { pages: () => pagesOf(files) });
  const { answers } = setUp({ clock, catalogue });
  const playlist = await answers.playlist("");
  expect(playlist.kind === "playlist" && playlist.files).toHaveLength(65);
  expect(turns).toBe(2);
});

test("what cannot be opened is a folder, is missing, or is not there now, with the reason", async () => {
  const { fixture, answers } = setUp();
  fixture.catalogue.push(listed("films/a.mkv"));
  for (const name of ["films", "film"]) fixture.unknown.add(name);
  const open = (name: string) => driveThrough(fixture.clock, answers.open(name));
  expect(await open("films")).toEqual({ kind: "folder" });
  expect(await open("film")).toEqual({ kind: "missing" });
  expect(await answers.readiness()).toEqual({ obstacle: null });
  fixture.central.stop();
  expect(inEnglish(await open(NAME))).toEqual({ kind: "unavailable", reason: expect.stringContaining("central") });
  expect(await answers.readiness()).toEqual({ obstacle: expect.stringContaining("cannot be reached") });
});

test("a fault of ours is no answer", async () => {
  const fail = async () => {
    throw new TypeError("a fault");
  };
  const { answers } = setUp({ streams: { open: fail, read: fail, begin() {}, end() {}, endAll() {} } });
  await expect(answers.open(NAME)).rejects.toThrow("a fault");
  await expect(answers.read(1, 0, 0)).rejects.toThrow("a fault");
});

test("the death of the HTTP thread ends all readers, those that were on their way to it too", async () => {
  const { fixture, answers } = setUp();
  const { clock, streams } = fixture;
  const threads: FakeThread[] = [];
  const start = () => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  };
  const setting = {
    role: "client",
    address: { host: "127.0.0.1", port: 0 },
    access: OPEN_ACCESS,
    connections: 9,
  } as const;
  const http = new HttpThread<ClientBackend>({ log: silentLog, clock, lagged() {}, start }, answers, setting);
  await http.listen();
  const backend = threads[0]?.questions.backend<ClientBackend>(CLIENT_METHODS);
  if (!backend) throw new Error("there is no thread");
  const opened = await driveThrough(clock, backend.open(NAME));
  if (opened.kind !== "opened") throw new Error(opened.kind);
  await backend.begin(opened.reader, 0, FILE.version.size);
  const waiting = driveThrough(clock, answers.read(opened.reader, 0, 0));
  void backend.open("another name");
  await fixture.until("it is asked for", () => fixture.central.all("download").length === 2);
  threads[0]?.die("out of memory");
  expect((await waiting).kind).toBe("ended");
  await passLong(fixture, 40_000);
  expect(streams.counts.readers).toBe(0);
  await drive(clock, "their files are given up", () => streams.counts.files === 0 && fixture.reports.length > 1);
  expect(fixture.reports).toEqual(["cancelled", "cancelled"]);
  expect(threads).toHaveLength(2);
  http.stop();
});
