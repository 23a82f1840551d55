import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import type { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import { KeyedCluster } from "../support/keyed-cluster.ts";
import { run } from "../support/run.ts";

setDefaultTimeout(120_000);

const BIG = randomBytes(9 * MIB + 7);

/** The keys of a cluster: its own, that of another one, and credentials. */
async function makeKeys(cluster: KeyedCluster): Promise<Record<"own" | "foreign" | "second" | "ana", string>> {
  return {
    own: await cluster.newKey(),
    foreign: await cluster.newKey("foreign"),
    second: await cluster.credential("second", "secondary", "2"),
    ana: await cluster.credential("ana", "client", "ana"),
  };
}

/** The one line in which a command says why it is refused. */
async function refusal(cluster: Cluster, args: readonly string[]): Promise<{ code: number | null; line: string }> {
  const program = cluster.client(args);
  const code = await program.within(program.exited, "ends");
  expect(program.err.all).toHaveLength(1);
  return { code, line: program.err.all[0] ?? "" };
}

test("a cluster with keys copies, serves, fails over and counts, and lets nobody else in", async () => {
  await using cluster = new KeyedCluster();
  const { own, foreign, second, ana } = await makeKeys(cluster);
  put(cluster.folder(1), "big.bin", BIG);
  put(cluster.folder(1), "small.txt", Buffer.from("small"));
  cluster.startCentral(["--secondaries", "2", "--key-file", own]);
  cluster.startSecondary(1, { args: ["--key-file", own] });
  cluster.startSecondary(2, { args: ["--key-file", second] });
  await cluster.central.waitFor("synchronized");
  await cluster.holds(2, ["big.bin", "small.txt"]);

  const dir = cluster.downloads();
  const { code, results } = await cluster.get(["big.bin", "small.txt"], {
    dir,
    name: "eva",
    args: ["--key-file", ana],
  });
  expect(code).toBe(0);
  expect(fs.readFileSync(join(dir, "big.bin")).equals(BIG)).toBe(true);
  expect(results.map(({ event }) => event)).toEqual(["done", "done"]);

  await cluster.kill(1);
  const again = await cluster.get(["big.bin"], { name: "ida", args: ["--key-file", own] });
  expect(again.code).toBe(0);
  const status = cluster.client(["status", "--json", "--key-file", ana]);
  await status.within(status.exited, "answers");
  // A credential's name counts; who has the cluster key is who it says.
  expect(JSON.parse(status.out.all.join("")).statistics.clients).toEqual({ ana: 2, ida: 1 });

  const at = `127.0.0.1:${cluster.centralPort}`;
  for (const args of [["list"], ["status"], ["get", "big.bin"]]) {
    expect(await refusal(cluster, [...args, "--key-file", foreign])).toEqual({
      code: 5,
      line: `redes: cannot connect to ${at}: the key is of another cluster`,
    });
    expect(await refusal(cluster, args)).toEqual({
      code: 5,
      line: `redes: what answers at ${at} speaks TLS: if it is a redes central, it has a key, and one is needed here (--key-file)`,
    });
  }
  expect(await refusal(cluster, ["list", "--key-file", second])).toMatchObject({ code: 5 });
  await cluster.central.waitFor("stranger");
});

test("a client with a key is told when the cluster has none", async () => {
  await using cluster = new KeyedCluster();
  cluster.startCentral(["--secondaries", "1"]);
  cluster.startSecondary(1);
  await cluster.central.waitFor("synchronized");
  const own = await cluster.newKey();
  const { code, line } = await refusal(cluster, ["list", "--key-file", own]);
  expect(code).toBe(5);
  expect(line).toContain("what answers there does not speak TLS: if it is the central, it has no key");
});

test("a secondary registers with the number of its credential alone", async () => {
  await using cluster = new KeyedCluster();
  const { own, second } = await makeKeys(cluster);
  cluster.startCentral(["--secondaries", "1", "--key-file", own]);
  await cluster.central.waitFor("listening");
  const { code, err } = await run(["secondary", "-n", "1", "--key-file", second, "--port", "0"], { cwd: cluster.root });
  expect(code).toBe(5);
  expect(err).toContain("it is the key of secondary 2, not of secondary 1");
});
