import { afterEach, beforeAll, expect, spyOn, test } from "bun:test";
import type { Identity, ServerIdentity } from "../../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../../src/keys/issue.ts";
import { type ClusterKey, fingerprintOfKey, type KeyContents } from "../../../../src/keys/key-contents.ts";
import { keyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import type { Listener, Socket, SocketEvents } from "../../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../../src/net/transport/tcp.ts";
import { TcpSocket } from "../../../../src/net/transport/tcp-socket.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { inEnglish } from "../../../support/in-english.ts";

const NOW = Date.now();
const HOST = "127.0.0.1";
const CENTRAL = { role: "central" } as const;
const SECOND = { role: "secondary", number: 2 } as const;
const REVOKED = "the key was revoked";
const client = (name: string): Identity => ({ role: "client", name, rights: "read" });

let cluster: ClusterKey;
let old: ClusterKey;
const listeners: Listener[] = [];

beforeAll(async () => {
  [cluster, old] = [await newClusterKey(NOW), await newClusterKey(NOW)];
});

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop();
});

/** Whoever has the first of these files as a process of that identity, and believes what comes from any. */
async function ring(identity: Identity, ...files: KeyContents[]): Promise<KeyRing> {
  const read = files.map((contents) => ({ path: "key", contents }));
  return new KeyRing(await keyMaterial(read, identity, NOW));
}

const credential = (by: ClusterKey, identity: Identity) => newCredential(by, identity, validFor(30, NOW));

/** One end of a connection, and why it was refused. */
class End implements SocketEvents {
  readonly refusals: string[] = [];
  readonly ready = Promise.withResolvers<void>();

  constructor(readonly socket: Socket) {}

  data(): void {
    this.ready.resolve();
  }

  drained(): void {}

  refused(reason: string): void {
    this.refusals.push(reason);
  }

  closed(): void {}
}

/** A server on its network, and the ends of those who have connected, in order. */
function listen(keys: KeyRing): { port: number; ends: End[] } {
  const ends: End[] = [];
  const listener = tcpNetwork(systemClock, { keys }).listen({ host: HOST, port: 0 }, (socket) => {
    const end = new End(socket);
    ends.push(end);
    socket.write(Buffer.from("hello"));
    return end;
  });
  listeners.push(listener);
  return { port: listener.port, ends };
}

/** Resolves when both ends have the connection. */
async function connect(keys: KeyRing, port: number, server: ServerIdentity = CENTRAL): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  const attach = (socket: Socket) => {
    const end = new End(socket);
    resolve(end);
    return end;
  };
  await tcpNetwork(systemClock, { keys }).connect({ host: HOST, port }, attach, server);
  const end = await promise;
  await end.ready.promise;
  return end;
}

const revoke = ({ revocations }: KeyRing, contents: KeyContents) =>
  revocations.add([{ fingerprint: fingerprintOfKey(contents), until: NOW + 1e9 }]);

test("a server refuses a credential that is revoked: the open connection with it, and each new one, and no other", async () => {
  const [ana, eva] = [await credential(cluster, client("ana")), await credential(cluster, client("eva"))];
  const server = await ring(CENTRAL, cluster);
  const { port, ends } = listen(server);
  const [ofAna, ofEva] = [await ring(client("-"), ana), await ring(client("-"), eva)];
  await connect(ofAna, port);
  await connect(ofEva, port);
  revoke(server, ana);
  expect(inEnglish(ends.map(({ refusals }) => refusals))).toEqual([[REVOKED], []]);
  expect(inEnglish(ends[0]?.socket.remotePeer)).toEqual({ kind: "refused", reason: REVOKED });
  // It does not hear of it twice, and what was refused before is not looked at again.
  revoke(server, ana);
  await connect(ofAna, port);
  await connect(ofEva, port);
  expect(ends.map(({ socket }) => socket.remotePeer?.kind)).toEqual(["refused", "known", "refused", "known"]);
  expect(inEnglish(ends[2]?.socket.remotePeer)).toEqual({ kind: "refused", reason: REVOKED });
  expect(ends.map(({ refusals }) => refusals.length)).toEqual([1, 0, 0, 0]);
});

test("nobody stays connected, or connects, to a server whose key is revoked", async () => {
  const second = await credential(cluster, SECOND);
  const { port } = listen(await ring(SECOND, second));
  const first = await ring({ role: "secondary", number: 1 }, cluster);
  const end = await connect(first, port, SECOND);
  revoke(first, second);
  expect(inEnglish(end.refusals)).toEqual([REVOKED]);
  await expect(connect(first, port, SECOND)).rejects.toMatchObject({
    failure: "key",
    message: `cannot connect to ${HOST}:${port}: ${REVOKED}`,
  });
});

test("an old cluster key that is revoked takes along all that was made from it, whoever made it", async () => {
  const server = await ring(CENTRAL, cluster, old);
  const { port, ends } = listen(server);
  const believed = cluster;
  const clients = [
    await ring(client("made it itself"), old, believed),
    await ring(client("-"), await credential(old, client("ana")), believed),
    await ring(client("new"), cluster),
  ];
  for (const keys of clients) await connect(keys, port);
  revoke(server, old);
  expect(inEnglish(ends.map(({ refusals }) => refusals))).toEqual([[REVOKED], [REVOKED], []]);
});

test("what is over is not refused any more", async () => {
  const ana = await credential(cluster, client("ana"));
  const server = await ring(CENTRAL, cluster);
  const { port, ends } = listen(server);
  const end = await connect(await ring(client("-"), ana), port);
  ends[0]?.socket.destroy();
  end.socket.destroy();
  revoke(server, ana);
  expect(ends[0]?.refusals).toEqual([]);
});

test("what its owner has ended as soon as it heard of it is kept nowhere", async () => {
  const ana = await credential(cluster, client("ana"));
  const server = await ring(CENTRAL, cluster);
  const refused: TcpSocket[] = [];
  const listener = tcpNetwork(systemClock, { keys: server }).listen({ host: HOST, port: 0 }, (socket) => {
    if (socket instanceof TcpSocket) refused.push(socket);
    socket.destroy();
    return new End(socket);
  });
  listeners.push(listener);
  const closed = Promise.withResolvers<void>();
  const attach = (socket: Socket) => Object.assign(new End(socket), { closed: closed.resolve });
  const keys = await ring(client("-"), ana);
  await tcpNetwork(systemClock, { keys }).connect({ host: HOST, port: listener.port }, attach, CENTRAL);
  await closed.promise;
  const [socket] = refused;
  if (!socket) throw new Error("nobody came");
  const refusal = spyOn(socket, "refuse");
  revoke(server, ana);
  expect(refusal).not.toHaveBeenCalled();
});
