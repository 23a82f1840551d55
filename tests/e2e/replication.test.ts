import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, markedBytes, put, randomBytes, same, shared, textOf } from "../support/files.ts";
import { EXECUTABLE } from "../support/process.ts";

const ALL = [1, 2, 3];

/** Waits until every secondary has this text, or nothing, under a name. */
function everywhere(cluster: Cluster, name: string, text: string | null, numbers = ALL): Promise<void> {
  return cluster.until(`${name} is ${text} everywhere`, () =>
    numbers.every((number) => textOf(cluster.folder(number), name) === text),
  );
}

/** Whether the shared folders of two secondaries hold the same files, byte for byte. */
async function alike(cluster: Cluster, left: number, right: number): Promise<boolean> {
  const folders = [cluster.folder(left), cluster.folder(right)];
  const diff = Bun.spawn(["diff", "-rq", "--exclude=.redes", ...folders], { stdout: "ignore" });
  return (await diff.exited) === 0;
}

describe("in a running cluster", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await Cluster.inStep({}, (folder) => {
      put(folder(1), "one.bin", randomBytes(5 * MIB + 3));
      put(folder(1), "in place.txt", "old");
      put(folder(2), "sub/folder/été à Málaga/\"it's\" 'quoted' 🎬.bin", randomBytes(70_000));
      put(folder(2), "by rename.txt", "old");
      put(folder(3), "empty", "");
      put(folder(3), "sub/one byte", "x");
      put(folder(3), "to move.txt", "moved");
      put(folder(3), "to delete/here.txt", "deleted");
      put(folder(3), "to remove/here.txt", "removed");
      put(folder(1), ".hidden", "h");
      put(folder(1), "sub/.hidden/file", "h");
      const outside = put(path.dirname(folder(1)), "outside/secret.txt", "secret");
      fs.symlinkSync(outside, path.join(folder(1), "link to a file outside"));
      fs.symlinkSync(path.dirname(outside), path.join(folder(1), "link to a folder outside"));
      fs.symlinkSync("nowhere", path.join(folder(1), "link to nothing"));
    });
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test("every secondary holds every file of every other, and nothing hidden or outside", async () => {
    const names = (await cluster.list()).map(({ name }) => name);
    for (const number of [2, 3]) {
      expect(shared(cluster.folder(number))).toEqual([...names].sort());
      for (const name of names) {
        expect(await same(path.join(cluster.folder(1), name), path.join(cluster.folder(number), name))).toBe(true);
      }
    }
    expect(names.filter((name) => name.includes("link") || name.includes("hidden"))).toEqual([]);
    expect(names.length).toBe(9);
  });

  test("a new file comes to all", async () => {
    put(cluster.folder(2), "new/deep/file.txt", "new");
    await everywhere(cluster, "new/deep/file.txt", "new");
  });

  test("a file that is written over in place is replaced everywhere", async () => {
    put(cluster.folder(2), "in place.txt", "new, and longer than before");
    await everywhere(cluster, "in place.txt", "new, and longer than before");
    put(cluster.folder(3), "in place.txt", "third");
    await everywhere(cluster, "in place.txt", "third");
  });

  test("a file that another is renamed over is replaced everywhere", async () => {
    const draft = put(cluster.folder(1), ".draft", "new");
    fs.renameSync(draft, path.join(cluster.folder(1), "by rename.txt"));
    await everywhere(cluster, "by rename.txt", "new");
    expect((await cluster.list()).filter(({ name }) => name.includes("conflict"))).toEqual([]);
  });

  test("a renamed file appears under its new name, and its old name is copied back", async () => {
    const folder = cluster.folder(2);
    fs.renameSync(path.join(folder, "to move.txt"), path.join(folder, "moved here.txt"));
    await everywhere(cluster, "moved here.txt", "moved");
    await everywhere(cluster, "to move.txt", "moved");
  });

  test("a deleted file is copied back, and so is a whole folder", async () => {
    fs.rmSync(path.join(cluster.folder(1), "to delete"), { recursive: true });
    await everywhere(cluster, "to delete/here.txt", "deleted");
  });

  test("a file removed at the central's console goes everywhere, with the folder that it leaves empty", async () => {
    cluster.central.type("remove to remove/here.txt");
    await cluster.central.waitFor("removed", ({ name }) => name === "to remove/here.txt");
    await everywhere(cluster, "to remove/here.txt", null);
    await cluster.until("the folder goes", () =>
      ALL.every((n) => !fs.existsSync(path.join(cluster.folder(n), "to remove"))),
    );
    cluster.central.type("remove no such file");
    await cluster.central.says(/there is no file no such file/);
    // The name is free again.
    put(cluster.folder(2), "to remove/here.txt", "back");
    await everywhere(cluster, "to remove/here.txt", "back");
  });

  test("a file that is still being written is not announced", async () => {
    const file = path.join(cluster.folder(1), "growing.bin");
    const fd = fs.openSync(file, "w");
    fs.writeSync(fd, "begin");
    // What comes later and is in step tells that the folder has been looked at since.
    put(cluster.folder(1), "later.txt", "later");
    await everywhere(cluster, "later.txt", "later");
    put(cluster.folder(1), "still later.txt", "later");
    await everywhere(cluster, "still later.txt", "later");
    expect((await cluster.list()).map(({ name }) => name)).not.toContain("growing.bin");
    expect(fs.existsSync(path.join(cluster.folder(2), "growing.bin"))).toBe(false);
    fs.writeSync(fd, " end");
    fs.closeSync(fd);
    await everywhere(cluster, "growing.bin", "begin end");
    expect((await cluster.list()).filter(({ name }) => name.includes("conflict"))).toEqual([]);
  });
});

