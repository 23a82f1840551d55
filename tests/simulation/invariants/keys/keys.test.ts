import { afterEach, expect, test } from "bun:test";
import type { Identity } from "../../../../src/keys/identity.ts";
import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { encode } from "../../../../src/protocol/codec.ts";
import { type Message, PROTOCOL_VERSION } from "../../../../src/protocol/messages/messages.ts";
import { credential, materialOf } from "../../cluster/keys/certificates.ts";
import type { SimServer } from "../../cluster/servers/sim-server.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { parsed } from "../../world/network/tls/chain.ts";
import { EPOCH_MS } from "../../world/sim-process.ts";
import { Simulation } from "../../world/simulation.ts";
import type { Invariant } from "../invariant.ts";
import { refusalsAreTrue } from "./refusals.ts";
import { revokedKeysEnd } from "./revocations.ts";
import { strangersGetNothing } from "./strangers.ts";

const KEYS = { holding: "credentials", aheadMs: [] } as const;
const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7, keys: KEYS };
const CENTRAL = { role: "central" } as const;
const CLIENT = { role: "client", name: "c1", rights: "read" } as const;
const SECOND = { role: "secondary", number: 2 } as const;
const WELCOME: Message = { type: "welcome", version: PROTOCOL_VERSION, role: "central" };
const REGISTERED: Message = { type: "registered", epoch: "00".repeat(16), seen: "s1", urlKey: null };
const HELLO: Message = { type: "hello", version: PROTOCOL_VERSION, role: "client" };
const REFUSED: Message = { type: "error", code: "key", message: "no" };

let release = () => {};
afterEach(() => release());

function watched({ watch }: Invariant) {
  const sim = new Simulation(1);
  const cluster = new SimCluster(sim, SHAPE);
  release = () => cluster.release();
  const details: string[] = [];
  const { afterEvent, atEnd } = watch(cluster, (text) => details.push(text));
  return { sim, cluster, details, look: () => afterEvent?.(), end: () => atEnd?.() };
}

function material(by: string, identity: Identity, notAfter = EPOCH_MS + DAY_MS): KeyMaterial {
  return materialOf(credential(by, identity, { notBefore: EPOCH_MS - DAY_MS, notAfter }), ["first"]);
}

/** What is said to be wrong when one end has shown something, and the other one says something. */
function said(message: Message, side: "accepts" | "connects", remoteHost: string, shown: KeyMaterial | null): string {
  const { cluster, details } = watched(strangersGetNothing);
  const certificate = shown && parsed(shown.certificate);
  const watch = cluster.keys?.meet(
    { side, own: material("first", CENTRAL), now: EPOCH_MS, certificate, remoteHost },
    "central",
  );
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

/** A server runs that has such keys. */
function run(server: SimServer<unknown>, ring: KeyRing): void {
  const ports = server.machine.spawn(server.name);
  Object.defineProperty(ports, "keys", { value: ring });
  Object.defineProperty(server, "ports", { value: ports, configurable: true });
  Object.defineProperty(server, "started", { value: true, configurable: true });
}

/** What is said to be wrong when a client is refused. */
function refused(reason: string, shown: KeyMaterial | null, key: "its own" | "foreign" | "none"): string {
  const { cluster, details, look } = watched(refusalsAreTrue);
  run(cluster.central, new KeyRing(material("first", CENTRAL)));
  cluster.client(1).get({ names: ["a"], to: "folder", force: false, waitMs: 1000 });
  const [download] = cluster.downloads;
  look();
  if (download) Object.assign(download, { state: "refused", refusal: { reason, shown }, key });
  look();
  return details.join();
}

const FOREIGN = "refused: the key is of another cluster";
const ENDED = "refused: the credential has expired";

test("refusals are told truly", () => {
  const [good, ended] = [material("first", CLIENT), material("first", CLIENT, EPOCH_MS - 1000)];
  const foreign = material("foreign", CLIENT);
  expect(refused(FOREIGN, foreign, "foreign")).toBe("");
  expect(refused(FOREIGN, good, "foreign")).toContain(`download 1 of a with key "foreign" is refused: ${FOREIGN}`);
  expect(refused(ENDED, ended, "its own")).toBe("");
  expect(refused(ENDED, good, "its own")).toContain(ENDED);
  expect(refused("nobody knows why", foreign, "foreign")).toContain("nobody knows why");
});

test("refusals are told truly: the central's clock may be put right before the refusal arrives", () => {
  const said = (laterMs: number) => {
    const { sim, cluster, details, look } = watched(refusalsAreTrue);
    run(cluster.central, new KeyRing(material("first", CENTRAL)));
    const { wall } = cluster.central.machine;
    wall.ahead = -2 * DAY_MS;
    look();
    wall.ahead = 0;
    sim.runUntil(sim.now + laterMs);
    cluster.client(1).get({ names: ["a"], to: "folder", force: false, waitMs: 1000 });
    const [download] = cluster.downloads;
    look();
    const refusal = { reason: "refused: the credential is not valid yet", shown: material("first", CLIENT) };
    if (download) Object.assign(download, { state: "refused", refusal });
    look();
    return details.join();
  };
  expect(said(1000)).toBe("");
  expect(said(30_000)).toContain("with its own key is refused");
});

test("who has the right key is never said to have another cluster's", () => {
  expect(refused(FOREIGN, material("foreign", CLIENT), "its own")).toContain("with its own key is refused");
});

/** The central and the first secondary run, and the second one's key is revoked. */
function revoked(rights: "admin" | "read" = "admin") {
  const all = watched(revokedKeysEnd);
  const { sim, cluster, look } = all;
  const shown = material("first", SECOND);
  const { fingerprint, notAfter: until } = shown;
  const rings = [CENTRAL, { role: "secondary", number: 1 } as const].map((who) => new KeyRing(material("first", who)));
  for (const [place, ring] of rings.entries()) {
    const server = cluster.servers[place];
    if (server) run(server, ring);
  }
  const watch = cluster.keys?.meet(
    { side: "accepts", own: shown, now: EPOCH_MS, certificate: parsed(shown.certificate), remoteHost: "s2" },
    "s1",
  );
  const secondaries = { sorted: () => [{ number: 1, phase: "live" }] };
  Object.defineProperty(cluster.central, "role", { value: { registry: { secondaries } } });
  const give = (givenAt = sim.now) => {
    const order = { rights, fingerprint, givenAt, outcome: "revoked", reason: "" } as const;
    cluster.keys?.revocations.ordered(order, sim.now);
  };
  give();
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      sim.runUntil(sim.now + 250);
      look();
    }
  };
  const tell = (place: number) => rings[place]?.revocations.add([{ fingerprint, until }]);
  const meetCentral = () => {
    const meeting = { side: "accepts", own: shown, now: EPOCH_MS, remoteHost: "s2" } as const;
    cluster.keys?.meet({ ...meeting, certificate: parsed(shown.certificate) }, "central")?.(encode(WELCOME));
  };
  return { ...all, watch, pass, tell, rings, give, meetCentral };
}

