import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import path from "node:path";
import { encodeAnnouncement } from "../../src/net/discovery/dns-messages.ts";
import type { MulticastSocket } from "../../src/net/transport/multicast/multicast.ts";
import { udpMulticast } from "../../src/net/transport/multicast/udp-multicast.ts";
import { Cluster } from "../support/cluster.ts";
import { put, same } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { KeyedCluster } from "../support/keyed-cluster.ts";
import { Lan } from "../support/lan.ts";
import { type Run, run } from "../support/run.ts";
import { started } from "../support/started.ts";
import { Terminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

/** Milliseconds that looking for a central takes at most, with what else a client does on a slow machine. */
const SEARCH = 15_000;
/** Times that is looked for centrals of which one may answer too late, on a slow machine. */
const TRIES = 5;

// Announced on loopback, since that is asked for.
const ANNOUNCED = ["--ip", "127.0.0.1", "--discover"];

/** Somebody on loopback who announces what there is not. */
async function impostor(): Promise<MulticastSocket> {
  const link = udpMulticast.links().find(({ loopback }) => loopback);
  if (!link) throw new Error("this machine has no loopback");
  return udpMulticast.open(link, () => {});
}

test("with no central, a client says so after three seconds, and where it has asked", async () => {
  const began = performance.now();
  const { code, out, err } = await run(["client", "list", "--discover"], { cwd: temporaryFolder() });
  expect(performance.now() - began).toBeWithin(2900, SEARCH);
  expect({ code, out }).toEqual({ code: 4, out: "" });
  expect(err).toMatch(
    /^redes: no central has answered on the local network within 3 s, asked on [^\n]*lo[^\n]*: is one there that was started with --discover\? Else say where it is, with --central HOST\[:PORT\]\n$/,
  );
});

test("a secondary and clients find the central that announces itself, whoever is started first", async () => {
  await using cluster = new Cluster();
  put(cluster.folder(1), "a.bin", "content");
  const { root } = cluster;
  const own = ["--dir", cluster.folder(1), "--data", cluster.data(1), "--port", String(cluster.portOf(1))];
  const args = ["secondary", "-n", "1", "--discover", "--log", "json", ...own];
  const secondary = started({ name: "secondary 1", args, cwd: root });
  const waiting = await secondary.waitFor("discovering");
  expect(waiting.message).toContain("no central has answered on the local network within 3 s");
  const central = cluster.startCentral(["--secondaries", "1", ...ANNOUNCED]);
  const { where } = await central.waitFor("announced");
  expect(where).toEqual([`127.0.0.1:${cluster.centralPort}`]);
  expect(await secondary.waitFor("discovered")).toMatchObject({ ip: "127.0.0.1", port: cluster.centralPort });
  await central.waitFor("synchronized");
  // It is told once that there was none.
  expect(secondary.count("discovering")).toBe(1);

  const dir = cluster.downloads();
  const get = await run(["client", "get", "a.bin", "--discover", "--dir", dir, "--quiet"], { cwd: root });
  expect(get).toEqual({ code: 0, out: "", err: "" });
  expect(await same(path.join(dir, "a.bin"), path.join(cluster.folder(1), "a.bin"))).toBe(true);
  const list = await run(["client", "list", "--json"], {
    cwd: root,
    env: { REDES_CENTRAL: `127.0.0.1:${cluster.centralPort}` },
  });
  expect(JSON.parse(list.out)).toMatchObject([{ name: "a.bin" }]);
  await using console = new Terminal(["client", "--discover", "--dir", dir], { cwd: root });
  await console.shows(/found the central \S+ [0-9a-f]{8} at 127\.0\.0\.1:\d+/);
  await console.shows("redes> ");
  console.enter("list");
  await console.shows(/a\.bin +7 B/);
  console.enter("quit");
  expect((await console.ends()).code).toBe(0);

  expect((await secondary.terminate()).code).toBe(0);
  // What has stopped says so, and is not found any more.
  expect((await central.terminate()).code).toBe(0);
  expect((await run(["client", "list", "--discover"], { cwd: root })).code).toBe(4);
});

test("a secondary that looks for its central ends at once when it is told to, and in order", async () => {
  const cwd = temporaryFolder();
  const secondary = started({
    name: "secondary",
    args: ["secondary", "-n", "1", "-p", "0", "--discover", "--log", "json"],
    cwd,
  });
  await secondary.waitFor("discovering");
  const { code, took } = await secondary.terminate();
  expect(code).toBe(0);
  expect(took).toBeLessThan(2500);
});

/** The run of a command that has found more than one central, or the last of some. */
async function untilUsage(args: readonly string[]): Promise<Run> {
  for (let left = TRIES; ; left--) {
    const result = await run(args, { cwd: temporaryFolder() });
    if (result.code === 2 || left === 1) return result;
  }
}

test("several centrals are named, and one is to be chosen", async () => {
  const centrals = ["a", "b"].map((name) =>
    started({ name, args: ["central", "-p", "0", "--log", "json", ...ANNOUNCED], cwd: temporaryFolder() }),
  );
  const ports = await Promise.all(centrals.map(async (central) => (await central.waitFor("listening")).port));
  await Promise.all(centrals.map((central) => central.waitFor("announced")));
  for (const line of ["client list", "client get a", "client", "secondary -n 1 -p 0"]) {
    const { code, out, err } = await untilUsage([...line.split(" "), "--discover"]);
    expect({ line, code, out }).toEqual({ line, code: 2, out: "" });
    expect(err).toMatch(
      /redes: --discover has found 2 centrals: \S+ [0-9a-f]{8} at 127\.0\.0\.1:\d+, \S+ [0-9a-f]{8} at 127\.0\.0\.1:\d+; say which one, as in --central 127\.0\.0\.1:\d+\n$/,
    );
    for (const port of ports) expect(err).toContain(`127.0.0.1:${port}`);
  }
  for (const central of centrals) expect((await central.terminate()).code).toBe(0);
});

describe("others on the network", () => {
  test("who sends what is no answer disturbs nobody: floods, garbage, hostile names and places", async () => {
    await using cluster = new Cluster();
    const central = cluster.startCentral(ANNOUNCED);
    await central.waitFor("announced");
    const attacker = await impostor();
    let stopped = false;
    const flood = (async () => {
      for (let turn = 0; !stopped; turn++) {
        attacker.send(crypto.getRandomValues(new Uint8Array(1 + (turn % 1400))));
        // A place that nobody may send a client to, and names that would command a terminal.
        const hostile = { instance: "\x1b[2J\x07", port: 1, addresses: ["0.0.0.0", "224.0.0.1"] };
        // Fewer than are heard of one sender: here the central is the same.
        if (turn % 20 === 0) attacker.send(encodeAnnouncement(hostile));
        await Bun.sleep(5);
      }
    })();
    try {
      const { code, out } = await run(["client", "status", "--json", "--discover"], { cwd: cluster.root });
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ synchronized: false });
    } finally {
      stopped = true;
      await flood;
      attacker.close();
    }
    expect(await cluster.status()).toMatchObject({ synchronized: false });
  });

  test("who answers in the central's place gets no further without a key of the cluster", async () => {
    await using cluster = new KeyedCluster();
    const key = await cluster.newKey();
    const foreign = started({
      name: "foreign",
      args: ["central", "-p", "0", "--log", "json", "--key-file", await cluster.newKey("foreign"), ...ANNOUNCED],
      cwd: temporaryFolder(),
    });
    await foreign.waitFor("announced");
    const { code, out } = await run(["client", "list", "--discover", "--key-file", key], { cwd: cluster.root });
    expect({ code, out }).toEqual({ code: 5, out: "" });
    expect((await foreign.terminate()).code).toBe(0);
  });
});

