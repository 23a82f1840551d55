import { afterEach, expect, test } from "bun:test";
import type { Identity, ServerIdentity } from "../../../../../src/keys/identity.ts";
import type { KeyMaterial } from "../../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../../src/keys/key-ring.ts";
import type { Validity } from "../../../../../src/keys/validity.ts";
import { foreignReply } from "../../../../../src/net/session/foreign-protocol.ts";
import type {
  ConnectError,
  Listener,
  Network,
  Socket,
  SocketEvents,
} from "../../../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../../../src/platform/clock.ts";
import { credential, materialOf } from "../../../cluster/keys/certificates.ts";
import { outsideOfPromises } from "../../outside-of-promises.ts";
import { EPOCH_MS, SimProcess } from "../../sim-process.ts";
import { Simulation } from "../../simulation.ts";
import { SimNetwork } from "../sim-network.ts";
import { securedNetwork } from "../tls/secured-network.ts";

/** What comes of connections with keys is the same as with TLS itself, to the letter. */

const HOUR_MS = 3_600_000;
const NOW = Math.floor(Date.now() / 1000) * 1000;
const VALID: Validity = { notBefore: NOW - HOUR_MS, notAfter: NOW + HOUR_MS };
const ENDED: Validity = { notBefore: NOW - 2 * HOUR_MS, notAfter: NOW - HOUR_MS };
const EARLY: Validity = { notBefore: NOW + HOUR_MS, notAfter: NOW + 2 * HOUR_MS };
const CENTRAL = { role: "central" } as const;
const SECOND = { role: "secondary", number: 2 } as const;
const JOE = { role: "client", name: 'joe, "the" ñ', rights: "read" } as const;

function material(
  by: string,
  identity: Identity,
  validity = VALID,
  believed: readonly string[] = ["first"],
): KeyMaterial {
  return materialOf(credential(by, identity, validity), believed);
}

/** What both ends are told. */
interface Told {
  readonly caller: unknown;
  readonly accepter: unknown;
}

interface Case {
  readonly caller: KeyMaterial | null;
  readonly accepter: KeyMaterial | null;
  readonly wanted?: ServerIdentity;
}

const HELLO = Buffer.from("hello");
let listener: Listener | null = null;
afterEach(() => listener?.stop());

/** Connects, and says something. Resolves when the caller knows what came of it, and the accepter's end is over. */
async function meet(networks: { near: Network; far: Network }, host: string, wanted: ServerIdentity): Promise<Told> {
  const [told, over] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  listener = networks.far.listen({ host, port: 0 }, (socket) => {
    let heard = "";
    let answered = false;
    return {
      data(bytes) {
        if (answered) return;
        const answer = foreignReply(bytes, "central");
        answered = answer !== null;
        if (answer) {
          socket.write(answer);
          return socket.shutdown();
        }
        heard += Buffer.from(bytes).toString();
        socket.destroy();
      },
      drained() {},
      closed: () => over.resolve({ peer: socket.remotePeer, heard }),
    };
  });
  const { port } = listener;
  const attach = (socket: Socket): SocketEvents => {
    told.resolve(socket.remotePeer);
    queueMicrotask(() => socket.write(HELLO));
    return { data() {}, drained() {}, closed() {} };
  };
  networks.near.connect({ host, port }, attach, wanted).catch((error: ConnectError) => {
    told.resolve({ failure: error.failure, text: error.message.replace(`${host}:${port}`, "HOST") });
  });
  const both = { caller: await told.promise, accepter: await over.promise };
  listener.stop();
  return both;
}

function withTls({ caller, accepter, wanted = CENTRAL }: Case): Promise<Told> {
  const network = (keys: KeyMaterial | null) => tcpNetwork(systemClock, { keys: keys && new KeyRing(keys) });
  const networks = { near: network(caller), far: network(accepter) };
  return meet(networks, "127.0.0.1", wanted);
}

async function simulated({ caller, accepter, wanted = CENTRAL }: Case): Promise<Told> {
  const sim = new Simulation(1);
  const plain = new SimNetwork(sim);
  const network = (host: string, keys: KeyMaterial | null) => {
    const process = new SimProcess(sim, host, 1, { ahead: NOW - EPOCH_MS });
    const port = plain.portFor(process, host, () => new Uint8Array(0));
    if (!keys) return port;
    return securedNetwork(port, { clock: process.clock, keys: new KeyRing(keys), log: null, doorkeeper: () => null });
  };
  const networks = { near: network("near", caller), far: network("far", accepter) };
  const told = meet(networks, "far", wanted);
  await outsideOfPromises(() => sim.runUntil(10_000));
  return told;
}

const central = material("first", CENTRAL);
const joe = material("first", JOE);

const CASES: Readonly<Record<string, Case>> = {
  "keys of one cluster": { caller: joe, accepter: central },
  "a secondary that comes to another one": {
    caller: material("first", { role: "secondary", number: 1 }),
    accepter: material("first", SECOND),
    wanted: SECOND,
  },
  "a caller of another cluster": { caller: material("foreign", JOE), accepter: central },
  "a server of another cluster": { caller: joe, accepter: material("foreign", CENTRAL) },
  "two clusters": {
    caller: material("foreign", JOE, VALID, ["foreign"]),
    accepter: central,
  },
  "both keys are believed": {
    caller: material("second", JOE, VALID, ["second", "first"]),
    accepter: material("first", CENTRAL, VALID, ["first", "second"]),
  },
  "a caller whose credential has ended": { caller: material("first", JOE, ENDED), accepter: central },
  "a caller whose credential has not begun": { caller: material("first", JOE, EARLY), accepter: central },
  "a server whose credential has ended": { caller: joe, accepter: material("first", CENTRAL, ENDED) },
  "a server whose credential has not begun": { caller: joe, accepter: material("first", CENTRAL, EARLY) },
  "a foreign one that has ended": { caller: material("foreign", JOE, ENDED), accepter: central },
  "a foreign server that has ended": { caller: joe, accepter: material("foreign", CENTRAL, ENDED) },
  "a foreign one that has not begun": { caller: material("foreign", JOE, EARLY), accepter: central },
  "a client in the place of a server": { caller: joe, accepter: material("first", JOE) },
  "a client in the place of a server, ended": { caller: joe, accepter: material("first", JOE, ENDED) },
  "a client of another cluster in the place of a server": { caller: joe, accepter: material("foreign", JOE) },
  "another secondary than the one that is wanted": {
    caller: joe,
    accepter: material("first", SECOND),
    wanted: { role: "secondary", number: 3 },
  },
  "a secondary in the place of the central": { caller: joe, accepter: material("first", SECOND) },
  "another secondary whose credential has ended": {
    caller: joe,
    accepter: material("first", SECOND, ENDED),
    wanted: { role: "secondary", number: 3 },
  },
  "a foreign secondary in the place of the central": { caller: joe, accepter: material("foreign", SECOND) },
  "a server that comes as a caller": { caller: central, accepter: central },
  "a caller without a key": { caller: null, accepter: central },
  "a server without a key": { caller: joe, accepter: null },
  "no keys at all": { caller: null, accepter: null },
};

test.each(Object.entries(CASES))("%s: as with TLS", async (_, one) => {
  expect(await simulated(one)).toEqual(await withTls(one));
});

test("both tell something different in different cases", async () => {
  const told: Told[] = [];
  for (const one of Object.values(CASES)) told.push(await simulated(one));
  expect(new Set(told.map((each) => JSON.stringify(each))).size).toBeGreaterThan(12);
});
