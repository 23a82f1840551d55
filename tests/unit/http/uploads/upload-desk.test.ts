import { beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import type { WantedUpload } from "../../../../src/http/uploads/backend.ts";
import {
  MAX_UPLOADS,
  MAX_UPLOADS_OF_ADDRESS,
  type SentUpload,
  type SpooledFile,
  UploadDesk,
  type UploadTarget,
} from "../../../../src/http/uploads/upload-desk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { SentenceError } from "../../../../src/sentences/sentence-error.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { inEnglish } from "../../../support/in-english.ts";

const ID = "1".repeat(64);
const MIB = 1024 * 1024;

let folder: string;
let clock: FakeClock;
let lines: string[];
let desk: UploadDesk;
/** What the target is to send, and how that ends. */
let sent: SpooledFile[];
let ending: (file: SpooledFile) => Promise<SentUpload>;
let stopped: number;
let current: { id: string; modified: number | null } | null;
let free: number;

beforeEach(() => {
  folder = temporaryFolder();
  clock = new FakeClock();
  [lines, sent, stopped, current, free] = [[], [], 0, null, 1000 * MIB];
  ending = async ({ name }) => ({ kind: "stored", name, size: 5, id: ID });
  const target: UploadTarget = {
    find: async () => ({ kind: "found", version: current }),
    send(file) {
      sent.push(file);
      const stop = () => {
        stopped += 1;
      };
      return { ended: ending(file), stop };
    },
  };
  const line = (_: string, message: string) => void lines.push(message);
  const disk = { ...systemDisk, freeBytes: async () => free, totalBytes: async () => 1000 * MIB };
  desk = new UploadDesk({ clock, random: systemRandom, log: { info: line, warn: line }, disk, folder, target });
});

function wanted(changes: Partial<WantedUpload> = {}): WantedUpload {
  return {
    ...{ name: "a/film.mkv", size: 5, modified: null, conditions: {}, by: "ana over HTTP", from: "10.0.0.1" },
    ...changes,
  };
}

async function begun(changes: Partial<WantedUpload> = {}) {
  const reply = await desk.beginUpload(wanted(changes));
  if (reply.kind !== "begun") throw new SentenceError(reply.reason);
  return reply;
}

test("a file is kept without a name until it is sent, and the log says who has put it", async () => {
  const { upload, fd, most } = await begun({ modified: 77 });
  expect(most).toBe(5);
  expect(fs.readdirSync(folder)).toEqual([]);
  fs.writeSync(fd, "hello");
  let content = "";
  ending = async ({ name, path }) => {
    content = fs.readFileSync(path, "utf8");
    return { kind: "stored", name, size: 5, id: ID };
  };
  expect(await desk.sendUpload(upload, 5)).toEqual({
    ...{ kind: "stored", name: "a/film.mkv", size: 5, id: ID },
    isNew: true,
  });
  expect(content).toBe("hello");
  expect(sent).toMatchObject([{ name: "a/film.mkv", modified: 77 }]);
  expect(sent[0]).not.toHaveProperty("base");
  expect(lines).toEqual(["ana over HTTP has put a/film.mkv (5 B)"]);
  await desk.endUpload(upload);
  await desk.endUpload(upload);
  expect(desk.count).toBe(0);
  expect(() => fs.fstatSync(fd)).toThrow();
});

test("conditions are looked at before anything is sent, and hold until the file has its name", async () => {
  current = { id: ID, modified: null };
  const refused = await desk.beginUpload(wanted({ conditions: { "if-none-match": "*" } }));
  expect(inEnglish(refused)).toEqual({
    kind: "refused",
    status: 412,
    reason: "there is a file a/film.mkv: nothing was replaced",
  });
  expect(await desk.beginUpload(wanted({ conditions: { "if-match": '"x"' } }))).toMatchObject({ status: 412 });
  expect(await desk.possibleUpload(wanted())).toEqual({ kind: "possible", replaces: ID });
  const { upload } = await begun({ conditions: { "if-match": `"${ID}"` } });
  expect(await desk.sendUpload(upload, 5)).toMatchObject({ isNew: false });
  expect(sent).toMatchObject([{ base: ID }]);
});

test("what nobody could share is refused, and what the cluster refuses", async () => {
  for (const name of ["", "../a", ".hidden", "a.part", "a//b", "x".repeat(300)])
    expect(await desk.beginUpload(wanted({ name }))).toMatchObject({ kind: "refused", status: 400 });
});

test("where somebody else has replaced the file meanwhile, its sender is told what it is called", async () => {
  ending = async () => ({ kind: "stored", name: "a/film.conflict-11111111.mkv", size: 5, id: ID });
  const { upload } = await begun();
  expect(inEnglish(await desk.sendUpload(upload, 5))).toEqual({
    kind: "refused",
    status: 409,
    reason: "somebody else has replaced a/film.mkv meanwhile: what was put is a/film.conflict-11111111.mkv",
  });
  expect(lines[0]).toContain("ana over HTTP has put a/film.mkv, and somebody else");
});

test("a disk keeps some room free, also of what is still to come of others", async () => {
  expect(inEnglish(await desk.beginUpload(wanted({ size: 951 * MIB })))).toEqual({
    ...{ kind: "refused", status: 507 },
    reason: "there is room for 950.0 MiB here, where a file is kept until a secondary has it",
  });
  const first = await begun({ size: 900 * MIB });
  expect(await desk.beginUpload(wanted({ size: 51 * MIB }))).toMatchObject({ status: 507 });
  // It has come, so that it takes the room itself.
  fs.ftruncateSync(first.fd, 900 * MIB);
  await begun({ size: 51 * MIB });
  free = 50 * MIB;
  expect(await desk.beginUpload(wanted({ size: null }))).toMatchObject({ status: 507 });
  expect(await desk.possibleUpload(wanted())).toMatchObject({ status: 507 });
  await desk.stop();
});

test("of a length that is not said, as much may come as there is room for", async () => {
  expect((await begun({ size: null })).most).toBe(950 * MIB);
  await desk.stop();
});

test("only so many come at once, and fewer from one address", async () => {
  const busy = { kind: "refused", status: 503, reason: expect.stringContaining("too many files") } as const;
  const first = await begun();
  for (let index = 1; index < MAX_UPLOADS_OF_ADDRESS; index++) await begun();
  expect(inEnglish(await desk.beginUpload(wanted()))).toEqual(busy);
  for (let index = MAX_UPLOADS_OF_ADDRESS; index < MAX_UPLOADS; index++) await begun({ from: "10.0.0.2" });
  expect(inEnglish(await desk.beginUpload(wanted({ from: "10.0.0.3" })))).toEqual(busy);
  await desk.endUpload(first.upload);
  await begun({ from: "10.0.0.3" });
  await desk.stop();
  expect(desk.count).toBe(0);
});

test("each upload is counted once, by how it has ended, and its bytes as they come", async () => {
  const none = { done: 0, conflict: 0, refused: 0, failed: 0, cancelled: 0 };
  expect(desk.figures).toEqual({ now: { receiving: 0, sending: 0 }, ended: none });
  const done = await begun();
  const conflict = await begun();
  const refused = await begun();
  const failed = await begun();
  const cancelled = await begun();
  for (const { fd } of [done, cancelled]) fs.writeSync(fd, "hello");
  expect([desk.figures.now, await desk.receivedBytes()]).toEqual([{ receiving: 5, sending: 0 }, 10]);
  await desk.sendUpload(done.upload, 5);
  expect(desk.figures).toEqual({ now: { receiving: 4, sending: 1 }, ended: none });
  ending = async () => ({ kind: "stored", name: "another", size: 5, id: ID });
  await desk.sendUpload(conflict.upload, 5);
  ending = async () => ({ kind: "refused", status: 403, reason: "no right" });
  await desk.sendUpload(refused.upload, 5);
  ending = async () => ({ kind: "refused", status: 503, reason: "nobody takes it" });
  await desk.sendUpload(failed.upload, 5);
  const ends = [done, conflict, refused, failed, cancelled].map(({ upload }) => desk.endUpload(upload));
  // Also while they are being closed, it never becomes less.
  expect(await desk.receivedBytes()).toBe(10);
  await Promise.all(ends);
  expect(desk.figures.ended).toEqual({ done: 1, conflict: 1, refused: 1, failed: 1, cancelled: 1 });
  await desk.beginUpload(wanted({ name: "../a" }));
  await desk.beginUpload(wanted({ size: 999 * MIB }));
  expect(desk.figures.ended).toEqual({ done: 1, conflict: 1, refused: 2, failed: 2, cancelled: 1 });
  expect(await desk.receivedBytes()).toBe(10);
});

test("whoever is gone has nothing sent any more", async () => {
  const { upload, fd } = await begun();
  let end: (sent: SentUpload) => void = () => {};
  ending = () =>
    new Promise((resolve) => {
      end = resolve;
    });
  const sending = desk.sendUpload(upload, 5);
  await Bun.sleep(0);
  const over = desk.endUpload(upload);
  expect(stopped).toBe(1);
  // It may still be read.
  fs.fstatSync(fd);
  end({ kind: "refused", status: 503, reason: "it was stopped" });
  await over;
  expect(await sending).toMatchObject({ kind: "refused", status: 503 });
  expect(() => fs.fstatSync(fd)).toThrow();
  expect(await desk.sendUpload(upload, 5)).toMatchObject({ kind: "refused", status: 503 });
});

test("what a thread that has died was writing is closed when nothing is written any more", async () => {
  const { fd } = await begun();
  desk.abandoned();
  clock.advance(29_000);
  fs.fstatSync(fd);
  clock.advance(1000);
  await Bun.sleep(0);
  expect(desk.count).toBe(0);
});
