import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { KeyKeeper } from "../../src/keys/key-keeper.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import { KeyedCluster } from "../support/keyed-cluster.ts";
import { type Run, run } from "../support/run.ts";
import { Attacker } from "./attackers/attacker.ts";

setDefaultTimeout(120_000);

const REVOKED = "redes: refused: the key was revoked\n";
const BIG = randomBytes(9 * MIB + 7);

/** A cluster with keys, in which each has a file of its own. */
class RevokingCluster extends KeyedCluster {
  /** Starts it with two secondaries, and clients with each of the rights. */
  async begin(proxy: boolean): Promise<void> {
    await this.newKey();
    for (const number of [1, 2]) await this.credential(`secondary${number}`, "secondary", String(number));
    for (const name of ["ana", "eva"]) await this.credential(name, "client", name);
    await this.credential("writer", "client", "writer", "--write");
    await this.credential("boss", "client", "boss", "--admin");
    await this.credential("central", "central");
    this.startCentral(["--secondaries", "2", "--key-file", this.key("central")]);
    for (const number of [1, 2]) this.startSecond(number, proxy);
    await this.central.waitFor("synchronized");
  }

  startSecond(number: number, proxy = false) {
    return this.startSecondary(number, { proxy, args: ["--key-file", this.key(`secondary${number}`)] });
  }

  async fingerprint(name: string): Promise<string> {
    const { out } = await run(["key", "show", this.key(name), "--json"], { cwd: this.root });
    return JSON.parse(out).fingerprint;
  }

  async revoke(name: string): Promise<Run> {
    return this.asked(["key", "revoke", await this.fingerprint(name)], "boss");
  }

  /** What a data session says to a client with this key before it ends; "open": it does not end. */
  async atSecondary(port: number, name: string): Promise<string> {
    const { ring } = await KeyKeeper.ofFiles(systemClock, { role: "client", name, rights: "read" }, [this.key(name)]);
    const target = { port, server: { role: "secondary", number: 1 }, role: "client" } as const;
    const session = await Attacker.connect(ring.current, target);
    if (!session.isOpen) return String((await session.ended).message);
    session.leave();
    return "open";
  }
}

test("whoever has a key that was revoked stays nowhere, and others go on", async () => {
  await using cluster = new RevokingCluster();
  put(cluster.folder(1), "big.bin", BIG);
  await cluster.begin(true);
  cluster.leavesParts = true;
  cluster.slow(MIB / 2);
  const dir = cluster.downloads();
  const getting = (name: string) =>
    cluster.getting(["big.bin"], { dir: join(dir, name), args: ["--key-file", cluster.key(name)] });
  const [ana, eva] = [getting("ana"), getting("eva")];
  await cluster.sent([1, 2], MIB);

  const done = await cluster.revoke("ana");
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(done.out).toEndWith("is revoked, and 2 secondaries told; those that are away are told when they come back\n");
  const { code, results } = await cluster.finish(ana);
  expect([code, results.map(({ event }) => event), results[0]?.error]).toEqual([
    5,
    ["failed"],
    "refused: the key was revoked",
  ]);
  for (const number of [0, 1, 2]) {
    const { message } = await (number === 0 ? cluster.central : cluster.secondary(number)).waitFor("stranger");
    expect(message).toBe("127.0.0.1 was disconnected: the key was revoked");
  }
  expect(await cluster.asked(["client", "list"], "ana")).toEqual({ code: 5, out: "", err: REVOKED });

  cluster.fast();
  const other = await cluster.finish(eva);
  expect([other.code, other.results[0]?.retries]).toEqual([0, 0]);
  expect(fs.readFileSync(join(dir, "eva", "big.bin")).equals(BIG)).toBe(true);
});

test("whoever has a key that was revoked gets in nowhere, after a restart and while the central is away", async () => {
  await using cluster = new RevokingCluster();
  put(cluster.folder(1), "a", "a");
  await cluster.begin(false);
  expect(await cluster.revoke("ana")).toMatchObject({ code: 0 });
  // One that is away when it is made learns of it when it comes back.
  expect((await cluster.secondary(2).terminate()).code).toBe(0);
  expect(await cluster.revoke("writer")).toMatchObject({ code: 0, err: "" });
  await cluster.startSecond(2).waitFor("revoked");

  await cluster.kill(0);
  for (const number of [1, 2]) {
    await cluster.kill(number);
    const { port } = await cluster.startSecond(number).waitFor("listening");
    if (number === 2) continue;
    for (const name of ["ana", "writer"]) {
      expect([name, await cluster.atSecondary(Number(port), name)]).toEqual([name, "refused: the key was revoked"]);
    }
    expect(await cluster.atSecondary(Number(port), "eva")).toBe("open");
  }

  cluster.startCentral(["--secondaries", "2", "--key-file", cluster.key("central")]);
  await cluster.central.waitFor("listening");
  for (const name of ["ana", "writer"]) {
    expect(await cluster.asked(["client", "status"], name)).toEqual({ code: 5, out: "", err: REVOKED });
  }
  expect(await cluster.asked(["client", "status"], "eva")).toMatchObject({ code: 0 });
});

