import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import { ApiAnswers } from "../../../../src/client/http/api/api-answers.ts";
import { ClientAnswers } from "../../../../src/client/http/client-answers.ts";
import { ServedCatalogue } from "../../../../src/client/http/served-catalogue.ts";
import { OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { CLIENT_METHODS, type ClientBackend } from "../../../../src/http/client/backend.ts";
import { answerFile } from "../../../../src/http/client/file-routes.ts";
import { StreamReads } from "../../../../src/http/client/stream-reads.ts";
import { FileBodies, STALL_MS } from "../../../../src/http/files/file-bodies.ts";
import type { BlockTaker } from "../../../../src/http/files/file-reads.ts";
import { BlockResponse } from "../../../../src/http/server/block-response.ts";
import { HttpThread } from "../../../../src/http/thread/http-thread.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { MIB } from "../../../support/files.ts";
import { requestFor } from "../../http/request.ts";
import { FakeThread } from "../../http/thread/fake-thread.ts";
import { NAME } from "../downloads/download-job-fixture.ts";
import { FILE, StreamsFixture } from "../streaming/streams-fixture.ts";

const fixtures: StreamsFixture[] = [];

function setUp() {
  const fixture = StreamsFixture.nameless();
  fixtures.push(fixture);
  const source = fixture.source();
  const { session, streams, clock } = fixture;
  const metrics = { text: async () => "" };
  const catalogue = new ServedCatalogue(clock, session);
  const urlQuery = (name: string, id: string) => `signed=${name} ${id.slice(0, 1)}`;
  const api = new ApiAnswers({ clock, version: "1", session, catalogue, streams });
  const answers = new ClientAnswers({ session, catalogue, streams, metrics, clock, urlQuery, api, attached() {} });
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
    async read({ fd }: { fd: number }, position: number, length: number, taker: BlockTaker) {
      const bytes = taker.memory(length);
      fs.readSync(fd, bytes, 0, length, position);
      taker.take(bytes);
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
