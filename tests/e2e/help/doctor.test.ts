import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import { lastingPort } from "../../support/port.ts";
import { run } from "../../support/run.ts";
import { Terminal } from "../../support/terminal.ts";

setDefaultTimeout(120_000);

interface Report {
  readonly state: string;
  readonly checks: readonly { check: string; state: string; finding: string; advice?: string }[];
}

/** What doctor says, its checks by their names. */
async function diagnosed(args: readonly string[], cwd: string) {
  const { code, out, err } = await run(["doctor", "--json", ...args], { cwd });
  const report: Report = JSON.parse(out);
  return { code, err, state: report.state, checks: new Map(report.checks.map((check) => [check.check, check])) };
}

describe("a cluster without keys", () => {
  test("where all is well", async () => {
    await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "film.mkv", "x"));
    const { code, err, checks } = await diagnosed(["--central-port", String(cluster.centralPort)], cluster.root);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const names = [
      "key",
      "central",
      "version",
      "clock",
      "cluster",
      "secondary 1",
      "room of secondary 1",
      "secondary 2",
    ];
    expect([...names, "descriptors", "inotify", "room"].filter((name) => !checks.has(name))).toEqual([]);
    for (const name of names.filter((name) => !name.startsWith("room")))
      expect(checks.get(name)).toMatchObject({ state: "ok" });
    expect(checks.get("secondary 1")?.finding).toMatch(/^answers at 127\.0\.0\.1:\d+ in \d+ ms: in step, 1 file$/);
  });

  test("one secondary is dead, one announces a port that is closed", async () => {
    await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "film.mkv", "x"));
    const closed = lastingPort();
    cluster.startSecondary(3, { args: ["--advertise", `127.0.0.1:${closed}`] });
    await cluster.settled([1, 2, 3], 1);
    await cluster.kill(2);
    await cluster.until("secondary 2 is lost", async () => (await cluster.status()).secondaries[1]?.state === "lost");
    const { code, state, checks } = await diagnosed(["--central-port", String(cluster.centralPort)], cluster.root);
    expect({ code, state }).toEqual({ code: 1, state: "failed" });
    expect(checks.get("secondary 1")).toMatchObject({ state: "ok" });
    expect(checks.get("secondary 2")).toMatchObject({ state: "failed" });
    expect(checks.get("secondary 2")?.advice).toContain(
      "start it again (redes secondary -n 2), or have the central forget it",
    );
    expect(checks.get("secondary 3")).toMatchObject({
      ...{ state: "failed", finding: `cannot connect to 127.0.0.1:${closed}: nobody listens there` },
    });
    expect(checks.get("secondary 3")?.advice).toContain("it listens elsewhere: see --ip, --port and --advertise");
    await using terminal = new Terminal(["doctor", "--central-port", String(cluster.centralPort)], {
      ...{ cwd: cluster.root, columns: 45, rows: 15 },
    });
    await terminal.shows(/\d+ checks: 2 failed/);
    expect((await terminal.ends()).code).toBe(1);
    for (const line of terminal.text.split("\n")) expect(line.length).toBeLessThanOrEqual(45);
  });

  test("there is no central, or something else is there", async () => {
    const cwd = temporaryFolder();
    const gone = await diagnosed(["--central-port", String(lastingPort())], cwd);
    expect(gone.code).toBe(4);
    expect(gone.checks.get("central")).toMatchObject({ state: "failed" });
    expect(gone.checks.get("central")?.advice).toContain("redes central");
    expect(gone.checks.get("descriptors")).toBeDefined();
    const site = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hello") });
    try {
      const other = await diagnosed(["--central-port", String(site.port)], cwd);
      expect(other.code).toBe(4);
      expect(other.checks.get("central")?.finding).toContain("an HTTP server answers");
    } finally {
      await site.stop(true);
    }
  });
});

test("keys: the right one, another cluster's, none, and a file that is none", async () => {
  await using cluster = new KeyedCluster();
  await cluster.newKey();
  await cluster.newKey("other");
  await cluster.credential("ana", "client", "ana");
  const keyed = ["--key-file", cluster.own];
  cluster.startCentral(["--secondaries", "1", ...keyed]);
  cluster.startSecondary(1, { args: keyed });
  await cluster.central.waitFor("synchronized");
  const at = ["--central-port", String(cluster.centralPort)];
  const asked = (...args: string[]) => diagnosed([...at, ...args], cluster.root);

  const right = await asked("--key-file", cluster.key("ana"));
  expect(right.code).toBe(0);
  expect(right.checks.get("key")?.finding).toMatch(/^the key of client ana \(read\), until \d{4}-\d\d-\d\d$/);
  expect(right.checks.get("secondary 1")).toMatchObject({ state: "ok" });

  const wrong = await asked("--key-file", cluster.key("other"));
  expect(wrong.code).toBe(5);
  expect(wrong.checks.get("central")).toMatchObject({ state: "failed" });
  expect(wrong.checks.get("central")?.advice).toContain("give a key of this cluster");

  const none = await asked();
  expect(none.code).toBe(5);
  expect(none.checks.get("central")?.finding).toContain("--key-file");

  put(cluster.root, "no.key", "nothing");
  const unusable = await asked("--key-file", "no.key");
  expect(unusable.code).toBe(5);
  expect(unusable.checks.get("key")).toMatchObject({ state: "failed" });
  expect(unusable.checks.has("central")).toBe(false);
});
