import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type { Identity, ServerIdentity } from "../../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../../src/keys/key-contents.ts";
import { type KeyMaterial, keyMaterial } from "../../../../src/keys/key-material.ts";
import { KeyRing } from "../../../../src/keys/key-ring.ts";
import type { Validity } from "../../../../src/keys/validity.ts";
import {
  CONNECT_TIMEOUT_MS,
  type Listener,
  type Peer,
  type Socket,
  type SocketEvents,
} from "../../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../../src/net/transport/tcp.ts";
import type { Clock } from "../../../../src/platform/clock.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { inEnglish } from "../../../support/in-english.ts";

const NOW = Date.now();
const HOST = "127.0.0.1";
const CENTRAL = { role: "central" } as const;
const CLIENT: Identity = { role: "client", name: "joe", rights: "read" };

let cluster: ClusterKey;
let foreign: ClusterKey;
const listeners: Listener[] = [];

beforeAll(async () => {
  [cluster, foreign] = await Promise.all([newClusterKey(NOW), newClusterKey(NOW)]);
});

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop();
});

const issued = (by: ClusterKey, identity: Identity) => keyMaterial([{ path: "key", contents: by }], identity, NOW);

/** What a process has that was given a credential, whenever that is valid. */
async function credentialFor(identity: Identity, validity: Validity): Promise<KeyMaterial> {
  const { key, certificate, authority } = await newCredential(cluster, identity, validity);
  const material = await issued(cluster, identity);
  return { ...material, key, certificate: certificate.pem, authorities: [authority.pem] };
}

/** One end of a connection: what has come to it, and how it ended. */
class End implements SocketEvents {
  readonly received: Buffer[] = [];
  whenDrained: () => void = () => {};
  private readonly over = Promise.withResolvers<Error | null>();
  private readonly arrived = Promise.withResolvers<void>();

  constructor(
    readonly socket: Socket,
    private readonly awaited = 1,
  ) {}

  get bytes(): Buffer {
    return Buffer.concat(this.received);
  }

  data(bytes: Uint8Array): void {
    this.received.push(Buffer.from(bytes));
    if (this.received.reduce((sum, { length }) => sum + length, 0) >= this.awaited) this.arrived.resolve();
  }

  drained(): void {
    this.whenDrained();
  }

  closed(error: Error | null): void {
    this.over.resolve(error);
  }

  /** As many bytes have come as were awaited. */
  get whole(): Promise<void> {
    return this.arrived.promise;
  }

  get ended(): Promise<Error | null> {
    return this.over.promise;
  }
}

/** Somebody who listens, with keys or without, and the first to connect. */
function listen(keys: KeyMaterial | null, clock: Clock = systemClock): { port: number; accepted: Promise<End> } {
  const { promise, resolve } = Promise.withResolvers<End>();
  const listener = tcpNetwork(clock, { keys: keys && new KeyRing(keys) }).listen({ host: HOST, port: 0 }, (socket) => {
    const end = new End(socket);
    resolve(end);
    return end;
  });
  listeners.push(listener);
  return { port: listener.port, accepted: promise };
}

async function connect(
  port: number,
  keys: KeyMaterial | null,
  server: ServerIdentity = CENTRAL,
  awaited = 1,
): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  const attach = (socket: Socket) => {
    const end = new End(socket, awaited);
    resolve(end);
    return end;
  };
  await tcpNetwork(systemClock, { keys: keys && new KeyRing(keys) }).connect({ host: HOST, port }, attach, server);
  return promise;
}

const failure = (connecting: Promise<unknown>) =>
  connecting.then(
    () => "connected",
    (error: unknown) => error,
  );

describe("with keys of one cluster", () => {
  test("both ends know each other, and bytes go both ways", async () => {
    const [central, client] = [await issued(cluster, CENTRAL), await issued(cluster, CLIENT)];
    const { port, accepted } = listen(central);
    const near = await connect(port, client);
    const far = await accepted;
    const { fingerprint: authority, notAfter: until } = cluster.authority;
    const key = { fingerprint: authority, isClusterKey: true, authority, until };
    const known = ({ identity, fingerprint }: KeyMaterial): Peer => ({ kind: "known", identity, fingerprint, key });
    expect(far.socket.remotePeer).toEqual(known(client));
    expect(near.socket.remotePeer).toEqual(known(central));
    near.socket.write(Buffer.from("there"));
    await far.whole;
    expect(far.bytes.toString()).toBe("there");
    far.socket.write(Buffer.from("and back"));
    far.socket.shutdown();
    await near.whole;
    expect(near.bytes.toString()).toBe("and back");
  });

  test("a file's bytes are sent, as far as the socket takes them", async () => {
    const bytes = Buffer.from(new Uint32Array(100_000).map((_, index) => index * 2654435761).buffer);
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, bytes);
    const fd = openSync(path, "r");
    const { port, accepted } = listen(await issued(cluster, CENTRAL));
    const near = await connect(port, await issued(cluster, CLIENT), CENTRAL, bytes.length);
    const far = await accepted;
    let position = 0;
    far.whenDrained = () => {
      const length = bytes.length - position;
      if (length > 0) position += far.socket.writeFile({ fd, position, length });
    };
    far.whenDrained();
    await near.whole;
    expect(near.bytes.equals(bytes)).toBe(true);
    // With all that TLS adds.
    let confirmed = 0;
    while (confirmed < bytes.length) {
      await Bun.sleep(1);
      confirmed = far.socket.progress?.()?.acknowledged ?? Number.NaN;
    }
    expect(confirmed).toBeGreaterThan(bytes.length);
  });
});

