import { expect, test } from "bun:test";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { identityOf } from "../../../../src/keys/certificate.ts";
import { newHttpsKey } from "../../../../src/keys/https/https-key.ts";
import { newClusterKey } from "../../../../src/keys/issue.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import { say } from "../../../../src/sentences/sentence.ts";

const NOW = Date.UTC(2030, 0, 1);

test("it is one that browsers know, for these names alone, from the cluster's authority", async () => {
  const cluster = await newClusterKey(NOW);
  const names = { hosts: ["server1", "files.example"], addresses: ["192.0.2.1", "2001:db8::1"] };
  const { key, certificate } = await newHttpsKey(cluster, names, validFor(7, NOW));
  const parsed = new X509Certificate(certificate);
  expect(createPrivateKey(key).asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(parsed.verify(new X509Certificate(cluster.authority.pem).publicKey)).toBe(true);
  expect(parsed.checkHost("files.example")).toBe("files.example");
  expect(parsed.checkHost("other.example")).toBeUndefined();
  expect([parsed.checkIP("192.0.2.1"), parsed.checkIP("2001:db8::1"), parsed.checkIP("192.0.2.2")]).toEqual([
    "192.0.2.1",
    "2001:db8::1",
    undefined,
  ]);
  expect(Date.parse(parsed.validTo)).toBe(NOW + 7 * 24 * 60 * 60 * 1000);
});

test("it serves no session", async () => {
  const cluster = await newClusterKey(NOW);
  const names = { hosts: ["central.redes.internal"], addresses: [] };
  const { certificate } = await newHttpsKey(cluster, names, validFor(7, NOW));
  expect(identityOf(certificate)).toEqual({
    identity: null,
    reason: say("it does not say for which role of redes it is"),
  });
});
