import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { MIB, put, randomBytes, same } from "../../support/files.ts";
import { SlowProxy } from "../../support/proxy.ts";
import { type Run, shell } from "../../support/run.ts";
import { siteOf } from "../../support/site.ts";
import { WebCluster } from "../../support/web-cluster.ts";

setDefaultTimeout(180_000);

const LIBTORRENT = path.join(import.meta.dir, "../../support/download-torrent.py");
/** A name with everything that has a meaning in addresses. */
const NAME = "films/año 100% #1?.mkv";
const ESCAPED = "/files/films/a%C3%B1o%20100%25%20%231%3F.mkv";
const OWN_NAME = "año 100% #1?.mkv";
/** So large that aria2 takes it from several servers by itself, which it does for parts of 20 MiB. */
const LARGE = 160 * MIB;

/** A cluster of three with one file of `size` random bytes. Gives the path of the original too. */
async function threeWith(cluster: WebCluster, size: number): Promise<{ central: string; original: string }> {
  const content = randomBytes(size);
  const central = await cluster.begin(3, (folder) => put(folder, NAME, content));
  return { central, original: path.join(cluster.folder(1), NAME) };
}

/** Runs a line of shell in a folder of its own, and gives that too. */
async function runIn(cluster: WebCluster, line: string): Promise<Run & { folder: string }> {
  const folder = cluster.downloads();
  return { ...(await shell(line, { cwd: folder })), folder };
}

/** Checks that a download left the right file and nothing beside it. */
async function expectRight({ code, out, err, folder }: Run & { folder: string }, original: string, beside: RegExp) {
  expect(`${code}${code === 0 ? "" : `\n${out}${err}`}`).toBe("0");
  expect(await same(path.join(folder, OWN_NAME), original)).toBe(true);
  expect(fs.readdirSync(folder).filter((name) => name !== OWN_NAME && !beside.test(name))).toEqual([]);
}

/** Bytes that each secondary has sent over HTTP. */
const passed = (cluster: WebCluster) => [1, 2, 3].map((number) => cluster.web(number).passed);

test("aria2, given nothing but the address, takes a file from all secondaries", async () => {
  await using cluster = new WebCluster();
  const { central, original } = await threeWith(cluster, LARGE);
  for (const number of [1, 2, 3]) cluster.web(number).rate = 30 * MIB;
  await expectRight(await runIn(cluster, `aria2c '${central}${ESCAPED}'`), original, /\.meta4$/);
  for (const bytes of passed(cluster)) expect(bytes).toBeGreaterThan(10 * MIB);
});

test("aria2 goes on when a secondary dies", async () => {
  await using cluster = new WebCluster();
  const { central, original } = await threeWith(cluster, LARGE);
  for (const number of [1, 2, 3]) cluster.web(number).rate = 20 * MIB;
  const download = runIn(cluster, `aria2c '${central}${ESCAPED}'`);
  await cluster.web(2).reached(8 * MIB);
  await cluster.kill(2);
  await expectRight(await download, original, /\.meta4$/);
});

/** Changes one bit of what a server sends, once, in the middle of a body. */
class FlippingProxy extends SlowProxy {
  flipped = false;
  private seen = 0;

  override passing(bytes: Uint8Array, fromServer: boolean): Uint8Array {
    if (!fromServer || this.flipped) return bytes;
    this.seen += bytes.length;
    if (this.seen < 5 * MIB) return bytes;
    const at = bytes.length - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    this.flipped = true;
    return bytes;
  }
}

test("aria2 notices a wrong byte of a secondary, and ends with the right file", async () => {
  await using cluster = new WebCluster();
  const content = randomBytes(LARGE);
  for (const number of [1, 2]) put(cluster.folder(number), NAME, content);
  cluster.startCentral(["--secondaries", "2", "--http", "0"]);
  cluster.startWebSecondary(FlippingProxy);
  cluster.startWebSecondary();
  await cluster.central.waitFor("synchronized");
  const central = await siteOf(cluster.central);
  const proxy = cluster.web(1) as FlippingProxy;
  for (const number of [1, 2]) cluster.web(number).rate = 30 * MIB;
  const download = await runIn(cluster, `aria2c -l aria2.log '${central}${ESCAPED}'`);
  expect(proxy.flipped).toBe(true);
  expect(fs.readFileSync(path.join(download.folder, "aria2.log"), "utf8")).toContain("Invalid checksum");
  await expectRight(download, path.join(cluster.folder(2), NAME), /\.(meta4|log)$/);
});

test("curl and wget are sent to a secondary, and go on with what they have", async () => {
  await using cluster = new WebCluster();
  const { central, original } = await threeWith(cluster, 5 * MIB + 11);
  const url = `'${central}${ESCAPED}'`;
  await expectRight(await runIn(cluster, `curl -sSfL -o '${OWN_NAME}' ${url}`), original, /^$/);
  const begun = `head -c 3000000 '${original}' > '${OWN_NAME}'`;
  for (const program of [`curl -sSfL -C - -o '${OWN_NAME}'`, `wget -q -c -O '${OWN_NAME}'`]) {
    const before = passed(cluster).reduce((sum, bytes) => sum + bytes, 0);
    await expectRight(await runIn(cluster, `${begun} && ${program} ${url}`), original, /^$/);
    expect(passed(cluster).reduce((sum, bytes) => sum + bytes, 0) - before).toBeLessThan(3 * MIB);
  }
  // One after the other was sent somewhere else.
  expect(passed(cluster).filter((bytes) => bytes > 0)).toHaveLength(3);
  const head = await runIn(cluster, `curl -sSfLI ${url}`);
  expect(head.out).toContain("307 Temporary Redirect");
  expect(head.out.toLowerCase()).toContain(`content-length: ${5 * MIB + 11}`);
});

test("libtorrent and aria2 take a file from the web seeds of its torrent", async () => {
  await using cluster = new WebCluster();
  const { central, original } = await threeWith(cluster, 24 * MIB + 7);
  const fetched = `curl -sSf -o file.torrent '${central}${ESCAPED}.torrent'`;
  const libtorrent = await runIn(cluster, `${fetched} && /usr/bin/python3 '${LIBTORRENT}' file.torrent .`);
  expect(libtorrent.err).toBe("");
  expect(libtorrent.out).toContain("v1 True v2 True seeding");
  await expectRight(libtorrent, original, /^file\.torrent$/);
  const aria2 = await runIn(cluster, `aria2c --seed-time=0 '${central}${ESCAPED}.torrent'`);
  await expectRight(aria2, original, /\.torrent$|^\.cache$/);
});

test("small and empty files have a metalink too", async () => {
  await using cluster = new WebCluster();
  const central = await cluster.begin(1, (folder) => {
    put(folder, "small", "content");
    put(folder, "empty", "");
  });
  const { code, out, folder } = await runIn(
    cluster,
    `aria2c -Z '${central}/files/small' '${central}/files/empty.meta4'`,
  );
  expect(`${code}${code === 0 ? "" : `\n${out}`}`).toBe("0");
  expect(fs.readFileSync(path.join(folder, "small"), "utf8")).toBe("content");
  expect(fs.statSync(path.join(folder, "empty")).size).toBe(0);
});
