import { afterEach, beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { UploadQueue } from "../../../../src/client/uploads/upload-queue.ts";
import { uploadText } from "../../../../src/client/uploads/upload-result.ts";
import { FileChanged } from "../../../../src/hashing/hashing.ts";
import { conflictName } from "../../../../src/protocol/name.ts";
import { PieceServer } from "../../../../src/secondary/serving/piece-server.ts";
import { driveThrough } from "../../../support/drive.ts";
import { idOf } from "../../secondary/index-fixture.ts";
import { SECONDARY } from "../../secondary/uploads/upload-fixture.ts";
import { content } from "../../transfer/content.ts";
import { FILE, UploadJobFixture } from "./upload-job-fixture.ts";

let setup: UploadJobFixture;

beforeEach(() => {
  setup = new UploadJobFixture();
});

afterEach(() => setup.stop());

test("a file is put, and it is said on how many secondaries it is", async () => {
  await setup.secondary.start();
  const done = await setup.ending(setup.job({ name: "series/film.mkv" }));
  expect(done.failure).toBeNull();
  expect(done.result).toMatchObject({
    ...{ event: "done", name: "series/film.mkv", path: "film.mkv", as: "series/film.mkv", ...FILE.version },
    ...{ sentBytes: FILE.version.size, resumedBytes: 0, secondary: 1, holders: 1 },
  });
  expect(fs.readFileSync(setup.secondary.index.path("series/film.mkv")).equals(FILE.bytes)).toBe(true);
  const modified = fs.statSync(setup.file).mtimeMs;
  expect(Math.floor(fs.statSync(setup.secondary.index.path("series/film.mkv")).mtimeMs)).toBe(Math.floor(modified));
  expect(uploadText(done)).toMatch(/^series\/film.mkv: 3.0 MiB put in .*; on 1 secondary now, the others copy it$/);
});

test("what the cluster has already is not sent", async () => {
  await setup.secondary.start();
  setup.isThere = true;
  const done = await setup.ending(setup.job());
  expect(done.result).toMatchObject({ event: "done", sentBytes: 0, secondary: null, holders: 1 });
  expect(uploadText(done)).toBe("film.mkv is there already, with that content (3.0 MiB), on 1 secondary");
});

test("where the secondary dies the file goes on there, and nothing of it is replaced that came meanwhile", async () => {
  await setup.secondary.start({ "film.mkv": "old" });
  setup.base = idOf("old");
  setup.secondary.network.shape(SECONDARY, { rate: 1000 });
  const running = setup.job();
  await setup.secondary.until("something has come", () => running.progress().done > 0);
  setup.secondary.server.stop();
  await setup.secondary.until("it waits", () => running.progress().note === "waiting for secondary 1");
  expect(running.progress().rate).toBe(0);
  setup.secondary.index.write("film.mkv", "by another");
  await setup.secondary.index.untilHolds("film.mkv", "by another");
  setup.base = idOf("by another");
  const again = new PieceServer(setup.secondary.network, setup.secondary.serverDeps, 10);
  await driveThrough(setup.secondary.index.clock, again.start(SECONDARY));
  const done = await setup.ending(running);
  again.stop();
  const as = conflictName("film.mkv", FILE.version.id);
  expect(done.result).toMatchObject({ event: "done", as });
  expect(done.result.resumedBytes).toBeGreaterThan(0);
  expect(setup.secondary.index.read("film.mkv")).toBe("by another");
  expect(setup.asked.slice(1)).toContain(1);
  expect(uploadText(done)).toContain(`somebody else has replaced film.mkv meanwhile, so this file is ${as}`);
});

test("a secondary that takes nothing is named, and there is no rate meanwhile; so is a central that is away", async () => {
  await setup.secondary.start();
  setup.secondary.network.shape(SECONDARY, { rate: 1000 });
  const running = setup.job({ giveUpAfterMs: 60_000 });
  await setup.secondary.until("something has come", () => running.progress().done > 0);
  await setup.secondary.until("it has a rate", () => running.progress().rate > 0);
  expect(running.progress().note).toBe("sending");
  for (const connection of setup.secondary.network.connections) {
    if (connection.address.port === SECONDARY.port) connection.freeze();
  }
  await setup.secondary.until("it waits", () => running.progress().note === "waiting for secondary 1");
  expect(running.progress().rate).toBe(0);
  setup.central.stop();
  setup.secondary.server.stop();
  await setup.secondary.until("the central is missing", () => running.progress().note === "waiting for the central");
  running.stop();
  await setup.ending(running);
});

test("a secondary that does not keep what it is sent is the one that is blamed, and tried again", async () => {
  await setup.secondary.start();
  let spoilt = 0;
  setup.written = (fd) => {
    if (spoilt++ < 20) fs.writeSync(fd, "!", 0);
  };
  const running = setup.job({ giveUpAfterMs: 60_000 });
  await setup.secondary.until("it waits", () => running.progress().note === "waiting for secondary 1");
  spoilt = 20;
  expect((await setup.ending(running)).failure).toBeNull();
  expect(setup.asked.length).toBeGreaterThan(1);
});

test("a secondary that never keeps what it is sent is what the failure says", async () => {
  await setup.secondary.start();
  setup.written = (fd) => void fs.writeSync(fd, "!", 0);
  const { result } = await setup.ending(setup.job({ giveUpAfterMs: 20 }));
  expect(result.error).toContain("secondary 1 reads other bytes than it was sent");
});

test.each([
  ["unwritable", "there is a folder film.mkv", "failed", 1],
  ["busy", "32 files are being sent here already", "failed", 5],
  ["not-synchronized", "secondary 2 is missing", "failed", 5],
  ["key", "client ana may read", "refused", 1],
] as const)("the central's refusal %s: %s", async (code, message, failure, tries) => {
  await setup.secondary.start();
  setup.refusal = { code, message };
  const done = await setup.ending(setup.job());
  expect(done.failure).toBe(failure);
  expect(done.result.error).toContain(message);
  expect(setup.asked.length).toBeGreaterThanOrEqual(tries);
  if (tries === 1) expect(setup.asked).toHaveLength(1);
});

test("nothing is sent to another secondary than the one that was asked for", async () => {
  await setup.secondary.start();
  expect((await setup.ending(setup.job({ at: 1 }))).failure).toBeNull();
  expect(setup.asked).toEqual([1]);
});

test("a file that is cut while it is hashed is called changed", async () => {
  await setup.secondary.start();
  setup.deps.hasher.hashAs = async (path) => {
    throw new FileChanged(`${path} has no longer 5 bytes`);
  };
  expect((await setup.ending(setup.job())).result.error).toBe(
    `${setup.file} was changed while it was being sent: run it once more`,
  );
});

test("a file that there is not, a folder, and one that is changed meanwhile fail, and say why", async () => {
  await setup.secondary.start();
  expect(await setup.ending(setup.job({ path: "/nowhere" }))).toMatchObject({
    failure: "no-such-file",
    result: { error: "there is no file /nowhere here" },
  });
  expect(await setup.ending(setup.job({ path: path.dirname(setup.file) }))).toMatchObject({ failure: "failed" });
  // More than is on its way at once.
  fs.writeFileSync(setup.file, content(14 * 1024 * 1024).bytes);
  setup.secondary.network.shape(SECONDARY, { rate: 1000 });
  const running = setup.job();
  await setup.secondary.until("something has come", () => running.progress().done > 0);
  fs.writeFileSync(setup.file, content(14 * 1024 * 1024, 2).bytes);
  const done = await setup.ending(running);
  expect(done.result.error).toBe(`${setup.file} was changed while it was being sent: run it once more`);
  expect(fs.existsSync(setup.secondary.index.path("film.mkv"))).toBe(false);
});

test("with no central it gives up after the time that it has, and with no secondary as well", async () => {
  setup.central.stop();
  const done = await setup.ending(setup.job());
  expect(done).toMatchObject({
    failure: "unreachable",
    result: { error: expect.stringContaining("cannot be reached") },
  });
  setup.central.start();
  expect((await setup.ending(setup.job())).failure).toBe("failed");
  await setup.secondary.start();
});

test("a disk there that does not read what it has written is not sent the file for ever", async () => {
  setup.spoil = (fd) => fs.writeSync(fd, Buffer.from([1 + (FILE.bytes[0] ?? 0)]), 0, 1, 0);
  await setup.secondary.start();
  const done = await setup.ending(setup.job());
  expect(done).toMatchObject({ failure: "failed", refusal: "unreadable" });
});

test("one that is stopped ends at once, and what came stays there", async () => {
  await setup.secondary.start();
  setup.secondary.network.shape(SECONDARY, { rate: 1000 });
  const running = setup.job();
  await setup.secondary.until("something has come", () => running.progress().done > 0);
  running.stop();
  const done = await setup.ending(running);
  expect(done).toMatchObject({ failure: "failed", result: { error: expect.stringContaining("it was stopped") } });
  await setup.secondary.until(
    "the part is kept",
    () => setup.secondary.parts().length === 1 && setup.secondary.growing === 0,
  );
  expect((await setup.ending(setup.job())).result.resumedBytes).toBeGreaterThan(0);
});

test.each([
  ["between two tries", { refusal: { code: "busy", message: "too many" } as const }],
  ["for the central's answer", { silent: true }],
])("one that is stopped while it waits %s ends at once", async (_what, changes) => {
  await setup.secondary.start();
  Object.assign(setup, changes);
  const { clock } = setup.secondary.index;
  const running = setup.job({ giveUpAfterMs: 600_000 });
  const waits = () => (setup.silent ? setup.asked.length > 0 : running.progress().note.includes("too many"));
  await setup.secondary.until("it waits", waits);
  const before = clock.passed;
  running.stop();
  const done = await running.ended;
  expect(done).toMatchObject({ failure: "failed", result: { error: expect.stringContaining("it was stopped") } });
  expect(clock.passed).toBe(before);
});

test("one that is stopped when its file is there asks no more who has it", async () => {
  await setup.secondary.start();
  setup.untold = true;
  const running = setup.job();
  await setup.secondary.until("it asks", () => setup.watched);
  running.stop();
  expect(await running.ended).toMatchObject({ failure: null, result: { event: "done", holders: 0 } });
});

test("uploads come one after the other, and those that have not begun are not begun any more when all stop", async () => {
  await setup.secondary.start();
  const queue = new UploadQueue({ ...setup.deps, session: setup.session }, 1);
  const options = { path: setup.file, label: "f", at: null, giveUpAfterMs: 5000 };
  const first = queue.add({ ...options, name: "a" });
  const second = queue.add({ ...options, name: "b" });
  await setup.secondary.until("the first runs", () => queue.progress().length === 2);
  expect(queue.progress().map(({ label }) => label)).toEqual(["a", "b"]);
  expect((await driveThrough(setup.secondary.index.clock, first))?.failure).toBeNull();
  expect((await driveThrough(setup.secondary.index.clock, second))?.failure).toBeNull();
  await queue.idle();
  const third = queue.add({ ...options, name: "c" });
  const fourth = queue.add({ ...options, name: "d" });
  await Promise.resolve();
  await driveThrough(setup.secondary.index.clock, queue.stopAll());
  expect((await third)?.failure).toBe("failed");
  expect(await fourth).toBeNull();
});

test("some come at once, and what may add more is waited for", async () => {
  await setup.secondary.start();
  const queue = new UploadQueue({ ...setup.deps, session: setup.session }, 2);
  const options = { label: "f", at: null, giveUpAfterMs: 5000 };
  const other = `${setup.file}.other`;
  fs.writeFileSync(other, "another content");
  let more = () => {};
  const adding = queue.during(
    new Promise<void>((resolve) => {
      more = resolve;
    }),
  );
  const first = queue.add({ ...options, path: setup.file, name: "a" });
  const second = queue.add({ ...options, path: other, name: "b" });
  const third = queue.add({ ...options, path: other, name: "c" });
  await setup.secondary.until("two run", () => queue.progress().length === 3);
  expect(queue.progress().map(({ label, note }) => [label, note.startsWith("waiting 1/1")])).toEqual([
    ["a", false],
    ["b", false],
    ["c", true],
  ]);
  for (const one of [first, second, third])
    expect((await driveThrough(setup.secondary.index.clock, one))?.failure).toBeNull();
  expect(queue.isIdle).toBe(false);
  more();
  await adding;
  await queue.idle();
  expect(queue.runningBytes()).toEqual({ done: 0, moved: 0 });
});

test("one that is being read ends at once when it is stopped, and what was read is remembered", async () => {
  await setup.secondary.start();
  const known: string[] = [];
  const verified = { has: () => false, add: (path: string) => void known.push(path) };
  const hasher = {
    hashAs: async (path: string, size: number, onBytes: (done: number) => boolean) => {
      while (onBytes(1)) await Bun.sleep(1);
      throw new Error(`${path} of ${size} B is not wanted any more`);
    },
  };
  const stopping = new UploadQueue({ ...setup.deps, hasher, verified, session: setup.session });
  const one = stopping.add({ path: setup.file, label: setup.file, name: "a", at: null, giveUpAfterMs: 5000 });
  await Promise.resolve();
  await driveThrough(setup.secondary.index.clock, stopping.stopAll());
  expect((await one)?.result.error).toContain("it was stopped");
  expect(known).toEqual([]);
  const reading = new UploadQueue({ ...setup.deps, verified, session: setup.session });
  await driveThrough(
    setup.secondary.index.clock,
    reading.add({ path: setup.file, label: setup.file, name: "a", at: null, giveUpAfterMs: 5000 }),
  );
  expect(known).toEqual([setup.file]);
});
