import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";

/** Names and sizes: empty, small, one piece, several, and large enough for direct writes. */
const FILES = { empty: 0, "notes/small.txt": 100, "one piece": 300_000, "film.bin": 5 * MIB, "image.bin": 130 * MIB };

/** Nanoseconds since 1970. */
const timeOf = (file: string) => fs.statSync(file, { bigint: true }).mtimeNs;

test("copies and downloads have the modification time of what they are copies of, to the microsecond", async () => {
  await using cluster = await Cluster.inStep({}, (folder) => {
    for (const [index, [name, size]] of Object.entries(FILES).entries()) {
      fs.utimesSync(put(folder(1), name, randomBytes(size)), 1, 1_000_000_000.123 + index);
    }
    const old = put(folder(1), "old", "from before 1970");
    expect(Bun.spawnSync(["touch", "-d", "1960-02-03", old]).exitCode).toBe(0);
  });
  const original = (name: string) => timeOf(path.join(cluster.folder(1), name)) / 1000n;
  const dir = cluster.downloads();
  const names = Object.keys(FILES);
  expect((await cluster.get(names, { dir })).code).toBe(0);
  for (const folder of [cluster.folder(2), cluster.folder(3), dir]) {
    for (const name of names) expect(timeOf(path.join(folder, name))).toBe(original(name) * 1000n);
  }
  expect(timeOf(path.join(cluster.folder(2), "old"))).toBe(0n);
  // What is there already, and is right, keeps its time; so does a file with the same content on another server.
  fs.utimesSync(path.join(dir, "film.bin"), 5, 5);
  expect((await cluster.get(["film.bin"], { dir })).code).toBe(0);
  expect(timeOf(path.join(dir, "film.bin"))).toBe(5_000_000_000n);
});

test("the same content with other times on two servers stays as it is on each, and nothing goes to and fro", async () => {
  const bytes = randomBytes(2 * MIB);
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    for (const number of [1, 2]) fs.utimesSync(put(folder(number), "same", bytes), number, number * 1_000_000);
  });
  // A file that comes after it, so that time has passed for all.
  put(cluster.folder(1), "later", "later");
  await cluster.holds(2, ["later", "same"]);
  await cluster.secondary(2).waitFor("copied");
  for (const number of [1, 2]) {
    expect(timeOf(path.join(cluster.folder(number), "same"))).toBe(BigInt(number) * 1_000_000_000_000_000n);
    expect(cluster.secondary(number).err.all.filter((line) => line.includes('"copied"'))).toHaveLength(number - 1);
  }
});
