import "reflect-metadata";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { JsonGeneralNames } from "@peculiar/x509";
import type { ClusterKey } from "../../src/keys/key-contents.ts";

/**
 * A certificate with any alternative names and its key, both as PEM, signed with any key in the name of any certificate:
 * what src/keys never makes.
 */
export async function signedBy(
  { key, authority }: Pick<ClusterKey, "key" | "authority">,
  names: JsonGeneralNames,
): Promise<{ key: string; pem: string }> {
  const x509 = await import("@peculiar/x509");
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = createPrivateKey(key).export({ type: "pkcs8", format: "der" });
  const algorithm = { name: "Ed25519" } as const;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: "CN=anybody",
    issuer: new x509.X509Certificate(authority.pem).subject,
    notBefore: new Date(authority.notBefore),
    notAfter: new Date(authority.notAfter),
    publicKey: Uint8Array.from(publicKey.export({ type: "spki", format: "der" })),
    signingKey: await crypto.subtle.importKey("pkcs8", Uint8Array.from(der), algorithm, false, ["sign"]),
    signingAlgorithm: algorithm,
    extensions: names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)],
  });
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    pem: `${certificate.toString("pem")}\n`,
  };
}
