import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import type { Identity } from "../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../src/keys/issue.ts";
import { validFor } from "../../../src/keys/validity.ts";
import { DAY_MS } from "../../../src/platform/units.ts";

const NOW = Date.UTC(2030, 0, 1);
const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

test("the authority lasts for 30 years, signs itself, and is told from others by its name", async () => {
  const [one, other] = await Promise.all([newClusterKey(NOW), newClusterKey(NOW)]);
  const certificate = new X509Certificate(one.authority.pem);
  expect(one.authority.notAfter).toBe(NOW + 30 * 365 * DAY_MS);
  expect(certificate.validToDate.getTime()).toBe(one.authority.notAfter);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.subject).toMatch(/^CN=redes cluster [0-9a-f]{8}$/);
  expect(certificate.subject).toBe(certificate.issuer);
  expect(new X509Certificate(other.authority.pem).subject).not.toBe(certificate.subject);
});

test.each<[Identity, string, string[]]>([
  [{ role: "central" }, "redes central", [SERVER_AUTH, CLIENT_AUTH]],
  [{ role: "secondary", number: 12 }, "redes secondary 12", [SERVER_AUTH, CLIENT_AUTH]],
  [{ role: "client", name: "ana@host", rights: "read" }, "redes client ana@host", [CLIENT_AUTH]],
  [{ role: "client", name: 'ñ, "x"=+\u202e', rights: "read" }, "redes client ñ_ _x____", [CLIENT_AUTH]],
  [{ role: "client", name: "x".repeat(100), rights: "read" }, `redes client ${"x".repeat(51)}`, [CLIENT_AUTH]],
])("the certificate of %o is called %s, and is for %j", async (identity, name, usages) => {
  const cluster = await newClusterKey(NOW);
  const authority = new X509Certificate(cluster.authority.pem);
  const credential = await newCredential(cluster, identity, validFor(3, NOW));
  const certificate = new X509Certificate(credential.certificate.pem);
  expect(certificate.subject).toBe(`CN=${name}`);
  expect(certificate.keyUsage).toEqual(usages);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkIssued(authority)).toBe(true);
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(credential.certificate).toMatchObject({ identity, notAfter: NOW + 3 * DAY_MS });
  expect(credential.authority).toEqual(cluster.authority);
});

test("each key is a new one", async () => {
  const cluster = await newClusterKey(NOW);
  const made = [cluster, await newClusterKey(NOW)].map(({ key }) => key);
  for (let count = 0; count < 3; count++) {
    made.push((await newCredential(cluster, { role: "central" }, validFor(3, NOW))).key);
  }
  expect(new Set(made).size).toBe(5);
});

test("what limits a certificate is critical: who does not know it must refuse the certificate", async () => {
  const cluster = await newClusterKey(NOW);
  const credential = await newCredential(cluster, { role: "secondary", number: 2 }, validFor(3, NOW));
  expect(await extensionsOf(cluster.authority.pem)).toEqual({
    basicConstraints: { ca: true, pathLength: 0, critical: true },
    keyUsage: { usages: "keyCertSign", critical: true },
    uncritical: ["2.5.29.14"],
  });
  expect(await extensionsOf(credential.certificate.pem)).toEqual({
    basicConstraints: { ca: false, pathLength: undefined, critical: true },
    keyUsage: { usages: "digitalSignature", critical: true },
    uncritical: ["2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37"],
  });
});

/** Of `uncritical`, 14 and 35 say which keys these are, 17 is the names, and 37 whether it is for servers or clients. */
async function extensionsOf(pem: string) {
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const certificate = new x509.X509Certificate(pem);
  const constraints = certificate.getExtension(x509.BasicConstraintsExtension);
  const usage = certificate.getExtension(x509.KeyUsagesExtension);
  const { ca, pathLength, critical } = constraints ?? {};
  return {
    basicConstraints: { ca, pathLength, critical },
    keyUsage: { usages: x509.KeyUsageFlags[usage?.usages ?? 0], critical: usage?.critical },
    uncritical: certificate.extensions.flatMap((each) => (each.critical ? [] : [each.type])).sort(),
  };
}
