import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, same } from "../support/files.ts";

const LARGE = ["one.bin", "two.bin", "deep/three.bin"];
const SMALL = Array.from({ length: 300 }, (_, index) => `notes/${index}.txt`);
/** Bytes for everything that is sent except the contents of files. */
const TALK = MIB / 2;

test("a renamed folder of files that all hold is taken from what is there, and hardly a byte crosses the network", async () => {
  const names = [...LARGE, ...SMALL];
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) => {
    for (const name of LARGE) put(folder(1), `album/${name}`, randomBytes(6 * MIB));
    for (const name of SMALL) put(folder(1), `album/${name}`, randomBytes(10_000));
  });
  await cluster.settled([1, 2, 3], names.length);
  // Counts anew.
  cluster.slow(Number.POSITIVE_INFINITY);
  fs.renameSync(path.join(cluster.folder(1), "album"), path.join(cluster.folder(1), "Album 2026"));
  // Everybody has it under the new names; the old ones, which vanished, come back: only `remove` removes.
  const both = names.flatMap((name) => [`album/${name}`, `Album 2026/${name}`]);
  for (const number of [1, 2, 3]) await cluster.holds(number, both);
  await cluster.settled([1, 2, 3], both.length);
  for (const number of [1, 2, 3]) {
    for (const name of [...LARGE, "notes/7.txt"]) {
      const original = path.join(cluster.folder(1), "Album 2026", name);
      expect(await same(path.join(cluster.folder(number), "Album 2026", name), original)).toBe(true);
      expect(await same(path.join(cluster.folder(number), "album", name), original)).toBe(true);
    }
    const staged = fs.readdirSync(path.join(cluster.folder(number), ".redes"));
    expect(staged.filter((name) => name !== "kept" && name !== "marker")).toEqual([]);
  }
  expect(cluster.passed).toBeLessThan(TALK);
});

test("what was removed, and is put there again under another name, is taken from what is kept", async () => {
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) => {
    put(folder(1), "film.bin", randomBytes(6 * MIB));
    put(folder(1), "other", "something else");
  });
  const own = put(cluster.root, "own copy", fs.readFileSync(path.join(cluster.folder(1), "film.bin")));
  cluster.central.type("remove film.bin");
  for (const number of [1, 2, 3]) await cluster.holds(number, ["other"]);
  cluster.slow(Number.POSITIVE_INFINITY);
  fs.renameSync(own, path.join(cluster.folder(1), "the film.bin"));
  for (const number of [1, 2, 3]) await cluster.holds(number, ["other", "the film.bin"]);
  const original = path.join(cluster.folder(1), "the film.bin");
  for (const number of [2, 3])
    expect(await same(path.join(cluster.folder(number), "the film.bin"), original)).toBe(true);
  expect(cluster.passed).toBeLessThan(TALK);
});
