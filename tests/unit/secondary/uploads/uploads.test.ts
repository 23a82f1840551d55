import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MAX_UPLOADS } from "../../../../src/protocol/limits.ts";
import { conflictName } from "../../../../src/protocol/name.ts";
import { content, contentOf } from "../../transfer/content.ts";
import { idOf } from "../index-fixture.ts";
import { UploadFixture } from "./upload-fixture.ts";

const FILE = content(2 * 1024 * 1024 + 5000);

let fixture: UploadFixture;

async function started(
  files: Readonly<Record<string, string>> = {},
  options: ConstructorParameters<typeof UploadFixture>[0] = {},
): Promise<UploadFixture> {
  fixture = new UploadFixture(options);
  await fixture.start(files);
  return fixture;
}

afterEach(() => fixture.stop());

/** Sends all pieces of a file that are wanted; resolves with the name that it gets. */
async function putWhole(file = FILE, base: string | null = null, name = "film"): Promise<string> {
  await fixture.idle();
  const uploader = await fixture.connect();
  uploader.put(file, { base, name });
  const { payload } = await uploader.hears("wanted");
  expect(payload).toBe(Math.ceil(file.hashes.length / 32 / 8));
  for (let piece = 0; piece < file.hashes.length / 32; piece++) {
    if (((uploader.wanted[0] ?? 0) & (1 << piece)) === 0) continue;
    uploader.give(file, piece);
    expect(await uploader.hears("taken")).toMatchObject({ piece, state: "right" });
  }
  uploader.send({ type: "publish", request: 1 });
  const { name: as } = await uploader.hears("published");
  uploader.close();
  return as;
}

test("a file appears whole under its name, with its time, as a user's, and nothing of it before", async () => {
  await started();
  const uploader = await fixture.connect();
  uploader.put(FILE, { name: "sub/film" });
  await uploader.hears("wanted");
  for (const piece of [2, 0, 1]) {
    uploader.give(FILE, piece);
    expect(await uploader.hears("taken")).toEqual({ type: "taken", request: 1, piece, state: "right" });
    expect(fs.existsSync(fixture.index.path("sub/film"))).toBe(false);
  }
  uploader.send({ type: "publish", request: 1 });
  expect(await uploader.hears("published")).toEqual({ type: "published", request: 1, name: "sub/film" });
  expect(fs.readFileSync(fixture.index.path("sub/film")).equals(FILE.bytes)).toBe(true);
  expect(fixture.index.index.get("sub/film")).toMatchObject({ id: FILE.version.id, vector: "", changed: true });
  expect(fs.statSync(fixture.index.path("sub/film")).mtimeMs).toBe(5000);
  expect(fixture.parts()).toEqual([]);
  expect(fixture.lines).toEqual(["a client at 10.0.0.9 has put sub/film (2.0 MiB)"]);
  await fixture.index.nextScans();
  expect(fixture.index.index.get("sub/film")?.id).toBe(FILE.version.id);
});

test("an empty file, and one of zeros, of which nothing need be sent", async () => {
  await started();
  expect(await putWhole(contentOf(Buffer.alloc(0)), null, "empty")).toBe("empty");
  const zeros = contentOf(Buffer.alloc(3 * 1024 * 1024));
  const uploader = await fixture.connect();
  uploader.put(zeros, { name: "zeros" });
  await uploader.hears("wanted");
  uploader.send({ type: "publish", request: 1 });
  await uploader.hears("published");
  expect(fs.readFileSync(fixture.index.path("zeros")).equals(zeros.bytes)).toBe(true);
});

test("what it replaces is kept, and it is the next version of that", async () => {
  await started({ film: "old" });
  expect(await putWhole(FILE, idOf("old"))).toBe("film");
  expect(fixture.index.index.get("film")).toMatchObject({ vector: "aaaaaaaa:1", changed: true });
  expect(fixture.index.kept.newest("film")?.id).toBe(idOf("old"));
});