describe("conflicts", () => {
  /** The names that hold texts, by text. */
  function texts(cluster: Cluster, number: number): Record<string, string> {
    const folder = cluster.folder(number);
    return Object.fromEntries(shared(folder).map((name) => [textOf(folder, name) ?? "", name]));
  }

  async function bothKept(cluster: Cluster, numbers: readonly number[], left: string, right: string): Promise<void> {
    await cluster.settled(numbers, 2);
    const [first] = numbers;
    if (first === undefined) throw new Error("no secondaries");
    const names = texts(cluster, first);
    expect(Object.keys(names).sort()).toEqual([left, right].sort());
    const [kept, other] = [names[left], names[right]].sort((a, b) => (a ?? "").length - (b ?? "").length);
    expect(kept).toBe("notes/doc.txt");
    expect(other).toMatch(/^notes\/doc\.conflict-[0-9a-f]{8}\.txt$/);
    const listed = (await cluster.list()).find(({ name }) => name === other);
    expect(other).toContain(`-${listed?.hash.slice(0, 8)}.`);
    for (const number of numbers) expect(texts(cluster, number)).toEqual(names);
    await cluster.central.waitFor("conflict", ({ as }) => as === other);
    await cluster.until("a secondary warns", () => numbers.some((n) => cluster.secondary(n).count("conflict") > 0));
  }

  test("two that never agreed: both versions are kept", async () => {
    await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
      put(folder(1), "notes/doc.txt", "mine");
      put(folder(2), "notes/doc.txt", "yours");
    });
    await bothKept(cluster, [1, 2], "mine", "yours");
  });

  test("both changed while the central was away: both versions are kept", async () => {
    await using cluster = await Cluster.inStep({ count: 3 }, (folder) => put(folder(1), "notes/doc.txt", "agreed"));
    await cluster.kill(0);
    put(cluster.folder(1), "notes/doc.txt", "mine");
    put(cluster.folder(2), "notes/doc.txt", "yours");
    cluster.startCentral();
    await cluster.until("the conflict is seen", () => cluster.central.count("conflict") > 0);
    await bothKept(cluster, [1, 2, 3], "mine", "yours");
  });

  test("changed on one side while the other was down: the newer version wins without a conflict", async () => {
    await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "notes/doc.txt", "agreed"));
    await cluster.kill(2);
    put(cluster.folder(1), "notes/doc.txt", "newer");
    await cluster.until("the newer one is there", async () => (await cluster.list())[0]?.size === 5);
    cluster.startSecondary(2);
    await everywhere(cluster, "notes/doc.txt", "newer", [1, 2]);
    await cluster.settled([1, 2], 1);
    expect(cluster.central.count("conflict")).toBe(0);
  });
});

test("a removed file stays removed: for a secondary that was away, and after restarts", async () => {
  await using cluster = await Cluster.inStep({}, (folder) => {
    put(folder(1), "gone.txt", "gone");
    put(folder(1), "stays.txt", "stays");
  });
  await cluster.kill(3);
  cluster.central.type("ELIMINAR gone.txt");
  await everywhere(cluster, "gone.txt", null, [1, 2]);
  await Promise.all([0, 1].map((number) => cluster.kill(number)));
  cluster.startCentral();
  cluster.startSecondary(3);
  await cluster.secondary(3).waitFor("removed");
  cluster.startSecondary(1);
  await cluster.settled(ALL, 1);
  for (const number of ALL) expect(shared(cluster.folder(number))).toEqual(["stays.txt"]);
});

