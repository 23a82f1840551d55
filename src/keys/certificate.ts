import type { X509Certificate } from "node:crypto";
import { type Sentence, say } from "../sentences/sentence.ts";
import { parseFingerprint } from "./fingerprint.ts";
import { type Identity, identityFromUri, serverNameOf, uriOf } from "./identity.ts";
import type { Validity } from "./validity.ts";

/** Bytes of DER: ours take 500, and a name at its longest 1,000 more. What is larger is not parsed. */
const MAX_CERTIFICATE_BYTES = 8 * 1024;
/** The organizational unit in the subject of a certificate that a process makes for itself from the cluster key. */
export const SELF_MADE = "made for itself";

/** A certificate that says who its owner is. */
export interface IdentifiedCertificate extends Validity {
  readonly identity: Identity;
  /** As parseFingerprint gives it. */
  readonly fingerprint: string;
  /** Whether its owner has made it for itself, from the cluster key, so that it is no credential that a file holds. */
  readonly isSelfMade: boolean;
}

/** `reason`: what is wrong, such as "it is an authority's". */
export interface UnidentifiedCertificate {
  readonly identity: null;
  readonly reason: Sentence;
}

/**
 * Who a certificate, as DER or PEM, was made for. Checks neither its signature nor its time: of a peer's certificate TLS
 * has done that. It takes some tens of microseconds, much less than the handshake before it.
 */
export function identityOf(certificate: Uint8Array | string): IdentifiedCertificate | UnidentifiedCertificate {
  const parsed = parseCertificate(certificate);
  return parsed ? identityOfParsed(parsed) : refusal(say("it cannot be read"));
}

export function identityOfParsed(parsed: X509Certificate): IdentifiedCertificate | UnidentifiedCertificate {
  if (parsed.ca) return refusal(say("it is an authority's"));
  const names = parsed.subjectAltName ?? "";
  // Names are put together with commas, which none of ours has, and what is unusual in them with quotes.
  const identity = identityFromUri(/^URI:([^,]+)/.exec(names)?.[1] ?? "");
  if (!identity || names !== namesOf(identity)) return refusal(say("it does not say for which role of redes it is"));
  const isSelfMade = parsed.subject.split("\n").includes(`OU=${SELF_MADE}`);
  return { identity, fingerprint: fingerprintOf(parsed), isSelfMade, ...validityOf(parsed) };
}

/** All alternative names of a certificate, as X509Certificate gives them. */
function namesOf(identity: Identity): string {
  const serverName = serverNameOf(identity);
  return `URI:${uriOf(identity)}${serverName === null ? "" : `, DNS:${serverName}`}`;
}

function refusal(reason: Sentence): UnidentifiedCertificate {
  return { identity: null, reason };
}

/** Null for what is no certificate, or too large for one of ours. */
export function parseCertificate(certificate: Uint8Array | string): X509Certificate | null {
  // Base64 takes a third more.
  const most = typeof certificate === "string" ? 1.5 * MAX_CERTIFICATE_BYTES : MAX_CERTIFICATE_BYTES;
  if (certificate.length > most) return null;
  try {
    // Loaded when it is needed: a process without keys does without it.
    const { X509Certificate } = process.getBuiltinModule("node:crypto");
    return new X509Certificate(certificate);
  } catch {
    return null;
  }
}

export function fingerprintOf(certificate: X509Certificate): string {
  const fingerprint = parseFingerprint(certificate.fingerprint256);
  if (fingerprint === null) throw new Error("the fingerprint of a certificate has an unknown form");
  return fingerprint;
}

export function validityOf({ validFrom, validTo }: X509Certificate): Validity {
  return { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
}

/** Whether `authority` has signed it. */
export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}
