import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { workFilesFor } from "../../src/transfer/sinks/work-files/work-files.ts";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, markedBytes, put, randomBytes, same, unfinished } from "../support/files.ts";
import { EXECUTABLE } from "../support/process.ts";

const FILM = 24 * MIB + 17;
const ODD = [
  "empty",
  "one byte",
  "películas/été à Málaga/\"it's\" a 'test'.txt",
  "🎬/日本 émoji 👩‍👩‍👧.bin",
  "-starts with a dash",
  "a.b/c d/e'f/g\"h/$HOME `x` \\ &;|*?.txt",
];

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.inStep({ proxies: true }, (folder) => {
    put(folder(1), "film.bin", randomBytes(FILM));
    put(folder(2), "other.bin", randomBytes(9 * MIB));
    ODD.forEach((name, index) => {
      put(folder(3), name, randomBytes(index < 2 ? index : 1000 * index));
    });
  });
});

afterEach(() => cluster.fast());

afterAll(() => cluster[Symbol.asyncDispose]());

function original(name: string): string {
  return path.join(cluster.folder(1), name);
}

test("a file comes in parts from all three secondaries, byte for byte", async () => {
  cluster.slow(12 * MIB);
  const dir = cluster.downloads();
  const { code, results } = await cluster.get(["film.bin"], { dir });
  expect(code).toBe(0);
  const [result] = results;
  if (!result) throw new Error("no result");
  expect(Object.keys(result)).toEqual(
    "event name path size id hash blake3 seconds resumedBytes receivedBytes duplicateBytes retries sources".split(" "),
  );
  const [listed] = (await cluster.list()).filter(({ name }) => name === "film.bin");
  expect(Object.keys(listed ?? {})).toEqual(["name", "size", "id", "hash", "sources", "blake3"]);
  const file = path.join(dir, "film.bin");
  expect(result).toMatchObject({
    event: "done",
    name: "film.bin",
    path: file,
    size: FILM,
    resumedBytes: 0,
    retries: 0,
  });
  expect(result.hash).toBe(listed?.hash ?? "");
  expect(result.receivedBytes - result.duplicateBytes).toBe(FILM);
  expect(result.sources.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(result.sources.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(result.receivedBytes);
  for (const { number, address, bytes } of result.sources) {
    expect(bytes).toBeGreaterThan(FILM / 6);
    expect(address).toBe(`127.0.0.1:${cluster.proxy(number).port}`);
  }
  expect(await same(file, original("film.bin"))).toBe(true);
  expect(everything(dir)).toEqual(["film.bin"]);
});

test("several files of one get, with odd names, empty and of one byte", async () => {
  const dir = cluster.downloads();
  const names = ["film.bin", "other.bin", ...ODD];
  const get = cluster.client(["get", "--json", "--dir", dir, "--", ...names]);
  const { code, results } = await cluster.finish(get);
  expect(code).toBe(0);
  expect(results.map(({ name }) => name).sort()).toEqual([...names].sort());
  expect(everything(dir)).toEqual([...names].sort());
  for (const name of names) expect(await same(path.join(dir, name), original(name))).toBe(true);
});

test("several clients at once", async () => {
  cluster.slow(24 * MIB);
  const folders = [1, 2, 3, 4].map(() => cluster.downloads());
  const ends = await Promise.all(folders.map((dir) => cluster.get(["film.bin", "other.bin"], { dir })));
  for (const [index, { code }] of ends.entries()) {
    expect(code).toBe(0);
    for (const name of ["film.bin", "other.bin"]) {
      expect(await same(path.join(folders[index] ?? "", name), original(name))).toBe(true);
    }
  }
});

test("to stdout, in order, with nothing else on it", async () => {
  cluster.slow(24 * MIB);
  const get = cluster.client(["get", "film.bin", "-o", "-"], { binary: true });
  expect(await get.within(get.exited, "ends")).toBe(0);
  const digest = createHash("sha256");
  for (const chunk of get.bytes) digest.update(chunk);
  expect(digest.digest("hex")).toBe(
    createHash("sha256")
      .update(fs.readFileSync(original("film.bin")))
      .digest("hex"),
  );
});

test("to a reader of stdout that leaves", async () => {
  const script = 'set -o pipefail; "$0" client get film.bin -o - --central-port "$1" | head -c 100000 >&2';
  const shell = Bun.spawn(["bash", "-c", script, EXECUTABLE, String(cluster.centralPort)], { stderr: "pipe" });
  const text = await shell.stderr.text();
  expect(await shell.exited).toBe(1);
  expect(text).toContain("the reader of the output is gone");
});

test("to another path, and what is there already", async () => {
  const file = path.join(cluster.downloads(), "new folder", "copy.bin");
  expect((await cluster.get(["film.bin"], { args: ["--output", file] })).code).toBe(0);
  expect(await same(file, original("film.bin"))).toBe(true);

  const again = await cluster.get(["film.bin"], { args: ["-o", file] });
  expect(again.code).toBe(0);
  expect(again.results).toMatchObject([{ event: "done", receivedBytes: 0, sources: [] }]);

  fs.writeFileSync(file, "my own notes");
  const refused = await cluster.get(["film.bin"], { args: ["-o", file] });
  expect(refused.code).toBe(1);
  expect(refused.results).toMatchObject([{ event: "failed", receivedBytes: 0 }]);
  expect(refused.results[0]?.error).toContain("--force");
  expect(fs.readFileSync(file, "utf8")).toBe("my own notes");

  expect((await cluster.get(["film.bin"], { args: ["-o", file, "--force"] })).code).toBe(0);
  expect(await same(file, original("film.bin"))).toBe(true);
  expect(everything(path.dirname(file))).toEqual(["copy.bin"]);
});

test("exit codes 3 and 1: no such file, beside one that there is", async () => {
  const { code, results } = await cluster.get(["no such file"]);
  expect(code).toBe(3);
  expect(results).toMatchObject([{ event: "failed", name: "no such file", size: null, hash: null }]);
  expect((await cluster.get(["no such file", "one byte"])).code).toBe(3);
});

test("exit code 4 when there is no central: list and status at once, get when its time to wait is over", async () => {
  const other = new Cluster();
  for (const command of ["list", "status"]) {
    const began = performance.now();
    const program = other.client([command, "--json"]);
    expect(await program.within(program.exited, "ends")).toBe(4);
    expect(program.err.all.join()).toMatch(/the central.* cannot be reached: .*127\.0\.0\.1:\d+: nobody listens there/);
    expect(program.out.all).toEqual([]);
    expect(performance.now() - began).toBeLessThan(5000);
  }
  const began = performance.now();
  const { code, results } = await other.get(["a"], { args: ["--wait", "3"] });
  expect(code).toBe(4);
  expect(results).toMatchObject([{ event: "failed", name: "a" }]);
  expect(performance.now() - began).toBeGreaterThan(3000);
  expect(performance.now() - began).toBeLessThan(20_000);
  expect(results[0]?.error).toContain("nobody listens there");
  await other[Symbol.asyncDispose]();
});

/** Begins a download and kills the client in the middle; gives the bytes that had come. */
async function interrupted(dir: string): Promise<number> {
  cluster.slow(4 * MIB);
  const get = cluster.getting(["film.bin"], { dir });
  const { journal } = workFilesFor(path.join(dir, "film.bin"));
  await cluster.until("a part of it is there", () => markedBytes(journal) > 5 * MIB);
  await get.kill();
  const { passed } = cluster;
  expect(everything(dir)).toEqual(unfinished("film.bin"));
  cluster.fast();
  return passed;
}

test("a client killed in the middle resumes: only what is missing comes", async () => {
  const dir = cluster.downloads();
  const passed = await interrupted(dir);
  const { code, results } = await cluster.get(["film.bin"], { dir });
  expect(code).toBe(0);
  const [result] = results;
  if (!result) throw new Error("no result");
  expect(result.resumedBytes).toBeGreaterThan(5 * MIB);
  expect(result.resumedBytes).toBeLessThanOrEqual(passed);
  expect(result.receivedBytes - result.duplicateBytes).toBe(FILM - result.resumedBytes);
  expect(await same(path.join(dir, "film.bin"), original("film.bin"))).toBe(true);
  expect(everything(dir)).toEqual(["film.bin"]);
});

/** Changes one byte of a file. */
function damage(file: string, position: number): void {
  const fd = fs.openSync(file, "r+");
  const byte = new Uint8Array(1);
  fs.readSync(fd, byte, 0, 1, position);
  fs.writeSync(fd, new Uint8Array([(byte[0] ?? 0) ^ 0xff]), 0, 1, position);
  fs.closeSync(fd);
}

test("a damaged journal costs no wrong byte: what is there is checked", async () => {
  const dir = cluster.downloads();
  await interrupted(dir);
  const { part, journal } = workFilesFor(path.join(dir, "film.bin"));
  damage(journal, 100);
  // A piece that had come is wrong now, and the journal cannot say so any more.
  const before = fs.readFileSync(part);
  const whole = fs.readFileSync(original("film.bin"));
  const piece = Array.from({ length: 24 }, (_, index) => index).find((index) =>
    before.subarray(index * MIB, (index + 1) * MIB).equals(whole.subarray(index * MIB, (index + 1) * MIB)),
  );
  if (piece === undefined) throw new Error("no piece had come");
  damage(part, piece * MIB + 5);
  const get = cluster.getting(["film.bin"], { dir });
  const { code, results } = await cluster.finish(get);
  expect(code).toBe(0);
  expect(get.err.all.join()).toContain("is checked piece by piece");
  expect(results[0]?.resumedBytes).toBeGreaterThan(4 * MIB);
  expect(await same(path.join(dir, "film.bin"), original("film.bin"))).toBe(true);
});

test("damaged bytes of pieces that the journal has not recorded are overwritten", async () => {
  const dir = cluster.downloads();
  await interrupted(dir);
  const { part } = workFilesFor(path.join(dir, "film.bin"));
  const whole = fs.readFileSync(original("film.bin"));
  const before = fs.readFileSync(part);
  const fd = fs.openSync(part, "r+");
  for (let piece = 0; piece < 24; piece++) {
    const there = before.subarray(piece * MIB, (piece + 1) * MIB);
    if (!there.equals(whole.subarray(piece * MIB, (piece + 1) * MIB))) {
      fs.writeSync(fd, new Uint8Array(1000).fill(0xa5), 0, 1000, piece * MIB + 77);
    }
  }
  fs.closeSync(fd);
  const { code } = await cluster.get(["film.bin"], { dir });
  expect(code).toBe(0);
  expect(await same(path.join(dir, "film.bin"), original("film.bin"))).toBe(true);
});

test("two downloads to one place: the second waits for a while, and is told so or finds the file there", async () => {
  cluster.slow(MIB / 4);
  const dir = cluster.downloads();
  const first = cluster.getting(["film.bin"], { dir });
  await cluster.sent([1], MIB / 4);
  const second = await cluster.get(["film.bin"], { dir });
  expect(second.code).toBe(1);
  expect(second.results[0]?.error).toContain("another redes is downloading");
  const third = cluster.getting(["film.bin"], { dir });
  await third.says(/waiting for another redes/);
  cluster.fast();
  expect((await cluster.finish(first)).code).toBe(0);
  expect(await cluster.finish(third)).toMatchObject({ code: 0, results: [{ event: "done", receivedBytes: 0 }] });
  expect(await same(path.join(dir, "film.bin"), original("film.bin"))).toBe(true);
});

test("status --json has the shape that scripts rely on", async () => {
  const status = await cluster.status();
  expect(Object.keys(status)).toEqual(["synchronized", "secondaries", "downloads", "statistics"]);
  expect(status.synchronized).toBe(true);
  const files = 2 + ODD.length;
  const room = { total: expect.any(Number), free: expect.any(Number) };
  expect(status.secondaries.map(({ sending, receiving, ...lasting }) => lasting)).toEqual(
    [1, 2, 3].map((number) => {
      return { number, address: `127.0.0.1:${cluster.proxy(number).port}`, state: "in step", files, room };
    }),
  );
  expect(status.downloads).toEqual({ active: 0, waiting: 0 });
  expect(Object.keys(status.statistics)).toEqual(["files", "clients"]);
});

test("a file that is replaced while it is downloaded arrives as it was", async () => {
  const old = randomBytes(12 * MIB);
  put(cluster.folder(1), "replaced.bin", old);
  await cluster.settled([1, 2, 3], 3 + ODD.length);
  cluster.slow(MIB);
  const dir = cluster.downloads();
  const get = cluster.getting(["replaced.bin"], { dir });
  await cluster.sent([1, 2, 3], MIB / 2);
  put(cluster.folder(2), ".draft", "new");
  fs.renameSync(path.join(cluster.folder(2), ".draft"), path.join(cluster.folder(2), "replaced.bin"));
  await cluster.until("the new version is everywhere", () =>
    [1, 2, 3].every((number) => fs.statSync(path.join(cluster.folder(number), "replaced.bin")).size === 3),
  );
  expect(get.ended).toBe(false);
  cluster.fast();
  const { code, results } = await cluster.finish(get);
  expect(results[0]?.error).toBeUndefined();
  expect(code).toBe(0);
  expect(Buffer.from(old).equals(fs.readFileSync(path.join(dir, "replaced.bin")))).toBe(true);
  expect((await cluster.get(["replaced.bin"], { dir, args: ["--force"] })).code).toBe(0);
  expect(fs.readFileSync(path.join(dir, "replaced.bin"), "utf8")).toBe("new");
});
