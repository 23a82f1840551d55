import { createPrivateKey, createPublicKey, type KeyObject, type X509Certificate } from "node:crypto";
import { say } from "../sentences/sentence.ts";
import {
  fingerprintOf,
  type IdentifiedCertificate,
  identityOfParsed,
  isSignedBy,
  parseCertificate,
  validityOf,
} from "./certificate.ts";
import { KeyError } from "./key-error.ts";
import type { Validity } from "./validity.ts";

/** The certificate of the authority of a cluster, which signs all others. */
export interface Authority extends Validity {
  readonly pem: string;
  readonly fingerprint: string;
}

/** The cluster key: the authority itself, which can make every credential. */
export interface ClusterKey {
  readonly kind: "cluster";
  /** The authority's private key, as PEM. */
  readonly key: string;
  readonly authority: Authority;
}

/** What one role, or one client, gets in with. */
export interface Credential {
  readonly kind: "credential";
  /** The private key of the certificate, as PEM. */
  readonly key: string;
  readonly certificate: IdentifiedCertificate & { readonly pem: string };
  readonly authority: Authority;
}

export type KeyContents = ClusterKey | Credential;

const BLOCK = /-----BEGIN (?<label>[A-Z0-9 ]+)-----[A-Za-z0-9+/=\s]+-----END \k<label>-----/g;
const MAKE_ONE = say("redes key new makes a cluster key, and the other key commands make credentials from it");

/** By which people know a key file: that of its own certificate. */
export function fingerprintOfKey(contents: KeyContents): string {
  return contents.kind === "cluster" ? contents.authority.fingerprint : contents.certificate.fingerprint;
}

/** The text of a key file: the private key, then the certificates, the authority's last. */
export function keyText({ key, ...contents }: KeyContents): string {
  const certificates =
    contents.kind === "credential" ? [contents.certificate, contents.authority] : [contents.authority];
  return [key, ...certificates.map(({ pem }) => pem)].map((pem) => `${pem.trim()}\n`).join("");
}

/**
 * Reads the text of the key file at `path`, and checks that its parts belong together; not whether it is valid today.
 * What stands outside of PEM blocks is a remark. Throws KeyError.
 */
export function parseKeyText(text: string, path: string): KeyContents {
  const blocks = [...text.matchAll(BLOCK)].map(([pem, label]) => ({ pem: `${pem}\n`, label }));
  const labelled = (label: string) => blocks.flatMap((block) => (block.label === label ? [block.pem] : []));
  const [key, ...moreKeys] = labelled("PRIVATE KEY");
  const [first, second, ...more] = labelled("CERTIFICATE");
  if (labelled("ENCRYPTED PRIVATE KEY").length > 0) {
    throw KeyError.in(
      path,
      say("its key is under a passphrase, which nobody could enter for a server; make one without"),
    );
  }
  if (key === undefined || first === undefined) {
    const missing = key === undefined ? say("a private key") : say("a certificate");
    throw KeyError.in(path, say("it is no key file: {missing} is missing; {makeOne}", { missing, makeOne: MAKE_ONE }));
  }
  if (moreKeys.length + more.length > 0)
    throw KeyError.in(path, say("it holds more than one key; give each its own file"));
  return second === undefined ? clusterKeyFrom(key, first, path) : credentialFrom(key, first, second, path);
}

/** Checks that the parts of a cluster key belong together. Throws KeyError. */
export function clusterKeyFrom(key: string, authorityPem: string, path: string): ClusterKey {
  const certificate = parsedCertificate(authorityPem, path);
  const authority = authorityFrom(certificate, path);
  checkKey(key, certificate, path);
  return { kind: "cluster", key, authority };
}

/** Checks that the parts of a credential belong together. Throws KeyError. */
export function credentialFrom(key: string, pem: string, authorityPem: string, path: string): Credential {
  const certificate = parsedCertificate(pem, path);
  const authority = parsedCertificate(authorityPem, path);
  const checked = authorityFrom(authority, path);
  checkKey(key, certificate, path);
  if (!isSignedBy(certificate, authority)) {
    throw KeyError.in(path, say("its certificate is not from the authority in the file: it was put together from two"));
  }
  const identified = identityOfParsed(certificate);
  if (!identified.identity) {
    throw KeyError.in(
      path,
      say("its certificate cannot be used: {reason}; {makeOne}", { reason: identified.reason, makeOne: MAKE_ONE }),
    );
  }
  return { kind: "credential", key, certificate: { ...identified, pem: certificate.toString() }, authority: checked };
}

function parsedCertificate(pem: string, path: string): X509Certificate {
  const parsed = parseCertificate(pem);
  if (!parsed) throw KeyError.in(path, say("a certificate in it cannot be read: the file is damaged"));
  return parsed;
}

function authorityFrom(certificate: X509Certificate, path: string): Authority {
  if (!certificate.ca || !isSignedBy(certificate, certificate)) {
    throw KeyError.in(
      path,
      say("it does not end with the certificate of a cluster's authority; {makeOne}", { makeOne: MAKE_ONE }),
    );
  }
  return { pem: certificate.toString(), fingerprint: fingerprintOf(certificate), ...validityOf(certificate) };
}

function checkKey(pem: string, certificate: X509Certificate, path: string): void {
  const key = privateKey(pem, path);
  if (key.asymmetricKeyType !== "ed25519") {
    throw KeyError.in(
      path,
      say("its key is of another kind than redes has, Ed25519; {makeOne}", { makeOne: MAKE_ONE }),
    );
  }
  if (spkiOf(createPublicKey(key)).equals(spkiOf(certificate.publicKey))) return;
  throw KeyError.in(path, say("its private key is not that of its certificate: it was put together from two"));
}

/** What the library says of a key that it cannot read stays untold: it might hold some of it. */
function privateKey(pem: string, path: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw KeyError.in(path, say("its private key cannot be read: the file is damaged"));
  }
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}
