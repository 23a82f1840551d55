import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import type { UploadResult } from "../../src/client/uploads/upload-result.ts";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, same } from "../support/files.ts";
import { KeyedCluster } from "../support/keyed-cluster.ts";
import { EXECUTABLE, type Program } from "../support/process.ts";
import { run } from "../support/run.ts";

setDefaultTimeout(120_000);

const ALL = [1, 2, 3];

function putting(cluster: Cluster, ...args: string[]): Program {
  return cluster.client(["put", "--json", ...args]);
}

async function finish(program: Program): Promise<{ code: number | null; results: UploadResult[] }> {
  const code = await program.within(program.exited, "ends");
  return { code, results: program.out.all.map((line) => JSON.parse(line)) };
}

/** Bytes of a file that have come to a secondary in part. */
function halfAt(cluster: Cluster, number: number): number {
  const folder = join(cluster.folder(number), ".redes");
  const names = fs.readdirSync(folder).filter((name) => name.startsWith("put-"));
  return names.reduce((sum, name) => sum + 512 * fs.statSync(join(folder, name)).blocks, 0);
}

async function everywhere(cluster: Cluster, name: string, path: string, numbers = ALL): Promise<void> {
  await cluster.until(`${name} is on ${numbers}`, async () => {
    for (const number of numbers) {
      const file = join(cluster.folder(number), name);
      if (!fs.existsSync(file) || !(await same(file, path))) return false;
    }
    return true;
  });
}

