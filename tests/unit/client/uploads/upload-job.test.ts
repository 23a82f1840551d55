import { afterEach, beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { CentralSession } from "../../../../src/client/central-session.ts";
import { UploadJob, type UploadJobDeps, type UploadJobOptions } from "../../../../src/client/uploads/upload-job.ts";
import { SessionPlaces } from "../../../../src/client/uploads/upload-places.ts";
import { UploadQueue } from "../../../../src/client/uploads/upload-queue.ts";
import { uploadText } from "../../../../src/client/uploads/upload-result.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import type { ErrorCode } from "../../../../src/protocol/errors.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { conflictName } from "../../../../src/protocol/name.ts";
import { PieceServer } from "../../../../src/secondary/serving/piece-server.ts";
import { driveThrough } from "../../../support/drive.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { idOf } from "../../secondary/index-fixture.ts";
import { SECONDARY, UploadFixture } from "../../secondary/uploads/upload-fixture.ts";
import { content } from "../../transfer/content.ts";
import { CENTRAL, ScriptedCentral } from "../scripted-central.ts";

const FILE = content(3 * 1024 * 1024 + 77);

let fixture: UploadFixture;
let central: ScriptedCentral;
let session: CentralSession;
let deps: UploadJobDeps;
let file: string;
/** What the central says to `place`: the version that is replaced, or why not. */
let base: string | null;
let refusal: { readonly code: ErrorCode; readonly message: string } | null;
let isThere: boolean;
/** What was asked for with `at`. */
let asked: (number | null)[];
/** What becomes of a file at the secondary before it is synced. */
let spoil: (fd: number) => void;

beforeEach(async () => {
  spoil = () => {};
  const sync = (fd: number) => {
    spoil(fd);
    return systemDisk.sync(fd);
  };
  fixture = new UploadFixture({ disk: { sync } });
  const { clock } = fixture.index;
  central = new ScriptedCentral(clock, fixture.network);
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count).fill(7) };
  const ports = { clock, random, network: fixture.network, log: silentLog };
  session = new CentralSession(ports, CENTRAL, "ana", () => {});
  const hasher = inlineHashing(systemBlockingDisk, silentLog);
  deps = { ...ports, disk: systemDisk, hasher, places: new SessionPlaces({ ...ports, session }) };
  file = path.join(temporaryFolder(), "film.mkv");
  fs.writeFileSync(file, FILE.bytes);
  [base, refusal, isThere, asked] = [null, null, false, []];
  central.answer = answer;
  central.start();
  session.start();
});

afterEach(async () => {
  session.stop();
  await fixture.stop();
});

function answer(message: Message): void {
  if (message.type === "place") {
    const { request } = message;
    asked.push(message.at);
    if (refusal) central.send({ type: "refusal", request, ...refusal });
    else central.send({ type: "placed", request, base, to: isThere ? null : SECONDARY });
  } else if (message.type === "watch") {
    const { name, id } = message;
    const sources = [SECONDARY, { ...SECONDARY, number: 2, partial: true }];
    central.send({ type: "sources", name, id, sources, superseded: false });
  }
}

function job(changes: Partial<UploadJobOptions> = {}): UploadJob {
  return new UploadJob(deps, {
    path: file,
    label: "film.mkv",
    name: "film.mkv",
    at: null,
    giveUpAfterMs: 5000,
    ...changes,
  });
}

function ending(one: UploadJob) {
  return driveThrough(fixture.index.clock, one.ended);
}

test("a file is put, and it is said on how many secondaries it is", async () => {
  await fixture.start();
  const done = await ending(job({ name: "series/film.mkv" }));
  expect(done.failure).toBeNull();
  expect(done.result).toMatchObject({
    ...{ event: "done", name: "series/film.mkv", path: "film.mkv", as: "series/film.mkv", ...FILE.version },
    ...{ sentBytes: FILE.version.size, resumedBytes: 0, secondary: 1, holders: 1 },
  });
  expect(fs.readFileSync(fixture.index.path("series/film.mkv")).equals(FILE.bytes)).toBe(true);
  const modified = fs.statSync(file).mtimeMs;
  expect(Math.floor(fs.statSync(fixture.index.path("series/film.mkv")).mtimeMs)).toBe(Math.floor(modified));
  expect(uploadText(done)).toMatch(/^series\/film.mkv: 3.0 MiB put in .*; on 1 secondary now, the others copy it$/);
});

