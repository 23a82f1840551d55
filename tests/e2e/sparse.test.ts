import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { pieceCount } from "../../src/protocol/versions/version.ts";
import { workFilesFor } from "../../src/transfer/sinks/work-files/work-files.ts";
import { Cluster } from "../support/cluster.ts";
import { MIB, markedBytes, randomBytes, same } from "../support/files.ts";

const SIZE = 300 * MIB + 123;
/** Positions and lengths of what is not zero: whole pieces, and parts of some. */
const DATA = [
  [100 * MIB, 2 * MIB],
  [200 * MIB + 300_000, 20_000],
  [300 * MIB, 123],
] as const;
const FILLED = DATA.reduce((sum, [, length]) => sum + length, 0);
/** Bytes of the pieces that are not all zeros. */
const FETCHED = 3 * MIB + 123;

function makeSparse(file: string): void {
  const image = fs.openSync(file, "w");
  fs.ftruncateSync(image, SIZE);
  for (const [position, length] of DATA) fs.writeSync(image, randomBytes(length), 0, length, position);
  fs.closeSync(image);
}

/** Bytes that a file takes on its disk. */
const taken = (file: string) => fs.statSync(file).blocks * 512;

test("a sparse file is sparse on every secondary and at the client, and its zeros do not cross the wire", async () => {
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) => makeSparse(path.join(folder(1), "vm.img")));
  const original = path.join(cluster.folder(1), "vm.img");
  // Copies, before anything is downloaded: two of them, from each other too.
  expect(cluster.passed).toBeLessThan(4 * FETCHED);
  const dir = cluster.downloads();
  const { code, results } = await cluster.get(["vm.img"], { dir });
  expect(code).toBe(0);
  expect(results[0]).toMatchObject({ event: "done", size: SIZE, resumedBytes: 0 });
  expect((results[0]?.receivedBytes ?? 0) - (results[0]?.duplicateBytes ?? 0)).toBe(FETCHED);
  const copies = [path.join(cluster.folder(2), "vm.img"), path.join(cluster.folder(3), "vm.img")];
  for (const file of [...copies, path.join(dir, "vm.img")]) {
    expect(await same(file, original)).toBe(true);
    expect(taken(file)).toBeLessThan(FILLED + MIB);
  }
  const read = cluster.client(["get", "vm.img", "-o", "-"], { binary: true });
  expect(await read.within(read.exited, "ends")).toBe(0);
  const output = path.join(dir, "read.img");
  fs.writeFileSync(output, Buffer.concat(read.bytes));
  expect(await same(output, original)).toBe(true);
});

test("a sparse download that is killed and resumed stays sparse, and fetches the rest of its data alone", async () => {
  const data = 40 * MIB;
  await using cluster = await Cluster.inStep({ count: 2, proxies: true }, (folder) => {
    const image = fs.openSync(path.join(folder(1), "vm.img"), "w");
    fs.ftruncateSync(image, SIZE);
    for (const position of [50 * MIB, 250 * MIB]) fs.writeSync(image, randomBytes(data / 2), 0, data / 2, position);
    fs.closeSync(image);
  });
  const dir = cluster.downloads();
  cluster.slow(4 * MIB);
  const get = cluster.getting(["vm.img"], { dir });
  const { journal } = workFilesFor(path.join(dir, "vm.img"));
  // The pieces of zeros are there from the start.
  const zeros = pieceCount(SIZE) * MIB - data;
  await cluster.until("a part of it is there", () => markedBytes(journal) > zeros + 2 * MIB);
  await get.kill();
  cluster.fast();
  const { code, results } = await cluster.get(["vm.img"], { dir });
  expect(code).toBe(0);
  const [result] = results;
  if (!result) throw new Error("no result");
  expect(result.resumedBytes).toBeGreaterThan(2 * MIB);
  expect(result.resumedBytes + result.receivedBytes - result.duplicateBytes).toBe(data);
  const file = path.join(dir, "vm.img");
  expect(await same(file, path.join(cluster.folder(1), "vm.img"))).toBe(true);
  expect(taken(file)).toBeLessThan(data + 3 * MIB);
});
