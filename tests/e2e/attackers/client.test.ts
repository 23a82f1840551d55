import { expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { Report } from "../../../src/protocol/messages/client.ts";
import { run } from "../../support/run.ts";
import { AttackedCluster, SECRET_NAME } from "./attacked-cluster.ts";
import { Attacker } from "./attacker.ts";
import { Impostor } from "./impostor.ts";

/** Who has the key of a client. The table of attackers in the specification names each test. */

setDefaultTimeout(120_000);

const CENTRAL = { role: "central" } as const;
const unique = () => randomBytes(16).toString("hex");

test("a client registers as no secondary", async () => {
  await using cluster = await AttackedCluster.start();
  const keys = await cluster.clientKeys("mallory", "admin");
  const attacker = await Attacker.connect(keys, { port: cluster.centralPort, server: CENTRAL, role: "secondary" });
  expect((await attacker.ended).error).toMatchObject({ code: "key" });

  const as = await Attacker.connect(keys, { port: cluster.centralPort, server: CENTRAL, role: "client" });
  const { centralPort: port } = cluster;
  as.send({ type: "register", number: 1, host: null, port, instance: unique(), epoch: null, removal: 0, http: null });
  expect((await as.ended).error).toMatchObject({ code: "protocol" });
});

test("a client is counted under the name of its key alone", async () => {
  await using cluster = await AttackedCluster.start();
  const keys = await cluster.clientKeys("mallory", "read");
  const attacker = await Attacker.connect(keys, { port: cluster.centralPort, server: CENTRAL, role: "client" });
  attacker.send({ type: "enter", name: "ana" });
  await attacker.next("entered");
  attacker.joined();
  const download = unique();
  attacker.send({ type: "download", download, name: SECRET_NAME, running: null });
  const { id } = await attacker.next("granted");
  const report: Report = { download, client: "ana", name: SECRET_NAME, id, outcome: "done", sources: [1] };
  attacker.send({ type: "finish", report });
  await attacker.next("counted");
  expect(await cluster.counts()).toEqual({ mallory: 1 });

  // Left with a secondary, which passes it on.
  const data = await Attacker.connect(keys, cluster.dataTarget(1));
  data.send({ type: "finish", report: { ...report, download: unique() } });
  await data.next("counted");
  await cluster.until("it is counted", async () => (await cluster.counts()).mallory === 2);
  expect(await cluster.counts()).toEqual({ mallory: 2 });
  attacker.leave();
  data.leave();
});

test("a client gives no order that a central gives", async () => {
  await using cluster = await AttackedCluster.start();
  const keys = await cluster.clientKeys("mallory", "admin");
  const target = cluster.dataTarget(1);
  const id = await cluster.secretId();
  const order = { type: "remove", serial: 1, name: SECRET_NAME, id, vector: "", edits: "", moved: null } as const;
  const attacker = await Attacker.connect(keys, target);
  attacker.send(order);
  expect((await attacker.ended).error).toMatchObject({ code: "protocol" });
  // Nor when it says that it is one.
  const central = await Attacker.connect(keys, { ...target, role: "central" });
  expect((await central.ended).error?.code).toMatch(/key|protocol/);
  await cluster.holds(1, [SECRET_NAME]);
});

test("a client is sent nothing but files of the catalogue", async () => {
  await using cluster = await AttackedCluster.start();
  const keys = await cluster.clientKeys("mallory", "read");
  const target = cluster.dataTarget(1);
  for (const name of ["../secondary1.key", "/etc/passwd", ".redes/lock"]) {
    const attacker = await Attacker.connect(keys, target);
    attacker.send({ type: "open", request: 1, id: "0".repeat(64), name, download: null });
    expect((await attacker.ended).error).toMatchObject({ code: "protocol" });
  }
  const attacker = await Attacker.connect(keys, target);
  attacker.send({ type: "piece", request: 7, id: "0".repeat(64), piece: 0 });
  expect(await attacker.next("refusal")).toMatchObject({ request: 7 });
  attacker.leave();
});

test("a client passes for no server", async () => {
  await using cluster = await AttackedCluster.start();
  using impostor = new Impostor(await cluster.clientKeys("mallory", "admin"));
  const args = ["client", "list", "--central-port", String(impostor.port), "--key-file", cluster.key("ana")];
  expect((await run(args, { cwd: cluster.root })).code).toBe(5);
  expect(impostor.told).toEqual([]);
});
