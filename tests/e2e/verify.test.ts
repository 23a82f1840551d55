import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, markedBytes, put, randomBytes, same, textOf, unfinished } from "../support/files.ts";
import { lastingPort } from "../support/port.ts";
import { type Run, run } from "../support/run.ts";
import { Terminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

const FILM = 24 * MIB + 17;
const NAMES = ["film.bin", "series/one.bin", "series/two.bin", "small.txt"];

let cluster: Cluster;
/** A folder that has all that the cluster has. */
let dir: string;

beforeAll(async () => {
  cluster = await Cluster.inStep({ count: 2, proxies: true }, (folder) => {
    put(folder(1), "film.bin", randomBytes(FILM));
    put(folder(1), "series/one.bin", randomBytes(9 * MIB));
    put(folder(2), "series/two.bin", randomBytes(3 * MIB));
    put(folder(2), "small.txt", "small");
  });
});

beforeEach(() => {
  cluster.fast();
  dir = cluster.downloads();
  for (const name of NAMES) put(dir, name, fs.readFileSync(path.join(cluster.folder(1), name)));
});

afterAll(() => cluster[Symbol.asyncDispose]());

/** Writes something else into a file, at each of these positions. */
function change(name: string, ...positions: number[]): void {
  const fd = fs.openSync(path.join(dir, name), "r+");
  for (const position of positions) fs.writeSync(fd, Buffer.from("something else"), 0, 14, position);
  fs.closeSync(fd);
}

function client(args: readonly string[], options: { input?: string; port?: number } = {}): Promise<Run> {
  const port = String(options.port ?? cluster.centralPort);
  return run(["client", "--central-port", port, "--dir", dir, ...args], { cwd: cluster.root, ...options });
}

function verify(...args: string[]): Promise<Run> {
  return client(["verify", ...args]);
}

/** The lines of `verify --json`, and the exit code. */
async function verified(...args: string[]): Promise<{ code: number | null; lines: Record<string, unknown>[] }> {
  const { code, out } = await verify("--json", ...args);
  return { code, lines: out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)])) };
}

async function expectAllSame(): Promise<void> {
  for (const name of NAMES) expect(await same(path.join(dir, name), path.join(cluster.folder(1), name))).toBe(true);
}

