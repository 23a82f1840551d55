import { afterEach, expect, test } from "bun:test";
import type { Identity } from "../../../../src/keys/identity.ts";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import { DAY_MS } from "../../../../src/keys/validity.ts";
import { encode } from "../../../../src/protocol/codec.ts";
import { type Message, PROTOCOL_VERSION } from "../../../../src/protocol/messages/messages.ts";
import { clusterKey, credential } from "../../cluster/keys/certificates.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { parsed } from "../../world/network/tls/chain.ts";
import { EPOCH_MS } from "../../world/sim-process.ts";
import { Simulation } from "../../world/simulation.ts";
import type { Invariant } from "../invariant.ts";
import { refusalsAreTrue } from "./refusals.ts";
import { strangersGetNothing } from "./strangers.ts";

const KEYS = { holding: "credentials", aheadMs: [] } as const;
const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7, keys: KEYS };
const CENTRAL = { role: "central" } as const;
const CLIENT = { role: "client", name: "c1", rights: "read" } as const;
const SECOND = { role: "secondary", number: 2 } as const;
const WELCOME: Message = { type: "welcome", version: PROTOCOL_VERSION, role: "central" };
const REGISTERED: Message = { type: "registered", epoch: "00".repeat(16), seen: "s1" };
const HELLO: Message = { type: "hello", version: PROTOCOL_VERSION, role: "client" };
const REFUSED: Message = { type: "error", code: "key", message: "no" };

let release = () => {};
afterEach(() => release());

function watched({ watch }: Invariant) {
  const sim = new Simulation(1);
  const cluster = new SimCluster(sim, SHAPE);
  release = () => cluster.release();
  const details: string[] = [];
  const { afterEvent } = watch(cluster, (text) => details.push(text));
  return { cluster, details, look: () => afterEvent?.() };
}

function material(by: string, identity: Identity, notAfter = EPOCH_MS + DAY_MS): KeyMaterial {
  const { key, certificate } = credential(by, identity, { notBefore: EPOCH_MS - DAY_MS, notAfter });
  const { pem, fingerprint } = certificate;
  const authorities = [clusterKey("first").authority.pem];
  return {
    identity,
    key,
    certificate: pem,
    authorities,
    fingerprint,
    notAfter,
    canIssue: false,
    fileNotAfter: notAfter,
  };
}

/** What is said to be wrong when one end has shown something, and the other one says something. */
function said(message: Message, side: "accepts" | "connects", remoteHost: string, shown: KeyMaterial | null): string {
  const { cluster, details } = watched(strangersGetNothing);
  const certificate = shown && parsed(shown.certificate);
  const watch = cluster.keys?.met({ side, own: material("first", CENTRAL), now: EPOCH_MS, certificate, remoteHost });
  watch?.(encode(message));
  return details.join();
}

test("who has no valid key gets nothing: nobody else is asked for anything", () => {
  expect(said(WELCOME, "accepts", "c1", material("first", CLIENT))).toBe("");
  expect(said(HELLO, "connects", "s2", material("first", SECOND))).toBe("");
  expect(said(REFUSED, "accepts", "c1", null)).toBe("");
});

test("who has no valid key gets nothing", () => {
  const sent = (shown: KeyMaterial | null, host = "c1") => said(WELCOME, "accepts", host, shown);
  expect(sent(null)).toBe("c1 is sent welcome: it has shown no certificate");
  expect(sent(material("foreign", CLIENT))).toContain("its certificate is from CN=foreign");
  expect(sent(material("first", CLIENT, EPOCH_MS - 1000))).toContain("has ended");
  expect(sent(material("first", SECOND))).toContain("its certificate is for redes:secondary/2");
  expect(sent(material("first", CLIENT), "s2")).toContain("its certificate is for redes:client/c1");
});

test("who has no valid key gets nothing, be it a server", () => {
  expect(said(HELLO, "connects", "s1", material("first", SECOND))).toContain("s1 is sent hello");
  expect(said(HELLO, "connects", "s2", material("foreign", SECOND))).toContain("s2 is sent hello");
});

test("who has no valid key gets nothing: a secondary not the place of another one", () => {
  expect(said(WELCOME, "accepts", "s1", material("first", SECOND))).toBe("");
  expect(said(REGISTERED, "accepts", "s1", material("first", SECOND))).toContain("s1 is sent registered");
});

/** What is said to be wrong when a client is refused. */
function refused(reason: string, shown: KeyMaterial | null, key: "its own" | "foreign" | "none"): string {
  const { cluster, details, look } = watched(refusalsAreTrue);
  const ports = cluster.central.machine.spawn("central");
  Object.defineProperty(ports, "keys", { value: { current: material("first", CENTRAL) } });
  Object.defineProperty(cluster.central, "ports", { value: ports });
  cluster.client(1).get({ names: ["a"], to: "folder", force: false, waitMs: 1000 });
  const [download] = cluster.downloads;
  look();
  if (download) Object.assign(download, { state: "refused", refusal: { reason, shown }, key });
  look();
  return details.join();
}

const FOREIGN = "refused: its key is of another cluster";
const ENDED = "refused: its credential has expired";

test("refusals are told truly", () => {
  const [good, ended] = [material("first", CLIENT), material("first", CLIENT, EPOCH_MS - 1000)];
  const foreign = material("foreign", CLIENT);
  expect(refused(FOREIGN, foreign, "foreign")).toBe("");
  expect(refused(FOREIGN, good, "foreign")).toContain(`download 1 of a with key "foreign" is refused: ${FOREIGN}`);
  expect(refused(ENDED, ended, "its own")).toBe("");
  expect(refused(ENDED, good, "its own")).toContain(ENDED);
  expect(refused("nobody knows why", foreign, "foreign")).toContain("nobody knows why");
});

test("who has the right key is never said to have another cluster's", () => {
  expect(refused(FOREIGN, material("foreign", CLIENT), "its own")).toContain("with its own key is refused");
});
