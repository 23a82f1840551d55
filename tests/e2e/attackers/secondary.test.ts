import { expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { KeyRing } from "../../../src/keys/key-ring.ts";
import { Liar } from "../../support/liar.ts";
import { run } from "../../support/run.ts";
import { AttackedCluster, SECRET, SECRET_CONTENT, SECRET_NAME } from "./attacked-cluster.ts";
import { Attacker } from "./attacker.ts";
import { Impostor } from "./impostor.ts";

/** Who has the key of a secondary. The table of attackers in the specification names each test. */

setDefaultTimeout(120_000);

const CENTRAL = { role: "central" } as const;
/** Of the secondary that attackers are, which the cluster does not need. */
const NUMBER = 3;

function registration(cluster: AttackedCluster, number: number) {
  const instance = randomBytes(16).toString("hex");
  const { centralPort: port } = cluster;
  return { type: "register", number, host: null, port, instance, epoch: null, removal: 0, http: null } as const;
}

/** A session with the central, in which it has registered. */
async function registered(cluster: AttackedCluster): Promise<Attacker> {
  const keys = await cluster.secondaryKeys(NUMBER);
  const attacker = await Attacker.connect(keys, { port: cluster.centralPort, server: CENTRAL, role: "secondary" });
  attacker.send(registration(cluster, NUMBER));
  await attacker.next("registered");
  attacker.joined();
  return attacker;
}

test("a secondary registers under no number but its own", async () => {
  await using cluster = await AttackedCluster.start();
  const keys = await cluster.secondaryKeys(NUMBER);
  const attacker = await Attacker.connect(keys, { port: cluster.centralPort, server: CENTRAL, role: "secondary" });
  attacker.send(registration(cluster, 1));
  expect((await attacker.ended).error).toMatchObject({ code: "key" });
});

test("a secondary passes for no central and for no other secondary", async () => {
  await using cluster = await AttackedCluster.start();
  using impostor = new Impostor(await cluster.secondaryKeys(NUMBER));
  const args = ["client", "list", "--central-port", String(impostor.port), "--key-file", cluster.key("ana")];
  expect((await run(args, { cwd: cluster.root })).code).toBe(5);
  const keys = await cluster.clientKeys("eva", "read");
  const target = { port: impostor.port, server: { role: "secondary", number: 1 }, role: "client" } as const;
  await expect(Attacker.connect(keys, target)).rejects.toThrow("it has the key of secondary 3, not of secondary 1");
  expect(impostor.told).toEqual([]);
});

test("a secondary gives another one no order", async () => {
  await using cluster = await AttackedCluster.start();
  const keys = await cluster.secondaryKeys(NUMBER);
  const id = await cluster.secretId();
  const attacker = await Attacker.connect(keys, { ...cluster.dataTarget(1), role: "secondary" });
  attacker.send({ type: "remove", serial: 1, name: SECRET_NAME, id, vector: "", edits: "", moved: null });
  expect((await attacker.ended).error).toMatchObject({ code: "protocol" });
  await cluster.holds(1, [SECRET_NAME]);
});

test("a secondary is no client", async () => {
  await using cluster = await AttackedCluster.start();
  const attacker = await registered(cluster);
  attacker.send({ type: "list", request: 1, after: null });
  expect((await attacker.ended).error).toMatchObject({ code: "protocol" });
  const keys = await cluster.secondaryKeys(NUMBER);
  const as = await Attacker.connect(keys, { port: cluster.centralPort, server: CENTRAL, role: "client" });
  expect((await as.ended).error).toMatchObject({ code: "key" });
});

test("a secondary brings no name into the cluster that leads out of a folder", async () => {
  await using cluster = await AttackedCluster.start();
  const descent = { vector: "", changed: true, edits: "", modified: 0, blake3: null, sha256: null } as const;
  for (const name of ["../out.bin", "/tmp/out.bin", "a/../../out.bin", "a\0b"]) {
    const attacker = await registered(cluster);
    const file = { name, ...SECRET_CONTENT.version, ...descent };
    attacker.send({ type: "announce", batch: 1, files: [file], gone: [], complete: true });
    expect((await attacker.ended).error).toMatchObject({ code: "protocol" });
  }
});

test("a secondary makes no client take a wrong byte", async () => {
  await using cluster = await AttackedCluster.start();
  const keys = new KeyRing(await cluster.secondaryKeys(NUMBER));
  const target = { central: cluster.centralPort, number: NUMBER, keys };
  await using liar = await Liar.join({ ...target, name: SECRET_NAME, content: SECRET_CONTENT, lie: "wrong bytes" });
  await cluster.until("the liar is asked", async () => {
    const dir = cluster.downloads();
    const { code } = await cluster.get([SECRET_NAME], { dir, args: ["--key-file", cluster.key("ana")] });
    expect(code).toBe(0);
    expect(fs.readFileSync(join(dir, SECRET_NAME)).equals(SECRET)).toBe(true);
    return liar.asked > 0;
  });
});