describe("verify", () => {
  test("says in a line that all is the same, and nothing when it is to be quiet", async () => {
    const all = await verify();
    expect([all.code, all.err]).toEqual([0, ""]);
    expect(all.out).toMatch(/^4 files: 4 the same; 36\.0 MiB read in .* s, .*\/s\n$/);
    const one = await verify(path.join(dir, "small.txt"));
    expect(one.out).toMatch(/^small\.txt: the same as in the cluster \(5 B\)\n1 file: 1 the same; /);
    expect(await verify("--quiet")).toEqual({ code: 0, out: "", err: "" });
  });

  test("names each thing that is wrong, and where", async () => {
    change("film.bin", MIB, 2 * MIB + 5, 9 * MIB);
    fs.appendFileSync(path.join(dir, "series/one.bin"), "more");
    fs.truncateSync(path.join(dir, "series/two.bin"), MIB);
    fs.rmSync(path.join(dir, "small.txt"));
    fs.mkdirSync(path.join(dir, "mine"));
    put(dir, "mine/notes.txt", "mine");
    put(dir, ".hidden", "mine");
    const { code, out } = await verify();
    expect(code).toBe(1);
    expect(out.split("\n")).toEqual([
      "film.bin: 3 of 25 pieces differ (3.0 MiB): 1.0 to 3.0 MiB, 9.0 to 10.0 MiB",
      "mine/notes.txt: the cluster has no such file",
      "series/one.bin: longer by 4 B, all else is the same",
      "series/two.bin: shorter by 2.0 MiB, 2 of 3 pieces differ (2.0 MiB): 1.0 to 3.0 MiB",
      "small.txt: not here (5 B)",
      expect.stringMatching(/^5 files: 3 different, 1 not here, 1 not in the cluster; 34\.0 MiB read in /),
      "",
    ]);
    const { code: same, lines } = await verified();
    expect(same).toBe(1);
    expect(lines.map(({ event }) => event)).toEqual([
      ...["different", "unknown", "different", "different", "missing", "verified"],
    ]);
    expect(lines[0]).toMatchObject({
      ...{ name: "film.bin", size: FILM, localSize: FILM, pieces: 25, differentPieces: 3, differentBytes: 3 * MIB },
      ranges: [
        { start: MIB, end: 3 * MIB },
        { start: 9 * MIB, end: 10 * MIB },
      ],
    });
    expect(lines.at(-1)).toMatchObject({ same: 0, different: 3, missing: 1, unknown: 1, unreadable: 0 });
  });

  test("takes files and folders, by their paths and by their names under --dir, and one under another name", async () => {
    change("film.bin", 0);
    expect((await verify("series", "small.txt")).code).toBe(0);
    expect((await verify(path.join(dir, "series"))).code).toBe(0);
    expect((await verify("film.bin")).code).toBe(1);
    const other = put(cluster.downloads(), "other.bin", fs.readFileSync(path.join(dir, "series/one.bin")));
    expect((await verify(other, "--as", "series/one.bin")).code).toBe(0);
    expect((await verify(other, "--as", "film.bin")).code).toBe(1);
  });

  test("has an exit code for each kind of failure", async () => {
    put(dir, "mine.txt", "mine");
    expect(await verify("mine.txt", "--quiet")).toEqual({
      code: 3,
      out: "mine.txt: the cluster has no such file\n",
      err: "",
    });
    const unreachable = await client(["verify"], { port: lastingPort() });
    expect([unreachable.code, unreachable.out]).toEqual([4, ""]);
    expect(unreachable.err).toMatch(/^redes: the central cannot be reached: .*\n$/);
    for (const args of [
      ["--dry-run"],
      ["/etc/hostname"],
      ["--as", "a", "film.bin", "small.txt"],
      ["--as", "../a", "film.bin"],
      ["--as", "a", "series"],
    ]) {
      const { code, err } = await verify(...args);
      expect([args, code, err.startsWith("redes: ")]).toEqual([args, 2, true]);
    }
    fs.rmSync(path.join(dir, "small.txt"));
    fs.mkdirSync(path.join(dir, "small.txt"));
    const odd = await verify("small.txt");
    expect([odd.code, odd.out.split("\n")[0]]).toEqual([1, "small.txt: cannot be compared: a folder is in its place"]);
  });
});

describe("verify --repair", () => {
  test("fetches what is wrong and nothing else, and leaves alone what the cluster does not know", async () => {
    change("film.bin", MIB, 9 * MIB);
    fs.truncateSync(path.join(dir, "series/one.bin"), 8 * MIB);
    fs.rmSync(path.join(dir, "small.txt"));
    put(dir, "mine.txt", "mine");
    const { code, lines } = await verified("--repair", "film.bin", "series", "small.txt");
    expect(code).toBe(0);
    const done = lines.filter(({ event }) => event === "done");
    // The last pieces may be asked of two secondaries.
    const fetched = done.map((one) => [one.name, Number(one.receivedBytes) - Number(one.duplicateBytes)]);
    expect(Object.fromEntries(fetched)).toEqual({ "film.bin": 2 * MIB, "series/one.bin": MIB, "small.txt": 5 });
    expect(done.find(({ name }) => name === "film.bin")).toMatchObject({ reusedBytes: FILM - 2 * MIB });
    await expectAllSame();
    expect(textOf(dir, "mine.txt")).toBe("mine");
    expect((await verify("--repair")).code).toBe(3);
    expect(everything(dir)).toEqual([...NAMES, "mine.txt"].sort());
  });

  test("says with --dry-run what it would do, and does nothing", async () => {
    change("film.bin", MIB);
    fs.rmSync(path.join(dir, "small.txt"));
    const { code, out } = await verify("--repair", "--dry-run", "--quiet");
    expect([code, out.split("\n").slice(2)]).toEqual([
      1,
      ["film.bin: would fetch 1.0 MiB of 24.0 MiB", "small.txt: would fetch 5 B of 5 B", ""],
    ]);
    expect(fs.existsSync(path.join(dir, "small.txt"))).toBe(false);
    expect((await verify("film.bin")).code).toBe(1);
  });

  test("that is killed leaves the file as it was, and goes on from there", async () => {
    cluster.leavesParts = true;
    const positions = Array.from({ length: 20 }, (_, piece) => piece * MIB);
    change("film.bin", ...positions);
    const before = fs.readFileSync(path.join(dir, "film.bin"));
    cluster.slow(2 * MIB);
    const program = cluster.client(["verify", "--repair", "film.bin", "--dir", dir]);
    const [journal = ""] = unfinished(path.join(dir, "film.bin"));
    await cluster.until("a part of it has come", () => markedBytes(journal) > 7 * MIB);
    await program.kill();
    expect(fs.readFileSync(path.join(dir, "film.bin")).equals(before)).toBe(true);
    cluster.fast();
    const { code, lines } = await verified("--repair", "film.bin");
    const done = lines.find(({ event }) => event === "done");
    expect([code, Number(done?.resumedBytes) > 6 * MIB]).toEqual([0, true]);
    await expectAllSame();
    expect(everything(dir)).toEqual([...NAMES].sort());
  });
});

