import { generateKeyPairSync } from "node:crypto";
import type { JsonGeneralNames } from "@peculiar/x509";
import { loadX509, sign } from "../issue.ts";
import type { ClusterKey } from "../key-contents.ts";
import type { Validity } from "../validity.ts";

/** What HTTPS is served with, both as PEM. Holds a secret. */
export interface TlsKey {
  readonly key: string;
  readonly certificate: string;
}

/** By which names and addresses a server is called. */
export interface ServerNames {
  /** Host names, in lower case. */
  readonly hosts: readonly string[];
  /** IP addresses, without zones. */
  readonly addresses: readonly string[];
}

/**
 * Makes a key for HTTPS under these names and has the cluster key sign it: of the kind P-256, since browsers know no
 * Ed25519. It says of no role, so that it serves no session.
 */
export async function newHttpsKey(
  { key, authority }: ClusterKey,
  { hosts, addresses }: ServerNames,
  validity: Validity,
): Promise<TlsKey> {
  const x509 = await loadX509();
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicDer = Uint8Array.from(publicKey.export({ type: "spki", format: "der" }));
  const issuer = new x509.X509Certificate(authority.pem);
  const names: JsonGeneralNames = [
    ...hosts.map((value) => ({ type: "dns", value }) as const),
    ...addresses.map((value) => ({ type: "ip", value }) as const),
  ];
  const certificate = await sign(key, issuer.subject, {
    subject: "CN=redes over HTTPS",
    publicDer,
    validity,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(publicDer),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), certificate };
}
