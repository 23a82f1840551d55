import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { SELF_MADE } from "./certificate.ts";
import { type Identity, serverNameOf, uriOf } from "./identity.ts";
import { type ClusterKey, type Credential, clusterKeyFrom, credentialFrom } from "./key-contents.ts";
import { type Validity, validFor } from "./validity.ts";
import {
  type AlternativeName,
  alternativeNames,
  basicConstraints,
  distinguishedName,
  extendedKeyUsage,
  keyUsage,
  signedCertificate,
} from "./x509/signed-certificate.ts";

/** An authority is made once in the life of a cluster. */
const AUTHORITY_DAYS = 30 * 365;
/** Characters of a common name, as the X.520 standard says. */
const MAX_COMMON_NAME = 64;
/** Quotes, commas and others of these have a meaning of their own where programs show names. */
const UNUSUAL = /[^\p{L}\p{N} ._@-]/gu;
/** Digits that tell the authorities apart, for people: a verifier looks at the whole key. */
const ID_DIGITS = 8;

/** A key pair that nobody else has. */
interface FreshKey {
  /** PKCS8 as PEM. */
  readonly privatePem: string;
  /** SPKI as DER. */
  readonly publicKey: Uint8Array;
}

/** Makes the key of a new cluster. `now`: milliseconds since 1970. */
export async function newClusterKey(now: number): Promise<ClusterKey> {
  const { privatePem, publicKey } = freshKey();
  const name = `redes cluster ${createHash("sha256").update(publicKey).digest("hex").slice(0, ID_DIGITS)}`;
  const certificate = signedCertificate(privatePem, null, {
    subject: distinguishedName(name),
    publicKey,
    validity: validFor(AUTHORITY_DAYS, now),
    extensions: [basicConstraints(true), keyUsage("keyCertSign")],
  });
  return clusterKeyFrom(privatePem, certificate, "the new cluster key");
}

/** Makes a key of its own for somebody, and has the cluster key say who that is. */
export async function newCredential(key: ClusterKey, identity: Identity, validity: Validity): Promise<Credential> {
  return issue(key, identity, validity, null);
}

/** The same for the process itself that has the cluster key: no file holds it, and the certificate says so. */
export async function ownCredential(key: ClusterKey, identity: Identity, validity: Validity): Promise<Credential> {
  return issue(key, identity, validity, SELF_MADE);
}

function issue(
  { key, authority }: ClusterKey,
  identity: Identity,
  validity: Validity,
  unit: string | null,
): Credential {
  const { privatePem, publicKey } = freshKey();
  const certificate = signedCertificate(key, new X509Certificate(authority.pem), {
    subject: distinguishedName(commonNameOf(identity), unit),
    publicKey,
    validity,
    extensions: [
      basicConstraints(false),
      keyUsage("digitalSignature"),
      // A client's certificate does not let it pass for a server. Servers connect to each other, too.
      extendedKeyUsage(identity.role === "client" ? ["clientAuth"] : ["serverAuth", "clientAuth"]),
      alternativeNames(alternativeNamesOf(identity)),
    ],
  });
  return credentialFrom(privatePem, certificate, authority.pem, "the new credential");
}

function freshKey(): FreshKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "der" }),
  };
}

function alternativeNamesOf(identity: Identity): AlternativeName[] {
  const serverName = serverNameOf(identity);
  const uri = { kind: "uri", value: uriOf(identity) } as const;
  return serverName === null ? [uri] : [uri, { kind: "dns", value: serverName }];
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