describe("put", () => {
  let cluster: Cluster;
  let big: string;

  beforeAll(async () => {
    cluster = await Cluster.inStep({}, (folder) => put(folder(1), "old.txt", "old"));
    big = put(cluster.root, "local/big.bin", randomBytes(300 * MIB + 11));
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test("brings files to all secondaries, under their names or in a folder, and says where they are", async () => {
    const small = put(cluster.root, "local/small.txt", "small");
    const { code, results } = await finish(putting(cluster, big, small, "--as", "films/"));
    expect(code).toBe(0);
    // They end in any order.
    results.sort((one, other) => (one.name < other.name ? -1 : 1));
    expect(results).toMatchObject([
      { event: "done", as: "films/big.bin", size: 300 * MIB + 11, sentBytes: 300 * MIB + 11, resumedBytes: 0 },
      { event: "done", as: "films/small.txt", size: 5, sentBytes: 5 },
    ]);
    expect(results.every(({ holders, secondary }) => holders >= 1 && secondary !== null)).toBe(true);
    await everywhere(cluster, "films/big.bin", big);
    await everywhere(cluster, "films/small.txt", small);
    const [first] = results;
    expect((await cluster.list()).find(({ name }) => name === "films/big.bin")?.id).toBe(first?.id ?? "");
    expect(ALL.map((number) => halfAt(cluster, number))).toEqual([0, 0, 0]);
    const again = await finish(putting(cluster, small, "--as", "films/small.txt"));
    expect(again).toMatchObject({ code: 0, results: [{ event: "done", sentBytes: 0, secondary: null }] });
  });

  test("goes on where a client was killed, and to the secondary that is asked for", async () => {
    const file = put(cluster.root, "local/other.bin", randomBytes(400 * MIB));
    const killed = putting(cluster, file, "--to", "2");
    await cluster.until("a part has come", () => halfAt(cluster, 2) > 20 * MIB);
    await killed.kill();
    expect(fs.existsSync(join(cluster.folder(2), "other.bin"))).toBe(false);
    const { code, results } = await finish(putting(cluster, file, "--to", "2"));
    expect(code).toBe(0);
    expect(results).toMatchObject([{ event: "done", secondary: 2 }]);
    expect(results[0]?.resumedBytes).toBeGreaterThan(0);
    expect((results[0]?.resumedBytes ?? 0) + (results[0]?.sentBytes ?? 0)).toBeLessThanOrEqual(400 * MIB);
    await everywhere(cluster, "other.bin", file);
  });

  test("goes on when its secondary is killed and comes back", async () => {
    const file = put(cluster.root, "local/third.bin", randomBytes(400 * MIB));
    const program = putting(cluster, file, "--to", "3");
    await cluster.until("a part has come", () => halfAt(cluster, 3) > 20 * MIB);
    await cluster.kill(3);
    cluster.startSecondary(3);
    const { code, results } = await finish(program);
    expect(code).toBe(0);
    expect(results[0]?.resumedBytes).toBeGreaterThan(0);
    await everywhere(cluster, "third.bin", file);
  });

  test("of a stdin that is closed is refused: it is no file of no bytes", async () => {
    const args = `client put - --as nothing.txt --central-port ${cluster.centralPort}`;
    const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", `"${EXECUTABLE}" ${args} <&-`]);
    const refusal = "redes: - is stdin, and that is closed: give it a file or a pipe\n";
    expect([exitCode, stderr.toString()]).toEqual([2, refusal]);
  });

  test("leaves nothing of what comes from stdin when it is killed", async () => {
    const folder = join(cluster.root, "killed");
    fs.mkdirSync(folder);
    const args = ["client", "put", "-", "--as", "killed.bin", "--dir", folder];
    const program = Bun.spawn([EXECUTABLE, ...args, "--central-port", String(cluster.centralPort)], { stdin: "pipe" });
    program.stdin.write(new Uint8Array(1024 * 1024));
    await program.stdin.flush();
    const descriptors = `/proc/${program.pid}/fd`;
    const open = () => fs.readdirSync(descriptors).map((fd) => fs.readlinkSync(join(descriptors, fd)));
    await cluster.until("it is kept", () => open().some((path) => path.startsWith(folder)));
    program.kill("SIGKILL");
    await program.exited;
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  test("replaces a version, which is kept, and takes what comes from stdin", async () => {
    const before = fs.readdirSync(cluster.root);
    const { code, err } = await run(
      ["client", "put", "-", "--as", "old.txt", "--central-port", String(cluster.centralPort)],
      { cwd: cluster.root, input: "new, from stdin" },
    );
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("old.txt: 15 B put in") });
    await cluster.until("it is everywhere", () =>
      ALL.every((number) => fs.readFileSync(join(cluster.folder(number), "old.txt"), "utf8") === "new, from stdin"),
    );
    expect(fs.readdirSync(cluster.root)).toEqual(before);
    const kept = cluster.client(["kept", "old.txt", "--json"]);
    await kept.within(kept.exited, "ends");
    expect(JSON.parse(kept.out.all.join(""))).toMatchObject([{ name: "old.txt", why: "replaced", size: 3 }]);
  });

  test("takes a folder with all in it, and the second time reads nothing of what is there", async () => {
    for (const name of ["1.txt", "2.txt", "s/3.txt", "s/4.part", ".hidden"]) put(cluster.root, `tree/${name}`, name);
    const args = ["put", "tree", "--as", "kept trees/", "--jobs", "2", "--central-port", String(cluster.centralPort)];
    const first = await run(["client", ...args], { cwd: cluster.root });
    expect({ code: first.code, out: first.out }).toEqual({ code: 0, out: "" });
    expect(first.err).toContain("tree/s/4.part is left out: it is named like a file that another program");
    expect(first.err).toMatch(/3 files: 3 put \(17 B in .*\)\n$/);
    for (const name of ["1.txt", "2.txt", "s/3.txt"])
      await everywhere(cluster, `kept trees/tree/${name}`, join(cluster.root, "tree", name));
    fs.writeFileSync(join(cluster.root, "tree/2.txt"), "another");
    const second = await run(["client", ...args, "--json"], { cwd: cluster.root });
    const results = second.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(results.map(({ as, sentBytes }) => [as, sentBytes]).sort()).toEqual([
      ["kept trees/tree/1.txt", 0],
      ["kept trees/tree/2.txt", 7],
      ["kept trees/tree/s/3.txt", 0],
    ]);
    const typed = await run(["client", "--central-port", String(cluster.centralPort)], {
      cwd: cluster.root,
      input: "put tree as again/\n",
    });
    expect(typed.code).toBe(0);
    expect(typed.err).toContain("3 files: 3 put");
    await everywhere(cluster, "again/tree/s/3.txt", join(cluster.root, "tree/s/3.txt"));
  });

  test("fails with the right exit code, in one line", async () => {
    const at = ["--central-port", String(cluster.centralPort)];
    const cases: [string[], number, RegExp][] = [
      [["/nowhere"], 3, /^redes: there is no file \/nowhere here\n$/],
      [["/"], 2, /give --as NAME/],
      [["/dev/null", "--as", "x"], 1, /^redes: \/dev\/null is no regular file: put takes files\n$/],
      [["local/small.txt", "--jobs", "0"], 2, /--jobs 0/],
      [["local/small.txt", "--as", "../x"], 2, /cannot be called|can be called/],
      [["local/small.txt", "--as", "old.txt/x"], 1, /old\.txt is a file, so nothing can be put into it\n$/],
      [["local/small.txt", "--as", "films"], 1, /there is a folder films, so no file can be called so\n$/],
      [["local/small.txt", "--to", "9"], 1, /there is no secondary 9\n$/],
    ];
    for (const [args, code, line] of cases) {
      const found = await run(["client", "put", ...args, ...at], { cwd: cluster.root });
      expect({ args, code: found.code, out: found.out }).toEqual({ args, code, out: "" });
      expect(found.err).toMatch(line);
    }
    const away = await run(["client", "put", "local/small.txt", "--central-port", "1", "--wait", "1"], {
      cwd: cluster.root,
    });
    expect(away.code).toBe(4);
  });

  test("is in the console, which a script leaves once its files are there", async () => {
    const { code, err } = await run(["client", "--central-port", String(cluster.centralPort)], {
      cwd: cluster.root,
      input: "put local/small.txt as by console.txt\nput /nowhere/x\n",
    });
    expect(code).toBe(3);
    expect(err).toContain("by console.txt: 5 B put in");
    expect(err).toContain("error: there is no file /nowhere/x here");
    await cluster.until("it is there", () => fs.existsSync(join(cluster.folder(1), "by console.txt")));
  });
});

test("with keys, who may only read puts, moves, removes and restores nothing, and who may write does", async () => {
  await using cluster = new KeyedCluster();
  const own = await cluster.newKey();
  await cluster.credential("reader", "client", "ana");
  await cluster.credential("writer", "client", "eva", "--write");
  const file = put(cluster.root, "film.mkv", randomBytes(2 * MIB));
  cluster.startCentral(["--secondaries", "1", "--key-file", own]);
  cluster.startSecondary(1, { args: ["--key-file", own] });
  await cluster.central.waitFor("synchronized");
  const orders = [
    ["put", file],
    ["mv", "film.mkv", "new.mkv"],
    ["remove", "new.mkv"],
    ["restore", "new.mkv"],
  ];
  for (const order of orders) {
    const refused = await cluster.asked(["client", ...order], "reader");
    expect({ order, code: refused.code }).toEqual({ order, code: 5 });
    expect(refused.err).toContain("write");
  }
  expect((await cluster.asked(["client", "kept"], "reader")).code).toBe(0);
  for (const order of orders) {
    const done = await cluster.asked(["client", ...order], "writer");
    expect({ order, code: done.code, err: order[0] === "put" ? "" : done.err }).toEqual({ order, code: 0, err: "" });
  }
  await cluster.until("it is back", () => fs.existsSync(join(cluster.folder(1), "new.mkv")));
  expect(await same(join(cluster.folder(1), "new.mkv"), file)).toBe(true);
  const lines = cluster.secondary(1).events.filter(({ event }) => event === "put");
  expect(lines).toMatchObject([{ name: "film.mkv", by: "client eva" }]);
});
