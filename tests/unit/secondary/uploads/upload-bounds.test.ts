import { afterEach, expect, test } from "bun:test";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { UPLOAD_IDLE_MS } from "../../../../src/protocol/limits.ts";
import { versionId } from "../../../../src/protocol/versions/version.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { content } from "../../transfer/content.ts";
import { UploadFixture } from "./upload-fixture.ts";

const FILE = content(2 * 1024 * 1024 + 5000);

let fixture: UploadFixture;

async function started(options: ConstructorParameters<typeof UploadFixture>[0] = {}): Promise<void> {
  fixture = new UploadFixture(options);
  await fixture.start();
}

afterEach(() => fixture.stop());

const TOO_LITTLE = { code: "busy", message: "less than 64.0 KiB of the file came in 120 s" };

test("of whom nothing comes any more the upload is ended, and what came is kept", async () => {
  await started();
  const uploader = await fixture.connect();
  uploader.put(FILE);
  await uploader.hears("wanted");
  uploader.give(FILE, 0);
  await uploader.hears("taken");
  fixture.index.clock.advance(UPLOAD_IDLE_MS / 2);
  await Bun.sleep(5);
  expect(uploader.received).toEqual([]);
  expect(await uploader.hears("refusal")).toMatchObject(TOO_LITTLE);
  expect(fixture.parts()).toHaveLength(1);
});

test("few bytes now and then, or a wrong piece again and again, are not enough to hold a place", async () => {
  await started();
  const small = content(2 * 1024 * 1024 + 9, 5);
  const wrong = await fixture.connect();
  wrong.put(small, { name: "wrong" });
  await wrong.hears("wanted");
  const trickling = await fixture.connect();
  trickling.put(FILE);
  await trickling.hears("wanted");
  for (let turn = 0; turn < 3; turn++) {
    trickling.give(FILE, 0, { from: turn, to: turn + 1 });
    expect(await trickling.hears("taken")).toMatchObject({ state: "part" });
    wrong.send({ type: "give", request: 1, piece: 2, payload: 9 }, new Uint8Array(9));
    expect(await wrong.hears("taken")).toMatchObject({ state: "wrong" });
    fixture.index.clock.advance(UPLOAD_IDLE_MS * 0.4);
    await Bun.sleep(5);
  }
  expect(await trickling.hears("refusal")).toMatchObject(TOO_LITTLE);
  expect(await wrong.hears("refusal")).toMatchObject(TOO_LITTLE);
});

test("a slow line goes on as long as enough comes, also within one payload, and a slow disk is waited for", async () => {
  let hold: Promise<void> | null = null;
  const write: typeof systemDisk.write = async (...args) => {
    await hold;
    await systemDisk.write(...args);
  };
  await started({ disk: { write } });
  const uploader = await fixture.connect();
  uploader.put(FILE);
  await uploader.hears("wanted");
  const { clock } = fixture.index;
  for (let from = 0; from < 5 * 70_000; from += 70_000) {
    uploader.give(FILE, 0, { from, to: from + 70_000 });
    await uploader.hears("taken");
    clock.advance(UPLOAD_IDLE_MS * 0.8);
    await Bun.sleep(5);
  }
  let release = () => {};
  hold = new Promise((resolve) => {
    release = resolve;
  });
  uploader.give(FILE, 0, { from: 350_000 });
  await fixture.until("it is being written", () => fixture.uploads.receivedBytes >= 1024 * 1024);
  for (let turn = 0; turn < 4; turn++) {
    clock.advance(UPLOAD_IDLE_MS * 0.8);
    await Bun.sleep(5);
  }
  release();
  expect(await uploader.hears("taken")).toMatchObject({ state: "right" });
  expect(uploader.ended).toBeNull();
});

test("a piece that comes in very many parts is taken", async () => {
  await started();
  const uploader = await fixture.connect();
  const small = content(300, 9);
  uploader.put(small);
  await uploader.hears("wanted");
  for (let from = 0; from < 300; from++) {
    uploader.give(small, 0, { from, to: from + 1 });
    expect(await uploader.hears("taken")).toMatchObject({ state: from === 299 ? "right" : "part" });
  }
});

test("a file that the disk could never hold is refused before anything is made of it", async () => {
  await started({ disk: { totalBytes: async () => 1024 * 1024 * 1024 } });
  const hashes = new Uint8Array(16_384 * 32);
  const size = 1024 ** 5;
  const uploader = await fixture.connect();
  uploader.put({ version: { id: versionId(size, hashes), size }, hashes, bytes: Buffer.alloc(0) });
  expect(await uploader.hears("refusal")).toMatchObject({
    code: "unwritable",
    message: "it is larger than the disk here",
  });
  await fixture.idle();
  expect(fixture.parts()).toEqual([]);
});

test("an upload that gets its name just then is over first where the folder goes or the secondary stops", async () => {
  const closed: number[] = [];
  const steps: string[] = [];
  let hold: Promise<void> | null = null;
  const disk: Partial<Disk> = {
    async sync(fd) {
      steps.push("sync begins");
      await hold;
      steps.push(closed.includes(fd) ? "sync of a closed file" : "sync ends");
      await systemDisk.sync(fd);
    },
    async close(fd) {
      closed.push(fd);
      await systemDisk.close(fd);
    },
  };
  await started({ disk });
  const uploader = await fixture.connect();
  const small = content(1000);
  uploader.put(small);
  await uploader.hears("wanted");
  uploader.give(small, 0);
  await uploader.hears("taken");
  let release = () => {};
  hold = new Promise((resolve) => {
    release = resolve;
  });
  uploader.send({ type: "publish", request: 1 });
  await fixture.until("it is being synced", () => steps.length > 0);
  let suspended = false;
  const suspending = fixture.uploads.suspend().then(() => {
    suspended = true;
  });
  await Bun.sleep(5);
  // The same content may not be begun meanwhile.
  expect([suspended, fixture.growing]).toEqual([false, 1]);
  release();
  await suspending;
  expect(steps).toEqual(["sync begins", "sync ends"]);
  await fixture.idle();
});

test("what is kept of uploads is looked after on every disk of the folder", async () => {
  const other = temporaryFolder();
  await started({ stagingFolders: [temporaryFolder(), other] });
  const trimmed: string[] = [];
  fixture.halves.trim = async (folder) => void trimmed.push(folder);
  await fixture.until("both are looked at", () => {
    fixture.index.clock.advance(600_000);
    return trimmed.includes(other);
  });
});