describe("a key of another cluster", () => {
  test("the one that connects does not speak to the server, and the server says why it is refused", async () => {
    const { port, accepted } = listen(await issued(cluster, CENTRAL));
    const error = await failure(issued(foreign, CLIENT).then((keys) => connect(port, keys)));
    expect(error).toMatchObject({
      failure: "key",
      message: `cannot connect to ${HOST}:${port}: the key is of another cluster`,
    });
    const far = await accepted;
    expect(inEnglish(far.socket.remotePeer)).toEqual({ kind: "refused", reason: "the key is of another cluster" });
    await far.ended;
  });
});

describe("a credential", () => {
  const refusals = [
    ["expired", { notBefore: NOW - 2 * DAY_MS, notAfter: NOW - DAY_MS }, "the credential has expired"],
    ["not valid yet", { notBefore: NOW + DAY_MS, notAfter: NOW + 2 * DAY_MS }, "the credential is not valid yet"],
  ] as const;

  test.each(refusals)(
    "that has %s: a client's is refused by the server, which can tell it",
    async (_, validity, reason) => {
      const { port, accepted } = listen(await issued(cluster, CENTRAL));
      const near = await connect(port, await credentialFor(CLIENT, validity));
      const far = await accepted;
      expect(inEnglish(far.socket.remotePeer)).toEqual({ kind: "refused", reason: expect.stringContaining(reason) });
      far.socket.write(Buffer.from("no"));
      await near.whole;
      expect(near.bytes.toString()).toBe("no");
    },
  );

  test.each(refusals)("that has %s: nobody connects to a server with one", async (_, validity, reason) => {
    const { port } = listen(await credentialFor(CENTRAL, validity));
    const error = await failure(connect(port, await issued(cluster, CLIENT)));
    expect(error).toMatchObject({ failure: "key", message: expect.stringContaining(reason) });
  });

  test("of one server is not taken for that of another, and a client's for none", async () => {
    const client = await issued(cluster, CLIENT);
    const second = listen(await issued(cluster, { role: "secondary", number: 2 }));
    for (const [wanted, name] of [
      [CENTRAL, "the central"],
      [{ role: "secondary", number: 3 }, "secondary 3"],
    ] as const) {
      const error = await failure(connect(second.port, client, wanted));
      const message = expect.stringContaining(`it has the key of secondary 2, not of ${name}`);
      expect(error).toMatchObject({ failure: "key", message });
    }
    const posing = listen(client);
    const error = await failure(connect(posing.port, client));
    expect(error).toMatchObject({ failure: "key", message: expect.stringContaining("the key is a client's") });
  });
});

describe("one end without TLS", () => {
  test("a server with a key refuses who has none", async () => {
    const { port, accepted } = listen(await issued(cluster, CENTRAL));
    const near = await connect(port, null);
    near.socket.write(Buffer.from("hello, this is no TLS"));
    const far = await accepted;
    expect(inEnglish(far.socket.remotePeer)).toEqual({
      kind: "refused",
      reason: expect.stringContaining("has it no key"),
    });
    await Promise.all([far.ended, near.ended]);
    expect(far.received).toEqual([]);
  });

  test("a client with a key is told that the server has none", async () => {
    const { port, accepted } = listen(null);
    void accepted.then(({ socket }) => socket.write(Buffer.from("This is no TLS.")));
    const error = await failure(connect(port, await issued(cluster, CLIENT)));
    const message = expect.stringContaining("does not speak TLS: if it is the central, it has no key");
    expect(error).toMatchObject({ failure: "key", message });
  });

  test("a server that closes in the middle of the handshake", async () => {
    const { port, accepted } = listen(null);
    void accepted.then(({ socket }) => socket.destroy());
    const error = await failure(connect(port, await issued(cluster, CLIENT)));
    expect(error).toMatchObject({ failure: "other", message: expect.stringContaining("closed the connection") });
  });

  test("a server that never answers: the clock decides, and nothing stays open", async () => {
    const clock = new FakeClock();
    const { port, accepted } = listen(null);
    const keys = new KeyRing(await issued(cluster, CLIENT));
    const connecting = tcpNetwork(clock, { keys }).connect({ host: HOST, port }, (socket) => new End(socket), CENTRAL);
    const error = failure(connecting);
    const silent = await accepted;
    await silent.whole;
    clock.advance(CONNECT_TIMEOUT_MS);
    expect(await error).toMatchObject({ failure: "timeout" });
    await silent.ended;
  });

  test("older versions of TLS are refused", async () => {
    const { port, accepted } = listen(await issued(cluster, CENTRAL));
    const old = connectTls({ host: HOST, port, maxVersion: "TLSv1.2", rejectUnauthorized: false });
    const over = new Promise((resolve) => old.once("error", resolve).once("close", resolve));
    expect((await accepted).socket.remotePeer).toMatchObject({ kind: "refused" });
    await over;
    old.destroy();
  });

  test("who connects and says nothing is cut off when the time for a greeting is over", async () => {
    const clock = new FakeClock();
    const { port, accepted } = listen(await issued(cluster, CENTRAL), clock);
    const silent = await connect(port, null);
    // Once somebody else is let in, the silent one has been accepted, too.
    await connect(port, await issued(cluster, CLIENT));
    await accepted;
    expect(clock.pending).toBe(1);
    clock.advance(5000);
    await silent.ended;
    expect(clock.pending).toBe(0);
  });
});
