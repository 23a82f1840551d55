import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster, type GetResult } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, same, shared } from "../support/files.ts";
import { Liar, type Lie } from "../support/liar.ts";
import { content } from "../unit/transfer/content.ts";

const FILM = 24 * MIB + 5;
/** Bytes for each second from each secondary: every source is asked for something. */
const RATE = 6 * MIB;

const LIES: [Lie, RegExp][] = [
  ["wrong bytes", /secondary 3 \(.*\) sent wrong bytes for piece \d+/],
  ["another piece", /secondary 3 \(.*\) sent wrong bytes for piece \d+/],
  ["too many", /secondary 3 \(.*\) sent more than piece \d+ holds/],
  ["too few", /secondary 3 \(.*\) sent less than piece \d+ holds/],
  ["too few, and leaves", /secondary 3 \(.*\) closed the connection in the middle of piece \d+/],
  ["unasked", /secondary 3 \(.*\) sent bytes that nobody had asked for/],
  ["garbage", /secondary 3 \(.*\) sent garbage: a header of \d+ bytes/],
];

test("a source that lies is named in the log and in the result, and its pieces come from others", async () => {
  const film = content(FILM);
  await using cluster = await Cluster.inStep({ count: 2, proxies: true }, (folder) => {
    put(folder(1), "film.bin", film.bytes);
  });
  for (const [lie, named] of LIES) {
    const options = { central: cluster.centralPort, number: 3, name: "film.bin", content: film, lie };
    await using liar = await Liar.join(options);
    const dir = cluster.downloads();
    cluster.slow(RATE);
    const get = cluster.getting(["film.bin"], { dir });
    await get.says(named);
    cluster.fast();
    const { code, results } = await cluster.finish(get);
    expect([lie, code]).toEqual([lie, 0]);
    expect(await same(path.join(dir, "film.bin"), path.join(cluster.folder(1), "film.bin"))).toBe(true);
    expect(everything(dir)).toEqual(["film.bin"]);
    expect(blamed(results[0])).toEqual([3]);
    expect(liar.asked).toBeGreaterThan(0);
  }
  cluster.central.type("secondaries");
  await cluster.central.prints(/^ *3 .* [1-9]\d*$/);
  const { secondaries } = await cluster.status();
  expect(secondaries.map(({ accusations = 0 }) => accusations > 0)).toEqual([false, false, true]);
});

/** The sources of a download that were at fault. */
function blamed(result: GetResult | undefined): number[] {
  return (result?.sources ?? []).filter(({ faults = 0 }) => faults > 0).map(({ number }) => number);
}

/**
 * Damages a file as a disk does, with nothing to be seen in its times: those that a write has left are put into the
 * secondary's records.
 */
async function rot(cluster: Cluster, number: number, name: string, positions: readonly number[]): Promise<void> {
  await cluster.secondary(number).terminate();
  const file = path.join(cluster.folder(number), name);
  const fd = fs.openSync(file, "r+");
  for (const position of positions) fs.writeSync(fd, "rot", position);
  fs.closeSync(fd);
  const { mtimeNs, ctimeNs } = fs.statSync(file, { bigint: true });
  const store = new Database(path.join(cluster.data(number), `secondary${number}.sqlite`), { safeIntegers: true });
  store.run("UPDATE files SET mtime_ns = ?, ctime_ns = ? WHERE name = ?", [mtimeNs, ctimeNs, name]);
  store.close();
}