test.each([
  ["had another version", idOf("older")],
  ["had none", null],
])("where the name %s when it began, what is there now stays, and the file gets another name", async (_, base) => {
  await started({ film: "by another" });
  const as = conflictName("film", FILE.version.id);
  expect(await putWhole(FILE, base)).toBe(as);
  expect(fixture.index.read("film")).toBe("by another");
  expect(fs.readFileSync(fixture.index.path(as)).equals(FILE.bytes)).toBe(true);
  expect(fixture.index.kept.count).toBe(0);
  // The same once more: it is there already.
  expect(await putWhole(FILE, base)).toBe(as);
  expect(fixture.parts()).toEqual([]);
});

test("what was removed meanwhile comes back by it", async () => {
  await started({ film: "old" });
  expect(await fixture.index.remove("film", "old")).toBe(true);
  expect(await putWhole(FILE, idOf("old"))).toBe("film");
});

test("the content that is there and is about to be removed stays where it is put once more", async () => {
  const old = contentOf(Buffer.from("old"));
  await started({ film: "old" });
  expect(await putWhole(old)).toBe("film");
  expect(fixture.index.changes.at(-1)).toMatchObject({ kind: "present", file: { name: "film", changed: true } });
  // The order to remove what was there comes only now.
  expect(await fixture.index.remove("film", "old")).toBe(false);
  expect(fixture.index.read("film")).toBe("old");
  expect(fixture.index.index.get("film")).toMatchObject({ vector: "aaaaaaaa:1", changed: true });
});

test("a file that somebody is changing there is waited for, and is not replaced", async () => {
  await started({ film: "old" });
  fixture.index.write("film", "just changed");
  expect(await putWhole(FILE, idOf("old"))).toBe(conflictName("film", FILE.version.id));
  expect(fixture.index.read("film")).toBe("just changed");
});

test("another try goes on from what has come, also after a new start; pieces that were damaged since come again", async () => {
  await started();
  const first = await fixture.connect();
  first.put(FILE);
  await first.hears("wanted");
  first.give(FILE, 1);
  await first.hears("taken");
  first.give(FILE, 0, { to: 1000 });
  await first.hears("taken");
  first.close();
  await fixture.idle();
  const bits: number[] = [];
  const wanted = async () => {
    const uploader = await fixture.connect();
    uploader.put(FILE);
    const message = await uploader.hears("wanted");
    uploader.close();
    await fixture.idle();
    bits.push(uploader.wanted[0] ?? 0);
    return message;
  };
  await wanted();
  // It may have been touched: then it is read.
  const part = fixture.index.path(`.redes/${fixture.parts()[0]}`);
  fs.utimesSync(part, 1, 1);
  await wanted();
  const fd = fs.openSync(part, "r+");
  fs.writeSync(fd, Buffer.from("damage"), 0, 6, 1024 * 1024);
  fs.closeSync(fd);
  await wanted();
  expect(bits).toEqual([0b101, 0b101, 0b111]);
  expect(await putWhole()).toBe("film");
});

test("a piece that is wrong is told, and may come again", async () => {
  await started();
  const uploader = await fixture.connect();
  uploader.put(FILE);
  await uploader.hears("wanted");
  uploader.send({ type: "give", request: 1, piece: 2, payload: 5000 }, new Uint8Array(5000));
  expect(await uploader.hears("taken")).toMatchObject({ piece: 2, state: "wrong" });
  uploader.give(FILE, 2, { from: 2 * 1024 * 1024, to: 2 * 1024 * 1024 + 1 });
  expect(await uploader.hears("taken")).toMatchObject({ piece: 2, state: "part" });
  uploader.give(FILE, 2, { from: 2 * 1024 * 1024 + 1 });
  expect(await uploader.hears("taken")).toMatchObject({ piece: 2, state: "right" });
});