test("what the cluster has already is not sent", async () => {
  await fixture.start();
  isThere = true;
  const done = await ending(job());
  expect(done.result).toMatchObject({ event: "done", sentBytes: 0, secondary: null, holders: 1 });
  expect(uploadText(done)).toBe("film.mkv is there already, with that content (3.0 MiB), on 1 secondary");
});

test("where the secondary dies the file goes on there, and nothing of it is replaced that came meanwhile", async () => {
  await fixture.start({ "film.mkv": "old" });
  base = idOf("old");
  fixture.network.shape(SECONDARY, { rate: 1000 });
  const running = job();
  await fixture.until("something has come", () => running.progress().done > 0);
  fixture.server.stop();
  await fixture.until("it waits", () => running.progress().note.includes("secondary 1"));
  fixture.index.write("film.mkv", "by another");
  await fixture.index.untilHolds("film.mkv", "by another");
  base = idOf("by another");
  const again = new PieceServer(fixture.network, fixture.serverDeps, 10);
  await driveThrough(fixture.index.clock, again.start(SECONDARY));
  const done = await ending(running);
  again.stop();
  const as = conflictName("film.mkv", FILE.version.id);
  expect(done.result).toMatchObject({ event: "done", as });
  expect(done.result.resumedBytes).toBeGreaterThan(0);
  expect(fixture.index.read("film.mkv")).toBe("by another");
  expect(asked.slice(1)).toContain(1);
  expect(uploadText(done)).toContain(`somebody else has replaced film.mkv meanwhile, so this file is ${as}`);
});

test.each([
  ["unwritable", "there is a folder film.mkv", "failed", 1],
  ["busy", "32 files are being sent here already", "failed", 5],
  ["not-synchronized", "secondary 2 is missing", "failed", 5],
  ["key", "client ana may read", "refused", 1],
] as const)("the central's refusal %s: %s", async (code, message, failure, tries) => {
  await fixture.start();
  refusal = { code, message };
  const done = await ending(job());
  expect(done.failure).toBe(failure);
  expect(done.result.error).toContain(message);
  expect(asked.length).toBeGreaterThanOrEqual(tries);
  if (tries === 1) expect(asked).toHaveLength(1);
});

test("nothing is sent to another secondary than the one that was asked for", async () => {
  await fixture.start();
  expect((await ending(job({ at: 1 }))).failure).toBeNull();
  expect(asked).toEqual([1]);
});

test("a file that there is not, a folder, and one that is changed meanwhile fail, and say why", async () => {
  await fixture.start();
  expect(await ending(job({ path: "/nowhere" }))).toMatchObject({
    failure: "no-such-file",
    result: { error: "there is no file /nowhere here" },
  });
  expect(await ending(job({ path: path.dirname(file) }))).toMatchObject({ failure: "failed" });
  // More than is on its way at once.
  fs.writeFileSync(file, content(14 * 1024 * 1024).bytes);
  fixture.network.shape(SECONDARY, { rate: 1000 });
  const running = job();
  await fixture.until("something has come", () => running.progress().done > 0);
  fs.writeFileSync(file, content(14 * 1024 * 1024, 2).bytes);
  const done = await ending(running);
  expect(done.result.error).toBe(`${file} was changed while it was being sent: run it once more`);
  expect(fs.existsSync(fixture.index.path("film.mkv"))).toBe(false);
});

test("with no central it gives up after the time that it has, and with no secondary as well", async () => {
  central.stop();
  const done = await ending(job());
  expect(done).toMatchObject({
    failure: "unreachable",
    result: { error: expect.stringContaining("cannot be reached") },
  });
  central.start();
  expect((await ending(job())).failure).toBe("failed");
  await fixture.start();
});

