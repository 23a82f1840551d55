import { beforeAll, expect, test } from "bun:test";
import { identityOf } from "../../../../src/keys/certificate.ts";
import type { Identity } from "../../../../src/keys/identity.ts";
import { newClusterKey, newCredential, ownCredential } from "../../../../src/keys/issue.ts";
import { type ClusterKey, fingerprintOfKey } from "../../../../src/keys/key-contents.ts";
import { Authorities, type PeerKey } from "../../../../src/keys/trust/authorities.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";

const NOW = Date.now();
const ANA: Identity = { role: "client", name: "ana", rights: "read" };

let old: ClusterKey;
let next: ClusterKey;

beforeAll(async () => {
  [old, next] = [await newClusterKey(NOW), await newClusterKey(NOW)];
});

const authorities = (...keys: ClusterKey[]) => new Authorities(keys.map(({ authority }) => authority.pem));

/** The key behind a certificate, as one who has these authorities sees it. */
function keyOf(pem: string, known: Authorities): PeerKey | null {
  const der = Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
  const identified = identityOf(der);
  if (!identified.identity) throw new Error(String(identified.reason));
  return known.keyOf(der, identified);
}

test("a credential is known by what key show prints of its file, and by whose it is, and ends when it says", async () => {
  for (const known of [authorities(old), authorities(next, old)]) {
    const credential = await newCredential(old, ANA, validFor(3, NOW));
    expect(keyOf(credential.certificate.pem, known)).toEqual({
      fingerprint: fingerprintOfKey(credential),
      isClusterKey: false,
      authority: old.authority.fingerprint,
      until: credential.certificate.notAfter,
    });
  }
});

test("a certificate that a process has made for itself stands for the cluster key, and ends with that", async () => {
  const { pem } = (await ownCredential(next, ANA, validFor(7, NOW))).certificate;
  expect(keyOf(pem, authorities(old, next))).toEqual({
    fingerprint: fingerprintOfKey(next),
    isClusterKey: true,
    authority: next.authority.fingerprint,
    until: next.authority.notAfter,
  });
});

test("a credential ends with its authority", async () => {
  const { pem } = (await newCredential(old, ANA, validFor(40 * 365, NOW))).certificate;
  expect(keyOf(pem, authorities(old))?.until).toBe(old.authority.notAfter);
});

test("of several, the one that has signed is meant, and where none has, there is no key", async () => {
  const third = await newClusterKey(NOW + DAY_MS);
  const { pem } = (await newCredential(third, ANA, validFor(3, NOW))).certificate;
  expect(keyOf(pem, authorities(old, next, third))?.authority).toBe(third.authority.fingerprint);
  expect(keyOf(pem, authorities(old, next))).toBeNull();
  expect(authorities(old, third).notAfter).toBe(third.authority.notAfter);
  expect(authorities(old, third).fingerprints).toEqual([old, third].map(fingerprintOfKey));
});