test("the console compares and mends what is in its folder", async () => {
  change("film.bin", 5 * MIB);
  const different = await client([], { input: "verify film.bin\n" });
  expect(different).toMatchObject({
    code: 1,
    out: expect.stringContaining("film.bin: 1 of 25 pieces differ (1.0 MiB): 5.0 to 6.0 MiB\n1 file: 1 different; "),
  });
  const { code, out, err } = await client([], { input: "repair\nverify series/one.bin\n" });
  expect(code).toBe(0);
  expect(out).toContain("4 files: 3 the same, 1 different; ");
  expect(err).toContain("23.0 MiB of it from the file that it replaces");
  await expectAllSame();
});

test("on a terminal what is found stands where the bar was", async () => {
  change("film.bin", 5 * MIB);
  const args = ["client", "verify", "--central-port", String(cluster.centralPort), "--dir", dir];
  const terminal = new Terminal(args, { cwd: cluster.root });
  await terminal.shows("film.bin: 1 of 25 pieces differ (1.0 MiB): 5.0 to 6.0 MiB\n");
  await terminal.shows(/4 files: 3 the same, 1 different; 36\.0 MiB read in .*\n/);
  expect((await terminal.ends()).code).toBe(1);
});

test("a new version brings what is new, to secondaries and to who has the old one", async () => {
  await using own = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "film.bin", randomBytes(FILM)));
  const old = own.downloads();
  expect((await own.get(["film.bin"], { dir: old })).code).toBe(0);
  const film = path.join(own.folder(1), "film.bin");
  const bytes = fs.readFileSync(film);
  bytes.fill(1, 3 * MIB, 3 * MIB + 1);
  fs.writeFileSync(`${film}.new`, Buffer.concat([bytes, randomBytes(MIB)]));
  fs.renameSync(`${film}.new`, film);
  const copied = await own.secondary(2).waitFor("copied", ({ reused }) => reused !== undefined);
  expect(copied).toMatchObject({ name: "film.bin", reused: 23 * MIB, received: 2 * MIB + 17 });
  expect(await same(film, path.join(own.folder(2), "film.bin"))).toBe(true);
  const refused = await own.get(["film.bin"], { dir: old });
  expect([refused.code, refused.results[0]?.error]).toEqual([1, expect.stringContaining("exists with other content")]);
  const { code, results } = await own.get(["film.bin"], { dir: old, args: ["--force"] });
  expect(code).toBe(0);
  const { receivedBytes = 0, duplicateBytes = 0 } = results[0] ?? {};
  expect(results[0]).toMatchObject({ reusedBytes: 23 * MIB });
  expect(receivedBytes - duplicateBytes).toBe(2 * MIB + 17);
  expect(await same(film, path.join(old, "film.bin"))).toBe(true);
});
