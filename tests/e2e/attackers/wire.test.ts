import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { newClusterKey } from "../../../src/keys/issue.ts";
import { keyMaterial } from "../../../src/keys/key-material.ts";
import { encode, encodeHello } from "../../../src/protocol/codec.ts";
import { PROTOCOL_VERSION } from "../../../src/protocol/messages/messages.ts";
import { type Run, run } from "../../support/run.ts";
import { AttackedCluster, HONEST_NAME, SECRET, SECRET_NAME } from "./attacked-cluster.ts";
import { Impostor } from "./impostor.ts";
import { answerTo, PlainImpostor } from "./raw-connection.ts";

/** Who reads and changes what is on the wire, and has no key. The table of attackers in the specification names each test. */

/** The first two bytes of a TLS record that belongs to a handshake. */
const TLS_HANDSHAKE = Buffer.from([22, 3]);
/** Bytes of a file by which it would be known. */
const SAMPLE_BYTES = 24;

setDefaultTimeout(120_000);

/** What ana's client gets from a central on that port. */
function get(cluster: AttackedCluster, port: number, dir: string): Promise<Run> {
  const options = ["--dir", dir, "--central-port", String(port), "--key-file", cluster.key("ana")];
  return run(["client", "get", SECRET_NAME, ...options], { cwd: cluster.root });
}

const isWhole = (dir: string) => fs.readFileSync(join(dir, SECRET_NAME)).equals(SECRET);

test("whoever is on the way reads no name, no id and no byte of a file", async () => {
  await using cluster = await AttackedCluster.start({ tapped: true });
  const dir = cluster.downloads();
  expect((await get(cluster, cluster.tap(0).port, dir)).code).toBe(0);
  expect(isWhole(dir)).toBe(true);
  const id = await cluster.secretId();
  for (const number of [0, 1]) {
    const tap = cluster.tap(number);
    // The name of the server that is wanted is in clear: it has been listened to.
    expect(tap.saw("redes.internal")).toBe(true);
    for (const text of [SECRET_NAME, HONEST_NAME, id, Buffer.from(id, "hex")]) expect(tap.saw(text)).toBe(false);
    for (let at = 0; at + SAMPLE_BYTES <= SECRET.length; at += 64 * 1024)
      expect(tap.saw(SECRET.subarray(at, at + SAMPLE_BYTES))).toBe(false);
  }
});

test("whoever is on the way changes no byte of a file", async () => {
  await using cluster = await AttackedCluster.start({ tapped: true });
  let changed = 0;
  const other = cluster.tap(2);
  // Or the other one could have sent all before the first is connected.
  other.rate = 64 * 1024;
  cluster.tap(1).change = (bytes) => {
    // Past the handshake, whose records are shorter.
    if (bytes.length < 4096) return bytes;
    changed += 1;
    other.rate = Number.POSITIVE_INFINITY;
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    return bytes;
  };
  const dir = cluster.downloads();
  const { code } = await get(cluster, cluster.centralPort, dir);
  expect(code).toBe(0);
  expect(isWhole(dir)).toBe(true);
  expect(changed).toBeGreaterThan(0);
});

test("what whoever is on the way sends again has no effect", async () => {
  await using cluster = await AttackedCluster.start({ tapped: true });
  const tap = cluster.tap(0);
  expect((await get(cluster, tap.port, cluster.downloads())).code).toBe(0);
  expect(await cluster.counts()).toEqual({ [HONEST_NAME]: 1 });
  const answer = await answerTo(cluster.centralPort, Buffer.concat(tap.toServer));
  expect(answer.subarray(0, 2)).toEqual(TLS_HANDSHAKE);
  expect(await cluster.counts()).toEqual({ [HONEST_NAME]: 1 });
});

test("whoever is on the way passes for no server with a key of another cluster, and is told nothing", async () => {
  await using cluster = await AttackedCluster.start();
  const foreign = [{ path: "foreign", contents: await newClusterKey(Date.now()) }];
  using impostor = new Impostor(await keyMaterial(foreign, { role: "central" }, Date.now()));
  expect(await get(cluster, impostor.port, cluster.downloads())).toMatchObject({
    code: 5,
    err: expect.stringContaining("the key is of another cluster"),
  });
  expect(impostor.told).toEqual([]);
});

test("whoever is on the way brings nobody who has a key to speak without TLS", async () => {
  await using cluster = await AttackedCluster.start();
  using impostor = new PlainImpostor(encode({ type: "welcome", version: PROTOCOL_VERSION, role: "central" }));
  expect(await get(cluster, impostor.port, cluster.downloads())).toMatchObject({
    code: 5,
    err: expect.stringContaining("does not speak TLS"),
  });
  const told = Buffer.concat(impostor.told);
  expect(told.subarray(0, 2)).toEqual(TLS_HANDSHAKE);
  expect(told.includes(SECRET_NAME)).toBe(false);

  const answer = await answerTo(
    cluster.centralPort,
    encodeHello({ type: "hello", version: PROTOCOL_VERSION, role: "client" }),
  );
  expect(answer.includes("welcome")).toBe(false);
  expect(answer.includes(SECRET_NAME)).toBe(false);
});
