import { beforeAll, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { identityOf } from "../../../src/keys/certificate.ts";
import type { Identity } from "../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../src/keys/issue.ts";
import type { ClusterKey } from "../../../src/keys/key-contents.ts";
import { validFor } from "../../../src/keys/validity.ts";
import { type Sentence, say } from "../../../src/sentences/sentence.ts";
import { signedBy } from "../../support/certificates.ts";

const NOW = Date.UTC(2030, 0, 1);
let cluster: ClusterKey;

beforeAll(async () => {
  cluster = await newClusterKey(NOW);
});

const refused = (reason: Sentence) => ({ identity: null, reason });
const NAMELESS = refused(say("it does not say for which role of redes it is"));

test.each<Identity>([
  { role: "central" },
  { role: "secondary", number: 7 },
  { role: "client", name: '"ñ", \\ \u202e', rights: "admin" },
  { role: "client", name: "€".repeat(100), rights: "read" },
])("a certificate says who %o is, as DER and as PEM", async (identity) => {
  const { certificate } = await newCredential(cluster, identity, validFor(2, NOW));
  const { pem, ...expected } = certificate;
  expect(expected.identity).toEqual(identity);
  expect(expected.notAfter).toBe(Date.UTC(2030, 0, 3));
  expect(identityOf(pem)).toEqual(expected);
  expect(identityOf(new X509Certificate(pem).raw)).toEqual(expected);
});

test("the fingerprint is the SHA-256 of the bytes", async () => {
  const { certificate } = await newCredential(cluster, { role: "central" }, validFor(2, NOW));
  const { raw } = new X509Certificate(certificate.pem);
  expect(certificate.fingerprint).toBe(new Bun.CryptoHasher("sha256").update(raw).digest("hex"));
});

test("what is no certificate says nothing", async () => {
  const { certificate } = await newCredential(cluster, { role: "central" }, validFor(2, NOW));
  const { raw } = new X509Certificate(certificate.pem);
  const unreadable = refused(say("it cannot be read"));
  for (const bytes of [new Uint8Array(0), raw.subarray(0, 100), new Uint8Array(8 * 1024 + 1), "", "text"]) {
    expect(identityOf(bytes)).toEqual(unreadable);
  }
  // The library reads only the beginning, and would take these.
  expect(identityOf(Buffer.concat([raw, Buffer.alloc(8 * 1024)]))).toEqual(unreadable);
  expect(identityOf(certificate.pem + "\n".repeat(12 * 1024))).toEqual(unreadable);
});

test("the authority is nobody", () => {
  expect(identityOf(cluster.authority.pem)).toEqual(refused(say("it is an authority's")));
});

test("nobody is who has other names, or more", async () => {
  const uri = { type: "url", value: "redes:central" } as const;
  const serverName = { type: "dns", value: "central.redes.internal" } as const;
  const right = await signedBy(cluster, [uri, serverName]);
  expect(identityOf(right.pem)).toMatchObject({ identity: { role: "central" } });
  for (const names of [
    [],
    [uri],
    [serverName],
    [serverName, uri],
    [uri, serverName, uri],
    [uri, serverName, { type: "url", value: "redes:secondary/1" } as const],
    [uri, { type: "dns", value: "secondary-1.redes.internal" } as const],
    [{ type: "url", value: "redes:central, DNS:central.redes.internal" } as const],
    [{ type: "dns", value: "redes:central" } as const, serverName],
    [{ type: "url", value: "redes:client/a?rights=read" } as const, serverName],
  ]) {
    expect(identityOf((await signedBy(cluster, names)).pem)).toEqual(NAMELESS);
  }
});