test("what is for this machine alone is not announced to others", async () => {
  const { code, out, err } = await run(["central", "--discover"], { cwd: temporaryFolder() });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe(
    "redes: --discover announces the central to other machines, and it listens on 127.0.0.1, for this one alone: give --ip too, with a --key-file or --open\n",
  );
});

const lan = Lan.make();
afterAll(() => lan?.[Symbol.dispose]());

test.skipIf(lan === null)("on a network of two machines the central of one is found from the other", async () => {
  if (!lan) return;
  const cwd = temporaryFolder();
  const args = ["central", "--ip", "0.0.0.0", "--open", "--discover", "--log", "json"];
  const central = started({ name: "central", args, cwd, runner: lan.on(0) });
  const { where } = await central.waitFor("announced");
  expect(where).toEqual([`${lan.address(0)}:50000`]);
  const status = ["client", "status", "--json", "--discover", "--verbose"];
  const client = started({ name: "client", args: status, cwd, runner: lan.on(1) });
  expect(await client.within(client.exited, "ends")).toBe(0);
  expect(JSON.parse(client.out.all.join("\n"))).toMatchObject({ synchronized: false });
  // Also on the machine of the central itself.
  const same = started({ name: "same machine", args: status, cwd, runner: lan.on(0) });
  expect(await same.within(same.exited, "ends")).toBe(0);
  expect((await central.terminate()).code).toBe(0);
  const gone = started({ name: "later", args: status, cwd, runner: lan.on(1) });
  expect(await gone.within(gone.exited, "ends")).toBe(4);
});
