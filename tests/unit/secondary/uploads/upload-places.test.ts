import { afterEach, expect, test } from "bun:test";
import { MAX_UPLOADS } from "../../../../src/protocol/limits.ts";
import { conflictName } from "../../../../src/protocol/name.ts";
import { content } from "../../transfer/content.ts";
import { idOf } from "../index-fixture.ts";
import { type RawUploader, UploadFixture } from "./upload-fixture.ts";

const FILE = content(2 * 1024 * 1024 + 5000);

let fixture: UploadFixture;

async function started(files: Readonly<Record<string, string>> = {}): Promise<void> {
  fixture = new UploadFixture();
  await fixture.start(files);
}

afterEach(() => fixture.stop());

/** A client that has sent all of FILE, and not said yet that it is to be published. */
async function given(base: string | null = null): Promise<RawUploader> {
  const uploader = await fixture.connect();
  uploader.put(FILE, { base });
  await uploader.hears("wanted");
  for (const piece of [0, 1, 2]) {
    uploader.give(FILE, piece);
    await uploader.hears("taken");
  }
  return uploader;
}

test("a client that holds all places, byte by byte, keeps no other one out; what it has sent stays for later", async () => {
  await started();
  const own = Array.from({ length: MAX_UPLOADS }, (_, index) => content(2000, index + 1));
  const slow: RawUploader[] = [];
  for (const [index, file] of own.entries()) {
    const one = await fixture.connect();
    slow.push(one);
    one.put(file, { name: `f${index}` });
    await one.hears("wanted");
    one.give(file, 0, { to: 1 });
    await one.hears("taken");
  }
  const { version, hashes } = FILE;
  const spec = { name: "film", version, hashes, modified: 5_000_000, base: null, by: "client bea" };
  const upload = await fixture.uploads.begin(spec);
  const [last, file] = [slow.at(-1), own.at(-1)];
  if (!last || !file) throw new Error("there are some");
  last.give(file, 0, { from: 1 });
  expect(await last.hears("refusal")).toMatchObject({ code: "busy", message: expect.stringContaining("others want") });
  expect([last.ended, fixture.parts().length]).toEqual([null, MAX_UPLOADS + 1]);
  slow[0]?.give(own[0] ?? file, 0, { from: 1 });
  expect(await slow[0]?.hears("taken")).toMatchObject({ state: "right" });
  // It has no place as long as there is none that is fair.
  last.put(file, { name: "again", request: 2 });
  expect(await last.hears("refusal")).toMatchObject({ request: 2, code: "busy" });
  await fixture.uploads.end(upload);
  last.put(file, { name: "again", request: 3 });
  await last.hears("wanted");
});

test("files that begin at the same time take places as well", async () => {
  await started();
  const begun = Array.from({ length: MAX_UPLOADS + 1 }, (_, index) => {
    const { version, hashes } = content(2000, index + 1);
    return fixture.uploads.begin({
      name: `f${index}`,
      version,
      hashes,
      modified: 5_000_000,
      base: null,
      by: "client bea",
    });
  });
  const results = await Promise.allSettled(begun);
  expect(results.map(({ status }) => status).indexOf("rejected")).toBe(MAX_UPLOADS);
  expect(fixture.parts()).toHaveLength(MAX_UPLOADS);
});

test("a file whose other name is a folder gets one more name", async () => {
  const other = conflictName("film", FILE.version.id);
  await started({ film: "old", [`${other}/in it`]: "x" });
  const uploader = await given(idOf("what was there before"));
  uploader.send({ type: "publish", request: 1 });
  expect(await uploader.hears("published")).toMatchObject({ name: conflictName(other, FILE.version.id) });
});

test("a stop ends the wait for a name that is being changed just now", async () => {
  await started();
  const { index } = fixture.index;
  let tries = 0;
  index.put = async () => {
    tries += 1;
    return "changing";
  };
  const uploader = await given();
  uploader.send({ type: "publish", request: 1 });
  await fixture.until("it has tried", () => tries > 0);
  // The clock stands still.
  await fixture.uploads.stop();
  expect(fixture.parts()).toHaveLength(1);
});

test("where others take one name after the other, a few are tried, and what has come stays", async () => {
  await started();
  const { index } = fixture.index;
  const tried: string[] = [];
  index.put = async (name) => {
    tried.push(name);
    return "taken";
  };
  const uploader = await given();
  uploader.send({ type: "publish", request: 1 });
  expect(await uploader.hears("refusal")).toMatchObject({ request: 1, code: "busy" });
  expect(tried).toHaveLength(4);
  expect(new Set(tried).size).toBe(4);
  await fixture.idle();
  expect(fixture.parts()).toHaveLength(1);
});