test("a disk there that does not read what it has written is not sent the file for ever", async () => {
  spoil = (fd) => fs.writeSync(fd, Buffer.from([1 + (FILE.bytes[0] ?? 0)]), 0, 1, 0);
  await fixture.start();
  const done = await ending(job());
  expect(done).toMatchObject({ failure: "failed", refusal: "unreadable" });
});

test("one that is stopped ends at once, and what came stays there", async () => {
  await fixture.start();
  fixture.network.shape(SECONDARY, { rate: 1000 });
  const running = job();
  await fixture.until("something has come", () => running.progress().done > 0);
  running.stop();
  const done = await ending(running);
  expect(done).toMatchObject({ failure: "failed", result: { error: expect.stringContaining("it was stopped") } });
  await fixture.until("the part is kept", () => fixture.parts().length === 1 && fixture.growing === 0);
  expect((await ending(job())).result.resumedBytes).toBeGreaterThan(0);
});

test("uploads come one after the other, and those that have not begun are not begun any more when all stop", async () => {
  await fixture.start();
  const queue = new UploadQueue({ ...deps, session }, 1);
  const options = { path: file, label: "f", at: null, giveUpAfterMs: 5000 };
  const first = queue.add({ ...options, name: "a" });
  const second = queue.add({ ...options, name: "b" });
  await fixture.until("the first runs", () => queue.progress().length === 2);
  expect(queue.progress().map(({ label }) => label)).toEqual(["a", "b"]);
  expect((await driveThrough(fixture.index.clock, first))?.failure).toBeNull();
  expect((await driveThrough(fixture.index.clock, second))?.failure).toBeNull();
  await queue.idle();
  const third = queue.add({ ...options, name: "c" });
  const fourth = queue.add({ ...options, name: "d" });
  await Promise.resolve();
  await driveThrough(fixture.index.clock, queue.stopAll());
  expect((await third)?.failure).toBe("failed");
  expect(await fourth).toBeNull();
});

test("some come at once, and what may add more is waited for", async () => {
  await fixture.start();
  const queue = new UploadQueue({ ...deps, session }, 2);
  const options = { label: "f", at: null, giveUpAfterMs: 5000 };
  const other = `${file}.other`;
  fs.writeFileSync(other, "another content");
  let more = () => {};
  const adding = queue.during(
    new Promise<void>((resolve) => {
      more = resolve;
    }),
  );
  const first = queue.add({ ...options, path: file, name: "a" });
  const second = queue.add({ ...options, path: other, name: "b" });
  const third = queue.add({ ...options, path: other, name: "c" });
  await fixture.until("two run", () => queue.progress().length === 3);
  expect(queue.progress().map(({ label, note }) => [label, note.startsWith("waiting for")])).toEqual([
    ["a", false],
    ["b", false],
    ["c", true],
  ]);
  for (const one of [first, second, third]) expect((await driveThrough(fixture.index.clock, one))?.failure).toBeNull();
  expect(queue.isIdle).toBe(false);
  more();
  await adding;
  await queue.idle();
  expect(queue.runningBytes()).toEqual({ done: 0, moved: 0 });
});

test("one that is being read ends at once when it is stopped, and what was read is remembered", async () => {
  await fixture.start();
  const known: string[] = [];
  const verified = { has: () => false, add: (path: string) => void known.push(path) };
  const hasher = {
    hashAs: async (path: string, size: number, onBytes: (done: number) => boolean) => {
      while (onBytes(1)) await Bun.sleep(1);
      throw new Error(`${path} of ${size} B is not wanted any more`);
    },
  };
  const stopping = new UploadQueue({ ...deps, hasher, verified, session });
  const one = stopping.add({ path: file, label: file, name: "a", at: null, giveUpAfterMs: 5000 });
  await Promise.resolve();
  await driveThrough(fixture.index.clock, stopping.stopAll());
  expect((await one)?.result.error).toContain("it was stopped");
  expect(known).toEqual([]);
  const reading = new UploadQueue({ ...deps, verified, session });
  await driveThrough(
    fixture.index.clock,
    reading.add({ path: file, label: file, name: "a", at: null, giveUpAfterMs: 5000 }),
  );
  expect(known).toEqual([file]);
});