test("a secondary that was away and has changed a removed file keeps its own", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "doc.txt", "agreed"));
  await cluster.kill(2);
  cluster.central.type("remove doc.txt");
  await everywhere(cluster, "doc.txt", null, [1]);
  put(cluster.folder(2), "doc.txt", "worked on meanwhile");
  cluster.startSecondary(2);
  await everywhere(cluster, "doc.txt", "worked on meanwhile", [1, 2]);
});

test("a secondary killed while it copies goes on where it was", async () => {
  const size = 32 * MIB + 11;
  await using cluster = await Cluster.inStep({ count: 1, proxies: true }, (folder) => {
    put(folder(1), "large.bin", randomBytes(size));
  });
  cluster.slow(16 * MIB);
  cluster.startSecondary(2);
  const begun = () => everything(cluster.folder(2)).filter((name) => name.endsWith(".part"));
  const marked = () =>
    begun().reduce((sum, name) => sum + markedBytes(path.join(cluster.folder(2), `${name}.journal`)), 0);
  await cluster.until("a part of it is there", () => marked() > 8 * MIB);
  await cluster.kill(2);
  expect(begun()).toHaveLength(1);
  const there = marked();
  cluster.slow(Number.POSITIVE_INFINITY);
  cluster.startSecondary(2);
  await cluster.settled([1, 2], 1);
  const { passed } = cluster.proxy(1);
  expect(passed).toBeGreaterThanOrEqual(size - there);
  expect(passed).toBeLessThan(size - there + MIB);
  expect(await same(path.join(cluster.folder(1), "large.bin"), path.join(cluster.folder(2), "large.bin"))).toBe(true);
});

test("a copy that somebody has touched while its secondary was away is read, and what is wrong comes again", async () => {
  await using cluster = await Cluster.inStep({ count: 1, proxies: true }, (folder) => {
    put(folder(1), "large.bin", randomBytes(32 * MIB));
  });
  cluster.slow(16 * MIB);
  cluster.startSecondary(2);
  await cluster.sent([1], 12 * MIB);
  await cluster.kill(2);
  const [part = ""] = everything(cluster.folder(2)).filter((name) => name.endsWith(".part"));
  const fd = fs.openSync(path.join(cluster.folder(2), part), "r+");
  fs.writeSync(fd, new Uint8Array(20 * MIB));
  fs.closeSync(fd);
  cluster.fast();
  cluster.startSecondary(2);
  await cluster.settled([1, 2], 1);
  expect(cluster.secondary(2).count("checking")).toBe(1);
  expect(await same(path.join(cluster.folder(1), "large.bin"), path.join(cluster.folder(2), "large.bin"))).toBe(true);
});

test("10,000 small files", async () => {
  const files = 10_000;
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => {
    for (let index = 0; index < files; index++) put(folder(1), `${index % 50}/file ${index}.txt`, `content ${index}`);
  });
  expect((await cluster.list()).length).toBe(files);
  expect(await alike(cluster, 1, 2)).toBe(true);
  expect(everything(path.join(cluster.folder(2), ".redes"))).toEqual(["marker"]);
});

/** Where a file of this size costs the least: in memory if there is plenty. */
function roomyFolder(size: number): string {
  const memory = "/dev/shm";
  if (!fs.existsSync(memory) || os.freemem() < 2 * size) return os.tmpdir();
  const { bavail, bsize } = fs.statfsSync(memory);
  return bavail * bsize < 1.5 * size ? os.tmpdir() : memory;
}

test("a sparse file of 5 GiB, copied, and downloaded in order", async () => {
  const size = 5 * 1024 * MIB + 12_345;
  const name = "disk image.raw";
  const places = [0, 4 * 1024 * MIB - 500, size - 1000];
  await using cluster = await Cluster.inStep({ count: 2, parent: roomyFolder(size) }, (folder) => {
    const fd = fs.openSync(path.join(folder(1), name), "w");
    fs.ftruncateSync(fd, size);
    for (const place of places) fs.writeSync(fd, randomBytes(1000), 0, 1000, place);
    fs.closeSync(fd);
  });
  const image = path.join(cluster.folder(1), name);
  // Downloaded bytes are only compared with the copy and not kept: one of the two on the disk is enough.
  const script = 'set -o pipefail; "$0" client get "$1" -o - --quiet --central-port "$2" | cmp - "$3"';
  const args = [EXECUTABLE, name, String(cluster.centralPort), path.join(cluster.folder(2), name)];
  const shell = Bun.spawn(["bash", "-c", script, ...args], { stdout: "inherit", stderr: "inherit" });
  expect(await shell.exited).toBe(0);
  expect(await same(image, path.join(cluster.folder(2), name))).toBe(true);
});
