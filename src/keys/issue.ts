import { createHash, createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { Extension, JsonGeneralNames } from "@peculiar/x509";
import { SELF_MADE } from "./certificate.ts";
import { type Identity, serverNameOf, uriOf } from "./identity.ts";
import { type ClusterKey, type Credential, clusterKeyFrom, credentialFrom } from "./key-contents.ts";
import { type Validity, validFor } from "./validity.ts";

const ED25519 = { name: "Ed25519" } as const;
/** An authority is made once in the life of a cluster. */
const AUTHORITY_DAYS = 30 * 365;
/** Characters of a common name, as the X.520 standard says. */
const MAX_COMMON_NAME = 64;
/** The library gives quotes, commas and others of these a meaning of their own. */
const UNUSUAL = /[^\p{L}\p{N} ._@-]/gu;
/** Digits that tell the authorities apart, for people: a verifier looks at the whole key. */
const ID_DIGITS = 8;

/** A key pair that nobody else has. */
interface FreshKey {
  /** PKCS8 as PEM. */
  readonly privatePem: string;
  /** SPKI as DER. */
  readonly publicDer: Uint8Array<ArrayBuffer>;
}

export interface CertificateRequest {
  /** A distinguished name. */
  readonly subject: string;
  readonly publicDer: Uint8Array<ArrayBuffer>;
  readonly validity: Validity;
  readonly extensions: Extension[];
}

/** Loads the library, which takes some tens of milliseconds, and before it what it needs. */
export async function loadX509(): Promise<typeof import("@peculiar/x509")> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** Makes the key of a new cluster. `now`: milliseconds since 1970. */
export async function newClusterKey(now: number): Promise<ClusterKey> {
  const x509 = await loadX509();
  const { privatePem, publicDer } = freshKey();
  const name = `redes cluster ${createHash("sha256").update(publicDer).digest("hex").slice(0, ID_DIGITS)}`;
  const certificate = await sign(privatePem, `CN=${name}`, {
    subject: `CN=${name}`,
    publicDer,
    validity: validFor(AUTHORITY_DAYS, now),
    extensions: [
      // Nobody below it can make others in turn.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicDer),
    ],
  });
  return clusterKeyFrom(privatePem, certificate, "the new cluster key");
}

/** Makes a key of its own for somebody, and has the cluster key say who that is. */
export function newCredential(key: ClusterKey, identity: Identity, validity: Validity): Promise<Credential> {
  return issue(key, identity, validity, `CN=${commonNameOf(identity)}`);
}

/** The same for the process itself that has the cluster key: no file holds it, and the certificate says so. */
export function ownCredential(key: ClusterKey, identity: Identity, validity: Validity): Promise<Credential> {
  return issue(key, identity, validity, `CN=${commonNameOf(identity)}, OU=${SELF_MADE}`);
}

async function issue(
  { key, authority }: ClusterKey,
  identity: Identity,
  validity: Validity,
  subject: string,
): Promise<Credential> {
  const x509 = await loadX509();
  const { privatePem, publicDer } = freshKey();
  // A client's certificate does not let it pass for a server. Servers connect to each other, too.
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const issuer = new x509.X509Certificate(authority.pem);
  const certificate = await sign(key, issuer.subject, {
    subject,
    publicDer,
    validity,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(identity.role === "client" ? [clientAuth] : [serverAuth, clientAuth]),
      new x509.SubjectAlternativeNameExtension(alternativeNamesOf(identity)),
      await x509.SubjectKeyIdentifierExtension.create(publicDer),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return credentialFrom(privatePem, certificate, authority.pem, "the new credential");
}

function freshKey(): FreshKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicDer: Uint8Array.from(publicKey.export({ type: "spki", format: "der" })),
  };
}

/** The certificate as PEM. `signingKey`: as PEM. */
export async function sign(signingKey: string, issuer: string, request: CertificateRequest): Promise<string> {
  const { subject, publicDer, validity, extensions } = request;
  const x509 = await loadX509();
  const der = createPrivateKey(signingKey).export({ type: "pkcs8", format: "der" });
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer,
    notBefore: new Date(validity.notBefore),
    notAfter: new Date(validity.notAfter),
    publicKey: publicDer,
    signingKey: await crypto.subtle.importKey("pkcs8", Uint8Array.from(der), ED25519, false, ["sign"]),
    signingAlgorithm: ED25519,
    extensions,
  });
  return `${certificate.toString("pem")}\n`;
}

function alternativeNamesOf(identity: Identity): JsonGeneralNames {
  const serverName = serverNameOf(identity);
  const uri = { type: "url", value: uriOf(identity) } as const;
  return serverName === null ? [uri] : [uri, { type: "dns", value: serverName }];
}

/** For people who look at a certificate: what counts is in its alternative name. */
function commonNameOf(identity: Identity): string {
  switch (identity.role) {
    case "central":
      return "redes central";
    case "secondary":
      return `redes secondary ${identity.number}`;
    case "client":
      return Array.from(`redes client ${identity.name.replace(UNUSUAL, "_")}`)
        .slice(0, MAX_COMMON_NAME)
        .join("");
  }
}
