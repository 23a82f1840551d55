import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { FileSite } from "../../support/file-site.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";

setDefaultTimeout(120_000);

/** More than the system buffers between two programs, so that most of it is not read when a download begins. */
const SIZE = 48 * MIB;
/** Bytes of a second, so that there is a middle. */
const RATE = "12M";

/** Begins a slow download of `film.mkv`, and resolves once it is in its middle. */
async function begin(site: FileSite): Promise<{ end: () => Promise<{ code: number | null; got: Uint8Array }> }> {
  const output = path.join(site.dir, "film.mkv");
  const over = site.shell(`curl -sS --limit-rate ${RATE} -o film.mkv "$FILES/film.mkv"`);
  await site.cluster.until(
    "the download is in its middle",
    () => fs.existsSync(output) && fs.statSync(output).size > MIB,
  );
  return { end: async () => ({ code: (await over).code, got: fs.readFileSync(output) }) };
}

async function etagOf(site: FileSite): Promise<string | null> {
  const response = await fetch(`${site.files}/film.mkv`, { method: "HEAD" });
  return response.status === 200 ? response.headers.get("etag") : null;
}

test("a file that is replaced in the middle of a download is downloaded as it was", async () => {
  const [before, after] = [randomBytes(SIZE), randomBytes(SIZE)];
  await using site = await FileSite.start((folder) => put(folder, "film.mkv", before));
  const old = await etagOf(site);
  const download = await begin(site);
  fs.renameSync(put(site.dir, "new", after), path.join(site.folder, "film.mkv"));
  await site.cluster.until("the new version is served", async () => ![old, null].includes(await etagOf(site)));
  const { code, got } = await download.end();
  expect([code, Buffer.compare(got, before)]).toEqual([0, 0]);
  // Who has a part of the old version gets all of the new one.
  const resumed = await fetch(`${site.files}/film.mkv`, { headers: { range: "bytes=1000-", "if-range": old ?? "" } });
  expect([resumed.status, Buffer.compare(await resumed.bytes(), after)]).toEqual([200, 0]);
});

test("a file that is deleted in the middle of a download is downloaded to its end", async () => {
  const before = randomBytes(SIZE);
  await using site = await FileSite.start((folder) => put(folder, "film.mkv", before));
  const download = await begin(site);
  fs.unlinkSync(path.join(site.folder, "film.mkv"));
  await site.cluster.until("it is not served any more", async () => {
    return (await fetch(`${site.files}/film.mkv`, { method: "HEAD" })).status === 404;
  });
  const { code, got } = await download.end();
  expect([code, Buffer.compare(got, before)]).toEqual([0, 0]);
});

test("a file that is written over in the middle of a download breaks it off, and no byte of the new content is in it", async () => {
  const [before, after] = [randomBytes(SIZE), randomBytes(SIZE)];
  await using site = await FileSite.start((folder) => put(folder, "film.mkv", before));
  const old = await etagOf(site);
  const download = await begin(site);
  fs.writeFileSync(path.join(site.folder, "film.mkv"), after, { flag: "r+" });
  const { code, got } = await download.end();
  // The transfer was closed, or the connection was reset.
  expect([18, 56]).toContain(code ?? 0);
  expect(got.length).toBeLessThan(SIZE);
  expect(Buffer.compare(got, before.subarray(0, got.length))).toBe(0);
  await site.cluster.until("the new version is served", async () => ![old, null].includes(await etagOf(site)));
  const { code: again } = await site.shell('curl -sS -o film.mkv "$FILES/film.mkv"');
  const whole = fs.readFileSync(path.join(site.dir, "film.mkv"));
  expect([again, Buffer.compare(whole, after)]).toEqual([0, 0]);
});