test("a file that rots on a disk costs no wrong byte, and is repaired with what is right elsewhere", async () => {
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) => {
    put(folder(2), "film.bin", randomBytes(FILM));
    put(folder(2), "note.txt", randomBytes(3000));
  });
  // One in what each source is asked for first, so that there is one for secondary 1.
  const bad = [1, 9, 17];
  await rot(
    cluster,
    1,
    "film.bin",
    bad.map((piece) => piece * MIB + 7),
  );
  await rot(cluster, 1, "note.txt", [100]);
  cluster.startSecondary(1);
  await cluster.settled([1, 2, 3], 2);
  const right = (name: string) => same(path.join(cluster.folder(1), name), path.join(cluster.folder(2), name));
  expect([await right("film.bin"), await right("note.txt")]).toEqual([false, false]);

  const dir = cluster.downloads();
  cluster.slow(RATE);
  const get = cluster.getting(["film.bin"], { dir });
  await get.says(/secondary 1 \(.*\) sent wrong bytes for piece/);
  cluster.fast();
  const { code, results } = await cluster.finish(get);
  expect(code).toBe(0);
  expect(await same(path.join(dir, "film.bin"), path.join(cluster.folder(2), "film.bin"))).toBe(true);
  expect(blamed(results[0])).toEqual([1]);

  const secondary = cluster.secondary(1);
  const { pieces } = await secondary.waitFor("repairing");
  expect(pieces).toBe(bad.length);
  await secondary.waitFor("repaired", ({ name }) => name === "film.bin");
  expect(await right("film.bin")).toBe(true);
  const { received } = await secondary.waitFor("copied", ({ name }) => name === "film.bin");
  expect(received).toBeGreaterThanOrEqual(bad.length * MIB);
  // Pieces that were asked of two at the end come twice at the most.
  expect(received).toBeLessThanOrEqual(2 * bad.length * MIB);
  await cluster.settled([1, 2, 3], 2);
  const { secondaries } = await cluster.status();
  expect(secondaries.map(({ accusations = 0 }) => accusations > 0)).toEqual([true, false, false]);

  // Nobody else holds this one.
  await cluster.kill(2);
  await cluster.kill(3);
  await cluster.central.waitFor("lost", ({ number }) => number === 3);
  cluster.leavesParts = true;
  const lonely = await cluster.get(["note.txt"], { dir: cluster.downloads(), args: ["--wait", "2"] });
  expect(lonely.code).toBe(1);
  expect(lonely.results[0]?.sources).toMatchObject([{ number: 1, faults: expect.any(Number) }]);
  const { message } = await secondary.waitFor("damaged");
  expect(message).toContain("no other secondary is known to hold it; put it back from a backup");
  expect(fs.statSync(path.join(cluster.folder(1), "note.txt")).size).toBe(3000);
});

test("a repair goes on after its secondary was killed in the middle of it", async () => {
  await using cluster = await Cluster.inStep({ proxies: true }, (folder) => {
    put(folder(2), "film.bin", randomBytes(FILM));
  });
  const bad = [1, 2, 9, 10, 17, 18];
  const positions = bad.map((piece) => piece * MIB + 7);
  await rot(cluster, 1, "film.bin", positions);
  cluster.startSecondary(1);
  await cluster.settled([1, 2, 3], 1);
  cluster.slow(RATE);
  const get = cluster.getting(["film.bin"]);
  await cluster.secondary(1).waitFor("repairing");
  cluster.slow(MIB / 4);
  // All that it has of the file is in its staging folder now, and it is killed while it fetches the rest.
  await cluster.until("pieces are on their way", () => cluster.proxy(2).passed + cluster.proxy(3).passed > MIB / 2);
  await cluster.kill(1);
  expect(everything(path.join(cluster.folder(1), ".redes")).filter((name) => name !== "marker").length).toBe(2);
  cluster.startSecondary(1);
  cluster.fast();
  const { received } = await cluster.secondary(1).waitFor("copied");
  expect(received).toBeLessThanOrEqual(2 * bad.length * MIB);
  expect(await same(path.join(cluster.folder(1), "film.bin"), path.join(cluster.folder(2), "film.bin"))).toBe(true);
  expect((await cluster.finish(get)).code).toBe(0);
  await cluster.settled([1, 2, 3], 1);
});

test("two sources that answer pings and give no small files do not keep those of others from being copied", async () => {
  await using cluster = new Cluster();
  cluster.startCentral(["--secondaries", "2"]);
  await cluster.central.waitFor("listening");
  const silent = { central: cluster.centralPort, lie: "unasked" } as const;
  await using first = await Liar.join({ ...silent, number: 3, name: "held by 3", content: content(5000) });
  await using second = await Liar.join({ ...silent, number: 4, name: "held by 4", content: content(6000) });
  cluster.startSecondary(2);
  await cluster.until("both are asked", () => first.asked > 0 && second.asked > 0);
  for (let index = 0; index < 20; index++) put(cluster.folder(1), `file${index}`, `content ${index}`);
  cluster.startSecondary(1);
  await cluster.until("the files of 1 are copied", () => shared(cluster.folder(2)).length === 20);
  const reason = /could not copy held by \d: secondary \d: has not answered for 20 s/;
  await cluster.central.waitFor("unfetched", ({ message }) => reason.test(message));
});
