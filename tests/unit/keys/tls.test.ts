import { beforeAll, describe, expect, test } from "bun:test";
import { identityOf } from "../../../src/keys/certificate.ts";
import { type Identity, serverNameOf, uriOf } from "../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../src/keys/issue.ts";
import type { ClusterKey, Credential } from "../../../src/keys/key-contents.ts";
import { type KeyMaterial, keyMaterial } from "../../../src/keys/key-material.ts";
import { validFor } from "../../../src/keys/validity.ts";
import { DAY_MS } from "../../../src/platform/units.ts";
import { signedBy } from "../../support/certificates.ts";

/** TLS of this machine, with what src/keys makes: it is what lets somebody in, or does not. */

const NOW = Date.now();
const CENTRAL: Identity = { role: "central" };
const CLIENT: Identity = { role: "client", name: 'año "nuevo", 2', rights: "write" };

/** What one end needs of its key material. */
type End = Pick<KeyMaterial, "key" | "certificate" | "authorities">;

/** What one end has seen of the other when the handshake has ended. */
interface Seen {
  readonly authorized: boolean;
  readonly error: string | null;
  /** Who the other one is, by its certificate. */
  readonly peer: Identity | null;
}

let cluster: ClusterKey;
let foreign: ClusterKey;

beforeAll(async () => {
  [cluster, foreign] = await Promise.all([newClusterKey(NOW), newClusterKey(NOW)]);
});

function issued(by: ClusterKey, identity: Identity): Promise<KeyMaterial> {
  return keyMaterial([{ path: "key", contents: by }], identity, NOW);
}

function endOf({ key, certificate, authority }: Credential): End {
  return { key, certificate: certificate.pem, authorities: [authority.pem] };
}

const refusedFor = (error: string, peer: Identity | null) => ({ authorized: false, error, peer });
const admitted = (peer: Identity) => ({ authorized: true, error: null, peer });

/** Connects two ends; gives what each has seen of the other. Both tell it, so that neither closes before the other has seen it. */
async function handshake(server: End, client: End, wanted = CENTRAL): Promise<{ server: Seen; client: Seen }> {
  const [atServer, atClient] = [Promise.withResolvers<Seen>(), Promise.withResolvers<Seen>()];
  const listener = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    tls: { ...tlsOf(server), requestCert: true, rejectUnauthorized: false },
    socket: observer(atServer),
  });
  const serverName = serverNameOf(wanted) ?? "";
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: listener.port,
    tls: { ...tlsOf(client), rejectUnauthorized: false, serverName },
    socket: observer(atClient),
  });
  try {
    return { server: await atServer.promise, client: await atClient.promise };
  } finally {
    socket.terminate();
    listener.stop(true);
  }
}

function tlsOf({ key, certificate, authorities }: End) {
  return { key, cert: certificate, ca: [...authorities] };
}

function observer({ resolve, reject }: PromiseWithResolvers<Seen>): Bun.SocketHandler {
  return {
    handshake(socket, _ok, error) {
      // The types do not know its argument, without which the certificate's bytes are missing.
      const certificate: { raw?: unknown } | null = Reflect.apply(socket.getPeerCertificate, socket, [true]);
      const raw = certificate?.raw;
      resolve({
        authorized: socket.authorized,
        error: error && "code" in error ? String(error.code) : null,
        peer: raw instanceof Uint8Array ? identityOf(raw).identity : null,
      });
    },
    data() {},
    error(_socket, error) {
      reject(error);
    },
    close() {
      reject(new Error("closed before the handshake has ended"));
    },
    connectError(_socket, error) {
      reject(error);
    },
  };
}

describe("two ends with the same cluster key know each other, whatever their addresses are", () => {
  const pairs: [server: Identity, client: Identity][] = [
    [CENTRAL, CLIENT],
    [CENTRAL, { role: "secondary", number: 1 }],
    [{ role: "secondary", number: 65_535 }, CLIENT],
    [
      { role: "secondary", number: 2 },
      { role: "secondary", number: 3 },
    ],
  ];

  test.each(pairs)("%o and %o", async (server, client) => {
    const seen = await handshake(await issued(cluster, server), await issued(cluster, client), server);
    expect(seen).toEqual({ server: admitted(client), client: admitted(server) });
  });

  test("also with credentials that were made from it", async () => {
    const server = await newCredential(cluster, CENTRAL, validFor(365, NOW));
    const client = await newCredential(cluster, CLIENT, validFor(365, NOW));
    const seen = await handshake(endOf(server), endOf(client));
    expect(seen).toEqual({ server: admitted(CLIENT), client: admitted(CENTRAL) });
  });
});

test("nobody is let in by another cluster's key", async () => {
  const foreigner = await handshake(await issued(cluster, CENTRAL), await issued(foreign, CLIENT));
  expect(foreigner).toEqual({
    server: refusedFor("SELF_SIGNED_CERT_IN_CHAIN", CLIENT),
    client: refusedFor("SELF_SIGNED_CERT_IN_CHAIN", CENTRAL),
  });
});

test("with both keys, one is let in by either", async () => {
  const both = [
    { path: "old", contents: cluster },
    { path: "new", contents: foreign },
  ];
  const server = await keyMaterial(both, CENTRAL, NOW);
  const old = await handshake(server, await issued(cluster, CLIENT));
  expect(old).toEqual({ server: admitted(CLIENT), client: admitted(CENTRAL) });
  const client = await keyMaterial(both.toReversed(), CLIENT, NOW);
  expect(await handshake(server, client)).toEqual({ server: admitted(CLIENT), client: admitted(CENTRAL) });
});

test("a credential lets nobody in before its time and after it", async () => {
  const server = await issued(cluster, CENTRAL);
  const of = (notBefore: number, notAfter: number) => newCredential(cluster, CLIENT, { notBefore, notAfter });
  const expired = await handshake(server, endOf(await of(NOW - 2 * DAY_MS, NOW - DAY_MS)));
  expect(expired.server).toEqual(refusedFor("CERT_HAS_EXPIRED", CLIENT));
  const early = await handshake(server, endOf(await of(NOW + DAY_MS, NOW + 2 * DAY_MS)));
  expect(early.server).toEqual(refusedFor("CERT_NOT_YET_VALID", CLIENT));
});

test("a client's key is no server's, and a server is only the one that it was made for", async () => {
  const client = await issued(cluster, CLIENT);
  expect((await handshake(client, client)).client).toEqual(refusedFor("INVALID_PURPOSE", CLIENT));
  const second: Identity = { role: "secondary", number: 2 };
  const server = await issued(cluster, second);
  for (const wanted of [CENTRAL, { role: "secondary", number: 3 } as const]) {
    expect((await handshake(server, client, wanted)).client).toEqual(
      refusedFor("ERR_TLS_CERT_ALTNAME_INVALID", second),
    );
  }
});

test("who has a credential can make none from it", async () => {
  const server = await issued(cluster, CENTRAL);
  const own = await newCredential(cluster, { role: "secondary", number: 2 }, validFor(1, NOW));
  const signer = { key: own.key, authority: { ...cluster.authority, pem: own.certificate.pem } };
  const forged = await signedBy(signer, [{ type: "url", value: uriOf(CLIENT) }]);
  const chain = { key: forged.key, certificate: forged.pem + own.certificate.pem };
  const seen = await handshake(server, { ...chain, authorities: server.authorities });
  expect(seen.server).toEqual(refusedFor("UNABLE_TO_VERIFY_LEAF_SIGNATURE", CLIENT));
});
