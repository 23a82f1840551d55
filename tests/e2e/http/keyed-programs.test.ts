import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { MIB, put, randomBytes, same } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import { shell } from "../../support/run.ts";

setDefaultTimeout(180_000);

const NAME = "films/año 1.mkv";
const ESCAPED = "films/a%C3%B1o%201.mkv";

/** A cluster with a key, and two secondaries that hold a film, over HTTPS; and how aria2 is started that knows its authority. */
async function served(cluster: KeyedCluster) {
  const own = await cluster.newKey();
  const keyed = ["--http", "0", "--key-file", own];
  put(cluster.folder(1), NAME, randomBytes(24 * MIB + 7));
  cluster.startCentral(["--secondaries", "2", ...keyed]);
  for (const number of [1, 2]) cluster.startSecondary(number, { args: keyed });
  await cluster.central.waitFor("synchronized");
  const access = await HttpAccess.of(cluster);
  const folder = path.join(cluster.root, "downloads");
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(cluster.root, "ca.pem"), access.authority);
  const aria2 = `aria2c --ca-certificate='${path.join(cluster.root, "ca.pem")}'`;
  return { site: (await access.site(cluster.central)).replace("127.0.0.1", "localhost"), access, folder, aria2 };
}

async function expectFilm(cluster: KeyedCluster, folder: string, line: string): Promise<void> {
  const { code, out, err } = await shell(line, { cwd: folder });
  expect(`${code}${code === 0 ? "" : `\n${out}${err}`}`).toBe("0");
  expect(await same(path.join(folder, path.basename(NAME)), path.join(cluster.folder(1), NAME))).toBe(true);
  fs.rmSync(path.join(folder, path.basename(NAME)));
}

test("aria2 with a token takes a file by its metalink and by its torrent from secondaries that it shows none", async () => {
  await using cluster = new KeyedCluster();
  const { site, access, folder, aria2 } = await served(cluster);
  const shown = `--http-user=ana --http-passwd='${await access.token("--read")}'`;
  const film = `${site}/files/${ESCAPED}`;
  await expectFilm(cluster, folder, `${aria2} ${shown} '${film}'`);
  await expectFilm(cluster, folder, `${aria2} ${shown} '${film}.meta4'`);
  await expectFilm(cluster, folder, `${aria2} ${shown} --seed-time=0 --enable-dht=false '${film}.torrent'`);
  // The torrent and the metalink alone are enough for some hours: their addresses are signed.
  for (const suffix of ["torrent", "meta4"]) {
    const response = await access.get(`${film}.${suffix}`, await access.token("--read"));
    fs.writeFileSync(path.join(folder, `film.${suffix}`), Buffer.from(await response.arrayBuffer()));
    const option = suffix === "torrent" ? "--torrent-file=film.torrent --seed-time=0" : "--metalink-file=film.meta4";
    await expectFilm(cluster, folder, `${aria2} --enable-dht=false ${option}`);
  }
  const none = await shell(`${aria2} '${film}'`, { cwd: folder });
  expect(none.code).not.toBe(0);
});

test("what a playlist of client serve names a player gets without a token, and nothing else", async () => {
  await using cluster = new KeyedCluster();
  const { access } = await served(cluster);
  const cache = path.join(cluster.root, "cache");
  const words = ["serve", "--http", "0.0.0.0:0", "--cache-dir", cache, "--log", "json", "--key-file", cluster.own];
  const site = (await access.site(cluster.client(words))).replace("0.0.0.0", "127.0.0.1");
  const list = await access.get(`${site}/playlist.m3u8?folder=films`, await access.token("--read"));
  const [, title, address = ""] = (await list.text()).split("\n");
  expect([list.status, title]).toEqual([200, "#EXTINF:-1,año 1.mkv"]);
  expect(address).toStartWith(`${site}/files/${ESCAPED}?version=`);
  const film = await access.get(address, null);
  const content = Buffer.from(await film.arrayBuffer());
  expect(content.equals(fs.readFileSync(path.join(cluster.folder(1), NAME)))).toBe(true);
  const part = await fetch(address, { headers: { range: "bytes=5-9" }, tls: { ca: access.authority } });
  expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, content.subarray(5, 10)]);
  const status = async (url: string) => (await access.get(url, null)).status;
  const [plain = "", query = ""] = address.split("?");
  expect([await status(plain), await status(`${site}/files/?${query}`)]).toEqual([401, 403]);
  expect(await status(`${site}/playlist.m3u8?${query}`)).toBe(401);
  // Another version is another file.
  put(cluster.folder(1), NAME, "another film");
  await cluster.until("it has the new version", async () => (await status(address)) === 410);
});
