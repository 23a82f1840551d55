import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import type { Program } from "../support/process.ts";
import { run } from "../support/run.ts";

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