test("a secondary that is revoked is none any more, for the central and for the others", async () => {
  await using cluster = new RevokingCluster();
  put(cluster.folder(2), "a", "a");
  await cluster.begin(true);
  cluster.leavesParts = true;
  cluster.slow(MIB / 2);
  // The first one copies from the one that will be revoked.
  put(cluster.folder(2), "big.bin", BIG);
  await cluster.sent([2], MIB);
  const done = await cluster.revoke("secondary2");
  expect(done.out).toContain("is revoked, and 1 secondary told");
  expect((await cluster.central.waitFor("lost")).message).toBe(
    "secondary 2 is lost (the key was revoked); 1 secondary left",
  );
  expect((await cluster.secondary(2).waitFor("central-lost")).message).toContain("refused: the key was revoked");
  await cluster.until("nobody is connected to it any more", () => cluster.proxy(2).open === 0);
  put(cluster.folder(2), "late", "late");
  expect((await cluster.secondary(2).terminate()).code).toBe(0);
  const again = cluster.startSecond(2);
  await again.waitFor("waiting", ({ message = "" }) => message.includes("the key was revoked"));
  await cluster.secondary(1).waitFor("revoked");
  await cluster.holds(1, ["a"]);
  expect(again.count("registered")).toBe(0);
});

test("a client leaves a secondary that is revoked in the middle of a download, and goes on with the others", async () => {
  await using cluster = new RevokingCluster();
  put(cluster.folder(1), "big.bin", BIG);
  await cluster.begin(true);
  cluster.slow(MIB / 2);
  const dir = cluster.downloads();
  const getting = cluster.getting(["big.bin"], { dir, args: ["--key-file", cluster.key("eva")] });
  await cluster.sent([1, 2], MIB / 2);
  expect(await cluster.revoke("secondary2")).toMatchObject({ code: 0 });
  await cluster.until("the client has left it", () => cluster.proxy(2).open === 0);
  expect(getting.alive).toBe(true);
  cluster.fast();
  expect(await cluster.finish(getting)).toMatchObject({ code: 0, results: [{ event: "done" }] });
  expect(fs.readFileSync(join(dir, "big.bin")).equals(BIG)).toBe(true);
});

test("a client without the right to do so lists no keys and revokes none", async () => {
  await using cluster = new RevokingCluster();
  put(cluster.folder(1), "a", "a");
  await cluster.begin(false);
  const fingerprint = await cluster.fingerprint("eva");
  const commands = [
    ["key", "list"],
    ["key", "revoke", fingerprint],
  ];
  for (const [name, held] of [
    ["eva", "read"],
    ["writer", "write"],
  ] as const) {
    for (const words of commands) {
      const { code, out, err } = await cluster.asked(words, name);
      expect({ code, out }).toEqual({ code: 5, out: "" });
      expect(err).toMatch(
        new RegExp(
          `^redes: the key of client ${name} has the right ${held}, and to (list|revoke) keys needs admin: .*--admin\\)\\n$`,
        ),
      );
    }
  }
  const central = await cluster.asked(["key", "revoke", await cluster.fingerprint("central")], "boss");
  expect(central).toMatchObject({ code: 1, out: "" });
  expect(central.err).toContain("the central itself uses this key");
  expect(await cluster.asked(["key", "revoke", await cluster.fingerprint("own")], "boss")).toMatchObject({ code: 1 });
  const unknown = await cluster.asked(["key", "revoke", "0".repeat(64)], "own");
  expect(unknown).toMatchObject({ code: 0, err: "" });
  expect(unknown.out).toContain("nobody has ever come to this central with it: is the fingerprint right?");
  expect(await cluster.asked(["key", "revoke", fingerprint.toUpperCase()], "own")).toMatchObject({ code: 0 });

  const { code, out } = await cluster.asked(["key", "list", "--json"], "boss");
  expect(code).toBe(0);
  const keys: Record<string, unknown>[] = JSON.parse(out);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const own = await cluster.fingerprint("own");
  const seen = { authority: own, until: time, seen: time };
  const boss = await cluster.fingerprint("boss");
  expect(keys).toContainEqual({
    ...{ fingerprint: boss, kind: "credential", role: "client", name: "boss", rights: "admin", ...seen, sessions: 1 },
  });
  const second = await cluster.fingerprint("secondary2");
  expect(keys).toContainEqual({
    ...{ fingerprint: second, kind: "credential", role: "secondary", number: 2, ...seen, sessions: 1 },
  });
  expect(keys.filter(({ revoked }) => revoked !== undefined)).toEqual([
    {
      ...{ fingerprint, kind: "credential", role: "client", name: "eva", rights: "read", ...seen },
      revoked: time,
      sessions: 0,
    },
    { fingerprint: "0".repeat(64), kind: "unknown", revoked: time, sessions: 0 },
  ]);
  // Whoever has the cluster key makes a certificate each time: what is listed is the key.
  expect(keys.filter(({ kind }) => kind === "cluster")).toMatchObject([
    { fingerprint: own, authority: own, role: "client" },
  ]);

  const table = await cluster.asked(["key", "list"], "own");
  expect(table.out).toMatch(new RegExp(`client eva +read .*${fingerprint} +\\d{4}-`));
  expect(table.out).toMatch(/^never seen +0{64} /m);
  const open = await run(["key", "list", "--central-port", String(cluster.centralPort)], { cwd: cluster.root });
  expect(open).toMatchObject({ code: 5, out: "" });
});
