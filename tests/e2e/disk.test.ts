import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, same, textOf } from "../support/files.ts";
import { run } from "../support/run.ts";

const RATE = 2 * MIB;

/** Until the central says this of secondary 1. */
function becomes(cluster: Cluster, wanted: string): Promise<void> {
  return cluster.until(`secondary 1 is ${wanted}`, async () => {
    const { secondaries } = await cluster.status();
    return secondaries.find(({ number }) => number === 1)?.state === wanted;
  });
}

test("a folder whose disk goes while a file is copied is not written to, and all goes on when it is back", async () => {
  await using cluster = await Cluster.inStep({ count: 2, proxies: true }, (folder) => put(folder(1), "old.txt", "old"));
  const folder = cluster.folder(1);
  cluster.slow(RATE);
  put(cluster.folder(2), "film.bin", randomBytes(8 * MIB));
  await cluster.sent([2], MIB);
  fs.renameSync(folder, `${folder}-away`);
  fs.mkdirSync(folder);
  await becomes(cluster, "disk missing");
  put(folder, "stranger.txt", "of the disk beneath");
  put(cluster.folder(2), "new.txt", "new");
  cluster.fast();
  await cluster.until("the other one is known", async () => (await cluster.list()).length === 3);
  const { code, results } = await cluster.get(["old.txt"]);
  expect(code).toBe(0);
  expect(results[0]?.sources.map(({ number }) => number)).toEqual([2]);
  expect((await cluster.list()).map(({ name, sources }) => [name, sources])).toEqual([
    ["film.bin", 1],
    ["new.txt", 1],
    ["old.txt", 1],
  ]);
  expect(everything(folder)).toEqual(["stranger.txt"]);
  fs.rmSync(folder, { recursive: true });
  fs.renameSync(`${folder}-away`, folder);
  await cluster.secondary(1).waitFor("disk-back");
  await cluster.settled([1, 2], 3);
  expect(await same(path.join(folder, "film.bin"), path.join(cluster.folder(2), "film.bin"))).toBe(true);
  expect(cluster.secondary(1).count("disk-missing")).toBe(1);
  expect(cluster.central.count("unfetched")).toBe(0);
  expect(textOf(cluster.folder(2), "stranger.txt")).toBeNull();
});

test("an empty folder at the start is left alone, until it is adopted", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "old.txt", "old"));
  await cluster.settled([1, 2], 1);
  await cluster.secondary(1).terminate();
  const folder = cluster.folder(1);
  fs.rmSync(folder, { recursive: true });
  await cluster.startSecondary(1).waitFor("disk-missing");
  await becomes(cluster, "disk missing");
  expect(everything(folder)).toEqual([]);
  await cluster.secondary(1).terminate();
  cluster.startSecondary(1, { args: ["--adopt-folder"] });
  await cluster.settled([1, 2], 1);
  expect(textOf(folder, "old.txt")).toBe("old");
});

test("a second secondary on the same folder is refused in one line", async () => {
  await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.txt", "a"));
  const link = path.join(cluster.root, "link");
  fs.symlinkSync(cluster.folder(1), link);
  for (const dir of [cluster.folder(1), link]) {
    const args = ["secondary", "-n", "2", "--port", "0", "--dir", dir, "--data", cluster.data(2)];
    const { code, out, err } = await run(args, { cwd: cluster.root });
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: `redes: ${dir} is shared by secondary 1 already; share another folder\n`,
    });
  }
});

test("what .redesignore names, and what other programs have not finished, is on no other server", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    put(folder(1), ".redesignore", "*.log\n");
    put(folder(1), "a.log", "log");
    put(folder(1), "film.mkv.part", "half");
    put(folder(1), "b.txt", "b");
    put(folder(2), "c.log", "log of another");
  });
  await cluster.holds(2, ["b.txt", "c.log"]);
  fs.renameSync(path.join(cluster.folder(1), "film.mkv.part"), path.join(cluster.folder(1), "film.mkv"));
  await cluster.holds(2, ["b.txt", "c.log", "film.mkv"]);
  fs.rmSync(path.join(cluster.folder(1), ".redesignore"));
  await cluster.settled([1, 2], 4);
  await cluster.holds(1, ["a.log", "b.txt", "c.log", "film.mkv"]);
});