test("a revoked key ends: whoever knows of it, says so and no more does what it should", () => {
  const { details, pass, tell, watch, end } = revoked();
  tell(0);
  tell(1);
  watch?.(encode(REFUSED));
  pass(5000);
  end();
  expect(details).toEqual([]);
});

test("a revoked key ends: sessions too", () => {
  const { details, pass, tell, watch } = revoked();
  tell(1);
  pass(3000);
  watch?.(encode(WELCOME));
  expect(details).toEqual(["s1 goes on with s2, whose key is revoked"]);
});

test("a revoked key ends: a thread that waits for the disk hears of it later", () => {
  const { sim, cluster, details, pass, tell } = revoked();
  tell(1);
  pass(500);
  const shown = material("first", SECOND);
  let heardUntil = 0;
  const meeting = {
    side: "connects",
    own: shown,
    now: EPOCH_MS,
    certificate: parsed(shown.certificate),
    remoteHost: "s2",
    heardUntil: () => heardUntil,
  } as const;
  const watch = cluster.keys?.meet(meeting, "s1");
  watch?.(encode(HELLO));
  pass(3000);
  watch?.(encode(HELLO));
  expect(details).toEqual([]);
  heardUntil = sim.now;
  watch?.(encode(HELLO));
  cluster.keys?.meet(meeting, "s1")?.(encode(HELLO));
  expect(details).toEqual(["s1 goes on with s2, whose key is revoked", "s1 sends s2 hello, whose key is revoked"]);
});

test("a revoked key ends: secondaries are told, and forget nothing", () => {
  const untold = revoked();
  untold.tell(0);
  untold.pass(3000);
  expect(untold.details[0]).toMatch(/^s1 was not told that \w+ is revoked$/);
  untold.end();
  expect(untold.details.at(-1)).toMatch(/^s1 does not know that \w+ is revoked$/);
  release();
  const { cluster, details, pass, tell, end } = revoked();
  tell(1);
  pass(4000);
  const [, server] = cluster.servers;
  if (server) run(server, new KeyRing(material("first", { role: "secondary", number: 1 })));
  pass(500);
  expect(details[0]).toMatch(/^s1 has forgotten that \w+ is revoked$/);
  end();
  expect(details.at(-1)).toMatch(/^the central has forgotten that \w+ is revoked$/);
});

test("a revoked key ends: who was cut off hears of it once it is connected again", () => {
  const cutOff = () => {
    const all = revoked();
    all.cluster.happened.push({ at: 0, kind: "lost connections", params: { machine: 1, other: 0 }, fault: true });
    all.tell(0);
    all.pass(15_000);
    expect(all.details).toEqual([]);
    return all;
  };
  const { details, tell, pass } = cutOff();
  tell(1);
  pass(5000);
  expect(details).toEqual([]);
  release();
  const untold = cutOff();
  untold.pass(5000);
  expect(untold.details[0]).toMatch(/^s1 has not been told since that \w+ is revoked$/);
});

test("a revoked key ends: a central without its database must be told again", () => {
  const { cluster, sim, details, end, give, meetCentral } = revoked();
  const broken = (givenAt = sim.now) => {
    give(givenAt);
    sim.runUntil(sim.now + 1000);
    meetCentral();
    end();
    return details.splice(0).map((text) => text.replace(/[0-9a-f]{64}/, "KEY"));
  };
  const wrong = ["central sends s2 welcome, whose key is revoked", "the central has forgotten that KEY is revoked"];
  expect(broken()).toEqual(wrong);
  cluster.loseDatabase(0);
  // What the central did before it lost the database was answered late.
  expect(broken(sim.now - 1)).toEqual([]);
  expect(broken()).toEqual(wrong);
});

test("a revoked key ends: only who may has it done", () => {
  const { details, look } = revoked("read");
  look();
  expect(details[0]).toMatch(/^a read credential revokes \w+$/);
});
