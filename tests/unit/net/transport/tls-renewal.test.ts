import { afterEach, beforeAll, expect, test } from "bun:test";
import type { Identity } from "../../../../src/keys/identity.ts";
import { newClusterKey } from "../../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../../src/keys/key-contents.ts";
import { keyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import type { Listener, Peer, Socket } from "../../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { inEnglish } from "../../../support/in-english.ts";

const NOW = Date.now();
const CENTRAL = { role: "central" } as const;
const CLIENT: Identity = { role: "client", name: "joe", rights: "read" };

let old: ClusterKey;
let next: ClusterKey;
const listeners: Listener[] = [];

beforeAll(async () => {
  [old, next] = await Promise.all([newClusterKey(NOW), newClusterKey(NOW)]);
});

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop();
});

const issued = (identity: Identity, ...keys: ClusterKey[]) =>
  keyMaterial(
    keys.map((contents) => ({ path: "key", contents })),
    identity,
    NOW,
  );

const fingerprintOf = (peer: Peer | null) => (peer?.kind === "known" ? peer.fingerprint : peer?.reason);

/** A server whose connections send back what comes. */
function listen(keys: KeyRing, host: string): { port: number; peers: (Peer | null)[] } {
  const peers: (Peer | null)[] = [];
  const listener = tcpNetwork(systemClock, { keys }).listen({ host, port: 0 }, (socket) => {
    peers.push(socket.remotePeer);
    return { data: (bytes) => void socket.write(bytes), drained() {}, closed() {} };
  });
  listeners.push(listener);
  return { port: listener.port, peers };
}

/** One that connects, and waits for answers. */
async function connect(keys: KeyRing, host: string, port: number) {
  let answered: (text: string) => void = () => {};
  const { promise, resolve } = Promise.withResolvers<Socket>();
  const attach = (socket: Socket) => {
    resolve(socket);
    return { data: (bytes: Uint8Array) => answered(Buffer.from(bytes).toString()), drained() {}, closed() {} };
  };
  await tcpNetwork(systemClock, { keys }).connect({ host, port }, attach, CENTRAL);
  const socket = await promise;
  const ask = (text: string) =>
    new Promise<string>((resolveAnswer) => {
      answered = resolveAnswer;
      socket.write(Buffer.from(text));
    });
  // From here on the server has the connection, too.
  await ask("hello");
  return { ask, peer: fingerprintOf(socket.remotePeer), close: () => socket.destroy() };
}

test.each(["127.0.0.1", "localhost"])("on %s new connections have the new keys, and open ones go on", async (host) => {
  const server = new KeyRing(await issued(CENTRAL, old, next));
  const client = new KeyRing(await issued(CLIENT, old, next));
  const before = [server.current.fingerprint, client.current.fingerprint];
  const { port, peers } = listen(server, host);
  const first = await connect(client, host, port);

  server.replace(await issued(CENTRAL, next, old));
  const second = await connect(client, host, port);
  client.replace(await issued(CLIENT, next, old));
  const third = await connect(client, host, port);
  expect([first.peer, second.peer, third.peer]).toEqual([
    before[0],
    server.current.fingerprint,
    server.current.fingerprint,
  ]);
  expect(peers.map(fingerprintOf)).toEqual([before[1], before[1], client.current.fingerprint]);

  // The old key alone is refused from here on, and who came in with it stays.
  server.replace(await issued(CENTRAL, next));
  const late = await connect(new KeyRing(await issued(CLIENT, old, next)), host, port);
  expect(inEnglish(fingerprintOf(peers.at(-1) ?? null))).toBe("the key is of another cluster");
  for (const each of [first, second, third, late]) {
    expect(await each.ask("still there")).toBe("still there");
    each.close();
  }
});

test("who is about to come in when the keys change comes in", async () => {
  const server = new KeyRing(await issued(CENTRAL, old));
  const client = new KeyRing(await issued(CLIENT, old));
  const { port } = listen(server, "127.0.0.1");
  const renewed = await issued(CENTRAL, old);
  for (let turn = 0; turn < 20; turn++) {
    const connecting = [1, 2, 3].map(() => connect(client, "127.0.0.1", port));
    // In the same turn of the event loop: nobody was accepted yet.
    server.replace(renewed);
    for (const each of await Promise.all(connecting)) each.close();
  }
});

test("a listener that has stopped does not come back with new keys", async () => {
  const server = new KeyRing(await issued(CENTRAL, old));
  const { port } = listen(server, "127.0.0.1");
  listeners[0]?.stop();
  server.replace(await issued(CENTRAL, old));
  const client = new KeyRing(await issued(CLIENT, old));
  await expect(connect(client, "127.0.0.1", port)).rejects.toThrow("nobody listens there");
});
