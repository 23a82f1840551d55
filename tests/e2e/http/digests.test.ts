import { expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import path from "node:path";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import { Cluster } from "../../support/cluster.ts";
import { digestsOf } from "../../support/digests.ts";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { siteOf } from "../../support/site.ts";
import { readTorrent } from "../../support/torrent.ts";

setDefaultTimeout(120_000);

const HTTP = ["--http", "0"];
const FILES = { "empty.bin": 0, "large.bin": 5 * MIB + 7, "small.bin": 5 };

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test("a secondary makes SHA-256 once it has HTTP: of the files it has, of copies and of new ones, and the list says them", async () => {
  const contents = Object.entries(FILES).map(([name, size]) => ({ name, bytes: randomBytes(size) }));
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    for (const { name, bytes } of contents) put(folder(1), name, bytes);
  });
  await cluster.settled([1, 2], contents.length);
  const known = async () => (await cluster.list()).map(({ name, sha256: hash }) => [name, hash]);
  const expected = () => contents.map(({ name, bytes }) => [name, sha256(bytes)]);
  expect(await known()).toEqual(contents.map(({ name }) => [name, undefined]));
  // It has copies alone.
  await cluster.kill(2);
  cluster.startSecondary(2, { args: HTTP });
  await cluster.until("the SHA-256 of all files are known", async () => {
    return (await known()).every(([, hash]) => hash !== undefined);
  });
  expect(await known()).toEqual(expected());
  const late = { name: "new.bin", bytes: randomBytes(MIB + 1) };
  contents.splice(2, 0, late);
  put(cluster.folder(2), late.name, late.bytes);
  await cluster.settled([1, 2], contents.length);
  await cluster.until("that of the new one, too", async () => (await known()).every(([, hash]) => hash !== undefined));
  expect(await known()).toEqual(expected());
  const { results } = await cluster.get([late.name]);
  expect(results.map((result) => result.sha256)).toEqual([sha256(late.bytes)]);
});

test("a metalink has the hashes of every piece as two secondaries made them, each for itself", async () => {
  const bytes = randomBytes(3 * MIB + 1);
  await using cluster = new Cluster();
  put(cluster.folder(1), "film.bin", bytes);
  cluster.startCentral(["--secondaries", "2", ...HTTP]);
  for (const number of [1, 2]) cluster.startSecondary(number, { args: HTTP });
  const central = await siteOf(cluster.central);
  await cluster.central.waitFor("synchronized");
  await cluster.settled([1, 2], 1);
  const answer = await fetch(`${central}/files/film.bin.meta4`);
  const text = await answer.text();
  const hashes = [...text.matchAll(/<hash[^>]*>([0-9a-f]{64})</g)].map((match) => match[1]);
  const pieces = [0, 1, 2, 3].map((piece) => sha256(bytes.subarray(piece * MIB, (piece + 1) * MIB)));
  expect(hashes).toEqual([sha256(bytes), ...pieces]);
});

test("what a torrent needs is made by two secondaries when it is first asked for, and they keep it", async () => {
  const bytes = randomBytes(3 * MIB + 1);
  await using cluster = new Cluster();
  for (const number of [1, 2, 3]) put(cluster.folder(number), "film.bin", bytes);
  const central = cluster.startCentral(["--secondaries", "3", ...HTTP]);
  for (const number of [1, 2, 3]) cluster.startSecondary(number, { args: HTTP });
  const site = await siteOf(central);
  await central.waitFor("synchronized");
  await cluster.settled([1, 2, 3], 1);
  const id = (await cluster.list())[0]?.id ?? "";
  const answer = await fetch(`${site}/files/film.bin.torrent`);
  const torrent = Buffer.from(await answer.arrayBuffer());
  const { "sha-1": sha1, merkle } = digestsOf(bytes);
  expect(answer.status).toBe(200);
  expect(Buffer.from(readTorrent(torrent).info.pieces)).toEqual(Buffer.from(sha1));
  const kept = async (number: number) => {
    await cluster.kill(number);
    const store = new SecondaryStore(path.join(cluster.data(number), `secondary${number}.sqlite`));
    const digests = store.digests(id, "merkle");
    store.close();
    return digests && Buffer.from(digests).equals(merkle);
  };
  expect([await kept(1), await kept(2), await kept(3)].filter(Boolean)).toEqual([true, true]);
});