test("what is in the way, and a full disk, are said before anything is sent", async () => {
  await started();
  const uploader = await fixture.connect();
  fixture.obstacle = { reason: "a folder stands here in its place", lasting: true };
  uploader.put(FILE);
  expect(await uploader.hears("refusal")).toMatchObject({
    request: 1,
    code: "unwritable",
    message: "a folder stands here in its place",
  });
  fixture.obstacle = { reason: "a file of that name is not settled here", lasting: false };
  uploader.put(FILE, { request: 2 });
  expect(await uploader.hears("refusal")).toMatchObject({ request: 2, code: "busy" });
  fixture.obstacle = null;
  fixture.free = 1024 * 1024;
  uploader.put(FILE, { request: 3 });
  expect(await uploader.hears("refusal")).toMatchObject({
    request: 3,
    code: "unwritable",
    message: "the disk has no room for the file",
  });
  // What was on its way for one that is over means nothing.
  uploader.give(FILE, 0, { request: 3 });
  fixture.free = 1e12;
  uploader.put(FILE, { request: 4 });
  await uploader.hears("wanted");
  expect(uploader.ended).toBeNull();
});

test("one session sends one file at a time, one content is sent once at a time, and so many files at all", async () => {
  await started();
  const uploader = await fixture.connect();
  uploader.put(FILE);
  await uploader.hears("wanted");
  uploader.put(FILE, { request: 2, name: "other" });
  expect(await uploader.hears("refusal")).toMatchObject({ request: 2, code: "busy" });
  const same = await fixture.connect();
  same.put(FILE, { name: "other" });
  expect(await same.hears("refusal")).toMatchObject({
    code: "busy",
    message: "the same content is being sent here already",
  });
  for (let count = 1; count < MAX_UPLOADS; count++) {
    const another = await fixture.connect();
    another.put(content(100, count + 1), { name: `f${count}` });
    await another.hears("wanted");
  }
  const last = await fixture.connect();
  last.put(content(100, 99), { name: "last" });
  expect(await last.hears("refusal")).toMatchObject({ code: "busy" });
});

test("a disk that fails refuses the file, and one that changed what was written gives it no name", async () => {
  let failing = false;
  await started(
    {},
    {
      disk: {
        async write(fd, bytes, position) {
          if (failing) throw new DiskError("full", "x", "no space left");
          await systemDisk.write(fd, bytes, position);
        },
      },
    },
  );
  const uploader = await fixture.connect();
  uploader.put(FILE);
  await uploader.hears("wanted");
  failing = true;
  uploader.give(FILE, 0);
  expect(await uploader.hears("refusal")).toMatchObject({
    code: "unwritable",
    message: "the disk has no room for the file",
  });
  failing = false;
  await fixture.idle();
  const other = await fixture.connect();
  other.put(FILE);
  await other.hears("wanted");
  for (const piece of [0, 1, 2]) {
    other.give(FILE, piece);
    await other.hears("taken");
  }
  const fd = fs.openSync(fixture.index.path(`.redes/${fixture.parts()[0]}`), "r+");
  fs.writeSync(fd, Buffer.from("damage"), 0, 6, 100);
  fs.closeSync(fd);
  other.send({ type: "publish", request: 1 });
  expect(await other.hears("refusal")).toMatchObject({ code: "unreadable" });
  expect(fs.existsSync(fixture.index.path("film"))).toBe(false);
  await fixture.until("nothing is left of it", () => fixture.parts().length === 0);
});

test("a client that is gone while its file gets the name has put it all the same", async () => {
  await started();
  const uploader = await fixture.connect();
  const small = content(1000);
  uploader.put(small);
  await uploader.hears("wanted");
  uploader.give(small, 0);
  await uploader.hears("taken");
  uploader.send({ type: "publish", request: 1 });
  await fixture.until("it is asked for", () => fixture.lines.length > 0 || fs.existsSync(fixture.index.path("film")));
  uploader.close();
  await fixture.until("it is there", () => fixture.index.index.get("film")?.id === small.version.id);
});

test("while the folder is away nothing is taken, and what was under way ends", async () => {
  await started();
  const uploader = await fixture.connect();
  uploader.put(FILE);
  await uploader.hears("wanted");
  await fixture.uploads.suspend();
  uploader.give(FILE, 0);
  expect(await uploader.hears("refusal")).toMatchObject({ code: "busy", message: "the shared folder is not there" });
  uploader.put(FILE, { request: 2 });
  expect(await uploader.hears("refusal")).toMatchObject({ code: "busy" });
  fixture.uploads.resume();
  expect(await putWhole()).toBe("film");
});
