import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import { MAX_UNTAKEN } from "../../../../src/protocol/limits.ts";
import { content } from "../../transfer/content.ts";
import { UploadFixture } from "./upload-fixture.ts";

const FILE = content(2 * 1024 * 1024 + 5000);

let fixture: UploadFixture;

async function started(): Promise<void> {
  fixture = new UploadFixture();
  await fixture.start();
}

afterEach(() => fixture.stop());

test.each([
  [
    "hashes that are not those of the id",
    (it: Uploader) => it.put({ ...FILE, hashes: new Uint8Array(96) }),
    "piece hashes",
  ],
  ["too few hashes", (it: Uploader) => it.put({ ...FILE, hashes: FILE.hashes.slice(32) }), "piece hashes"],
  [
    "the beginning of a payload that nobody waits for",
    (it: Uploader) => it.send({ type: "give", request: 1, piece: 0, payload: 1024 * 1024 }),
    "belongs to no upload",
  ],
  [
    "more hashes than a file can have pieces",
    (it: Uploader) => it.put(FILE, { payload: 16_384 * 32 + 1 }),
    "put: payload",
  ],
  ["a piece before it is asked for", (it: Uploader) => it.give(FILE, 0), "belongs to no upload"],
  ["the end of what has not begun", (it: Uploader) => it.send({ type: "publish", request: 1 }), "belongs to no upload"],
])("%s: the session ends", async (_, misbehave, reason) => {
  await started();
  const uploader = await fixture.connect();
  misbehave(uploader);
  expect(await uploader.endsWith()).toContain(reason);
  expect(fixture.parts()).toEqual([]);
});

type Uploader = Awaited<ReturnType<UploadFixture["connect"]>>;

test.each([
  [
    "more bytes than the piece has",
    (it: Uploader) => it.give(FILE, 2, { from: 0, to: 6000 }),
    "more bytes than its piece",
  ],
  ["an empty payload", (it: Uploader) => it.give(FILE, 0, { to: 0 }), "more bytes than its piece, or none"],
  ["a piece that there is not", (it: Uploader) => it.give(FILE, 3, { from: 0, to: 10 }), "not wanted"],
  ["another upload's number", (it: Uploader) => it.give(FILE, 0, { request: 9 }), "belongs to no upload"],
  [
    "its end before all is there",
    (it: Uploader) => it.send({ type: "publish", request: 1 }),
    "before all pieces were there",
  ],
  [
    "another piece in the middle of one",
    (it: Uploader) => {
      it.give(FILE, 0, { to: 10 });
      it.give(FILE, 1, { to: 1024 * 1024 + 10 });
    },
    "another piece before the last one is whole",
  ],
  [
    "a piece twice",
    (it: Uploader) => {
      it.give(FILE, 2);
      it.give(FILE, 2);
    },
    "not wanted",
  ],
  [
    "more than may wait",
    (it: Uploader) => {
      for (let count = 0; count <= MAX_UNTAKEN; count++) it.give(FILE, 0, { from: count, to: count + 1 });
    },
    `more than ${MAX_UNTAKEN} payloads wait`,
  ],
])("%s: the session ends, what came is kept, and nothing has the name", async (_, misbehave, reason) => {
  await started();
  const uploader = await fixture.connect();
  uploader.put(FILE);
  await uploader.hears("wanted");
  misbehave(uploader);
  expect(await uploader.endsWith()).toContain(reason);
  expect(fs.existsSync(fixture.index.path("film"))).toBe(false);
  // Somebody who keeps to the protocol goes on.
  await fixture.idle();
  const other = await fixture.connect();
  other.put(FILE);
  await other.hears("wanted");
});

test.each(["../film", "/etc/film", ".redes/film", "a/.hidden", "a//b", "a\u0000b", ""])(
  "no file of the name %p is taken",
  async (name) => {
    await started();
    const uploader = await fixture.connect();
    uploader.put(FILE, { name });
    expect(await uploader.endsWith()).toContain("not the name of a file");
    expect(fixture.parts()).toEqual([]);
  },
);
