import "reflect-metadata";
import { expect, test } from "bun:test";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { distinguishedName, signedCertificate } from "../../../../src/keys/x509/signed-certificate.ts";

const validity = { notBefore: Date.UTC(2030, 0, 1), notAfter: Date.UTC(2060, 0, 1) };
const algorithm = { name: "Ed25519" } as const;

function request() {
  const { publicKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ type: "spki", format: "der" });
  return { subject: distinguishedName("somebody", "a unit"), publicKey: spki, validity, extensions: [] };
}

/** An authority that another program has made. */
async function foreignAuthority() {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "C=DE, O=Ähre + OU=x, CN=Some Authority",
    keys: keys as CryptoKeyPair,
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", (keys as CryptoKeyPair).privateKey));
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.toString("base64")}\n-----END PRIVATE KEY-----\n`;
  return { key, certificate };
}

test("a certificate names its issuer just as that names itself, and by its key", async () => {
  const { key, certificate: authority } = await foreignAuthority();
  const issuer = new X509Certificate(authority.toString("pem"));
  const pem = signedCertificate(key, issuer, request());
  const made = new X509Certificate(pem);
  expect(made.checkIssued(issuer)).toBe(true);
  expect(made.verify(issuer.publicKey)).toBe(true);
  const parsed = new x509.X509Certificate(pem);
  expect(Buffer.from(parsed.issuerName.toArrayBuffer())).toEqual(Buffer.from(authority.subjectName.toArrayBuffer()));
  const identifier = await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey);
  expect(parsed.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(identifier.keyId ?? "");
});

test("a certificate says whose it is, for how long, and which key it is about", async () => {
  const { key, certificate: authority } = await foreignAuthority();
  const wanted = request();
  const parsed = new x509.X509Certificate(
    signedCertificate(key, new X509Certificate(authority.toString("pem")), wanted),
  );
  expect(parsed.subject).toBe("CN=somebody, OU=a unit");
  expect(parsed.notBefore.getTime()).toBe(validity.notBefore);
  expect(parsed.notAfter.getTime()).toBe(validity.notAfter);
  expect(Buffer.from(parsed.publicKey.rawData)).toEqual(wanted.publicKey);
  const identifier = await x509.SubjectKeyIdentifierExtension.create(parsed.publicKey);
  expect(parsed.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId).toBe(identifier.keyId);
});

test("no two certificates have the same serial number, and each is positive and no longer than allowed", async () => {
  const { key } = await foreignAuthority();
  const numbers = Array.from(
    { length: 200 },
    () => new X509Certificate(signedCertificate(key, null, request())).serialNumber,
  );
  expect(new Set(numbers).size).toBe(200);
  for (const number of numbers) expect(number).toMatch(/^[4-7][0-9A-F]{31}$/);
});
