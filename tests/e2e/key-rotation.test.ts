import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import type { Program } from "../support/process.ts";
import { run } from "../support/run.ts";
import { Terminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

const BIG = randomBytes(12 * MIB + 5);

/** Makes a cluster key in a cluster's folder. */
async function newKey(cluster: Cluster, name: string): Promise<string> {
  const path = join(cluster.root, `${name}.key`);
  expect(await run(["key", "new", path], { cwd: cluster.root })).toMatchObject({ code: 0, err: "" });
  return path;
}

const flags = (paths: readonly string[]) => paths.flatMap((path) => ["--key-file", path]);

/** The two key files that a server is started with; what they hold is changed by copying others over them. */
class KeySlots {
  readonly paths: readonly string[];

  constructor(cluster: Cluster, number: number, keys: readonly [string, string]) {
    this.paths = [1, 2].map((slot) => join(cluster.root, `server${number}-${slot}.key`));
    this.fill(keys);
  }

  fill(keys: readonly [string, string]): void {
    for (const [index, path] of this.paths.entries()) fs.copyFileSync(keys[index] ?? "", path);
  }
}

/** Has a server read its keys again. */
async function reload(server: Program): Promise<void> {
  const since = server.events.length;
  server.signal("SIGHUP");
  await server.waitFor("keys-read", () => true, since);
}

test("a cluster goes from one key to the next without a stop, and the old key is refused then", async () => {
  await using cluster = new Cluster();
  const [old, next] = [await newKey(cluster, "old"), await newKey(cluster, "next")];
  put(cluster.folder(1), "big.bin", BIG);
  // Secondary 1 has a thread that copies from before.
  put(cluster.folder(2), "other.bin", randomBytes(5 * MIB));
  const slots = [0, 1].map((number) => new KeySlots(cluster, number, [old, old]));
  cluster.startCentral(["--secondaries", "2", ...flags(slots[0]?.paths ?? [])]);
  cluster.startSecondary(1, { proxy: true, args: flags(slots[1]?.paths ?? []) });
  cluster.startSecondary(2, { proxy: true, args: flags([old]) });
  await cluster.central.waitFor("synchronized");

  // Begins with both keys, and goes on to the end.
  cluster.slow(MIB / 4);
  const dir = cluster.downloads();
  const long = cluster.getting(["big.bin"], { dir, args: flags([next, old]) });
  /** One server after the other has these keys, and each time a new client gets in. */
  const move = async (keys: readonly [string, string], client: readonly string[]) => {
    for (const [number, server] of [cluster.central, cluster.secondary(1)].entries()) {
      slots[number]?.fill(keys);
      await reload(server);
      expect(await list(client)).toBe(0);
    }
    expect((await cluster.secondary(2).terminate()).code).toBe(0);
    await cluster.startSecondary(2, { args: flags(keys) }).waitFor("registered");
    expect(await list(client)).toBe(0);
  };
  const list = (keys: readonly string[]) => {
    const program = cluster.client(["list", ...flags(keys)]);
    return program.within(program.exited, "answers");
  };
  await move([old, next], [old]);
  expect(long.alive).toBe(true);
  await move([next, old], [next, old]);
  await move([next, next], [next]);
  expect(long.alive).toBe(true);
  cluster.fast();
  expect((await cluster.finish(long)).code).toBe(0);
  expect(fs.readFileSync(join(dir, "big.bin")).equals(BIG)).toBe(true);

  expect(await list([old])).toBe(5);
  put(cluster.folder(2), "late.bin", randomBytes(5 * MIB));
  await cluster.holds(1, ["big.bin", "late.bin", "other.bin"]);
  const { code } = await cluster.get(["late.bin"], { args: flags([next]) });
  expect(code).toBe(0);
});

test("a key file that cannot be used is named after SIGHUP, and the old keys and all sessions stay", async () => {
  await using cluster = new Cluster();
  const own = await newKey(cluster, "own");
  const slots = new KeySlots(cluster, 0, [own, own]);
  // Whoever uses nohup wants it to survive the end of a terminal, and may want this as well.
  const central = cluster.startCentral(["--secondaries", "1", ...flags(slots.paths)], { ignoring: ["HUP"] });
  cluster.startSecondary(1, { args: flags([own]) });
  await central.waitFor("synchronized");
  const [first = ""] = slots.paths;
  fs.chmodSync(first, 0o644);
  central.signal("SIGHUP");
  const { level, message } = await central.waitFor("keys-failed");
  expect(level).toBe("error");
  expect(message).toStartWith(`the keys stay as they were: ${first}: others than its owner can read or change it`);
  const { code } = await run(["client", "list", "--central-port", String(cluster.centralPort), "--key-file", own], {
    cwd: cluster.root,
  });
  expect(code).toBe(0);
  fs.chmodSync(first, 0o600);
  await reload(central);
  const { fingerprints } = await central.waitFor("keys-read");
  const shown = await run(["key", "show", own, "--json"], { cwd: cluster.root });
  const { fingerprint } = JSON.parse(shown.out);
  expect(fingerprints).toEqual([fingerprint, fingerprint]);
  await cluster.secondary(1).waitFor("registered");
  expect([central.count("secondary"), central.count("lost")]).toEqual([1, 0]);
});

test("without keys SIGHUP ends a server", async () => {
  await using cluster = new Cluster();
  const central = cluster.startCentral([]);
  await central.waitFor("listening");
  central.signal("SIGHUP");
  expect(await central.within(central.exited, "ends")).toBe(0);
  expect((await central.waitFor("stopping")).message).toContain("SIGHUP");
});

test("a server with keys ends with its terminal all the same", async () => {
  await using cluster = new Cluster();
  const own = await newKey(cluster, "own");
  const terminal = new Terminal(["central", "--port", "0", "--data", cluster.data(0), "--key-file", own], {
    cwd: cluster.root,
  });
  await terminal.shows("central listens");
  terminal.hangUp();
  expect((await terminal.ends()).code).toBe(0);
});

test("a key that nears its end is warned of: in the logs of servers, and to a client once", async () => {
  await using cluster = new Cluster();
  const own = await newKey(cluster, "own");
  const make = async (name: string, days: number, ...who: string[]) => {
    const path = join(cluster.root, `${name}.key`);
    const args = ["key", ...who, "--days", String(days), "--key-file", own, "--out", path];
    expect(await run(args, { cwd: cluster.root })).toMatchObject({ code: 0 });
    return path;
  };
  const central = cluster.startCentral(["--secondaries", "1", ...flags([await make("central", 3, "central")])]);
  const secondary = cluster.startSecondary(1, { args: flags([await make("first", 6, "secondary", "1")]) });
  const text =
    /^the credential of (the central|secondary 1) in \S+\.key ends on \d{4}-\d\d-\d\d: make a new one, see redes key --help$/;
  for (const server of [central, secondary]) {
    const { level, message } = await server.waitFor("key-near-end");
    expect({ level, message }).toEqual({ level: "warn", message: expect.stringMatching(text) });
  }
  await central.waitFor("synchronized");

  const asking = ["client", "status", "--central-port", String(cluster.centralPort), "--key-file", own];
  const status = await run([...asking, "--json"], { cwd: cluster.root });
  const until = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(JSON.parse(status.out).endingKeys).toEqual([
    { role: "central", until },
    { role: "secondary", number: 1, until },
  ]);
  const told = (await run(asking, { cwd: cluster.root })).out;
  expect(told).toMatch(/^the key of the central ends on \S+: make a new one, see redes key --help$/m);
  expect(told).toMatch(/^the key of secondary 1 ends on \S+: make a new one, see redes key --help$/m);

  const near = await make("ana", 6, "client", "ana");
  const address = ["--central-port", String(cluster.centralPort)];
  const client = (args: string[], input = "") =>
    run(["client", ...args, ...address, "--key-file", near], { cwd: cluster.root, input });
  const line =
    /^redes: the credential of client ana \(read\) in \S+ana\.key ends on \S+: make a new one, see redes key --help\n$/;
  const asked = await client(["list", "--json", "--quiet"]);
  expect(asked).toEqual({ code: 0, out: "[]\n", err: expect.stringMatching(line) });
  const typed = await client([], "list\nlist\n");
  expect(typed.err.match(/ends on/g)).toHaveLength(1);
  const far = await make("ida", 8, "client", "ida");
  const other = await run(["client", "list", ...address, "--key-file", far], { cwd: cluster.root });
  expect(other).toMatchObject({ code: 0, err: "" });
  expect(central.count("key-near-end")).toBe(1);
});

test("a key file that has come into the shared folder meanwhile, by a link, is refused after SIGHUP as at the start", async () => {
  await using cluster = new Cluster();
  const own = await newKey(cluster, "own");
  const link = join(cluster.root, "current.key");
  fs.symlinkSync(own, link);
  const secondary = cluster.startSecondary(1, { args: flags([link]) });
  await secondary.waitFor("listening");
  const shared = join(cluster.folder(1), "own.key");
  fs.copyFileSync(own, shared);
  fs.unlinkSync(link);
  fs.symlinkSync(shared, link);
  secondary.signal("SIGHUP");
  const { message } = await secondary.waitFor("keys-failed");
  expect(message).toStartWith(`the keys stay as they were: ${link}: it is in the shared folder ${cluster.folder(1)}`);
});
