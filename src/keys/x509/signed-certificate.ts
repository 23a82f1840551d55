import { createHash, createPrivateKey, randomBytes, sign, type X509Certificate } from "node:crypto";
import type { Validity } from "../validity.ts";
import {
  bitString,
  element,
  longInteger,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  smallInteger,
  time,
  utf8String,
  valuesIn,
  wrapped,
  yes,
} from "./der.ts";

/** How the version of a certificate with extensions is written. */
const VERSION_3 = 2;
/** Bytes of a serial number: nobody draws the same twice. */
const SERIAL_BYTES = 16;
/** Characters of a line of PEM. */
const PEM_LINE = /.{1,64}/g;

/** From RFC 5280 and RFC 8410. */
const ED25519 = sequence(objectIdentifier("1.3.101.112"));
const COMMON_NAME = "2.5.4.3";
const ORGANIZATIONAL_UNIT = "2.5.4.11";
const SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const PURPOSES = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" } as const;
/** The bit of each use, and how many bits after it do not count. */
const USES = { digitalSignature: [0x80, 7], keyCertSign: [0x04, 2] } as const;
/** Numbers of the kinds of alternative names. */
const NAME_KINDS = { dns: 2, uri: 6 } as const;

export interface AlternativeName {
  readonly kind: keyof typeof NAME_KINDS;
  /** ASCII. */
  readonly value: string;
}

export interface CertificateRequest {
  /** As {@link distinguishedName} gives it. */
  readonly subject: Uint8Array;
  /** SPKI as DER. */
  readonly publicKey: Uint8Array;
  readonly validity: Validity;
  /** Further than which keys these are. */
  readonly extensions: readonly Uint8Array[];
}

/** Signs a certificate, and gives it as PEM. `signingKey`: Ed25519, as PEM. `issuer`: whose key it is; null: the certificate's own. */
export function signedCertificate(
  signingKey: string,
  issuer: X509Certificate | null,
  { subject, publicKey, validity, extensions }: CertificateRequest,
): string {
  const keys = [extension(SUBJECT_KEY_IDENTIFIER, octetString(keyIdentifier(publicKey)))];
  if (issuer) {
    const issuerKey = issuer.publicKey.export({ type: "spki", format: "der" });
    keys.push(extension(AUTHORITY_KEY_IDENTIFIER, sequence(element(0, keyIdentifier(issuerKey)))));
  }
  const content = sequence(
    wrapped(0, smallInteger(VERSION_3)),
    longInteger(serialNumber()),
    ED25519,
    issuer ? subjectOf(issuer) : subject,
    sequence(time(validity.notBefore), time(validity.notAfter)),
    subject,
    publicKey,
    wrapped(3, sequence(...extensions, ...keys)),
  );
  const signature = sign(null, content, createPrivateKey(signingKey));
  const lines = sequence(content, ED25519, bitString(signature)).toString("base64").match(PEM_LINE) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

export function distinguishedName(commonName: string, unit: string | null = null): Uint8Array {
  const part = (kind: string, text: string) => setOf(sequence(objectIdentifier(kind), utf8String(text)));
  return sequence(part(COMMON_NAME, commonName), ...(unit === null ? [] : [part(ORGANIZATIONAL_UNIT, unit)]));
}

/** `authority`: it signs others, which sign none in turn; else it signs none. */
export function basicConstraints(authority: boolean): Uint8Array {
  return criticalExtension(BASIC_CONSTRAINTS, authority ? sequence(yes, smallInteger(0)) : sequence());
}

export function keyUsage(use: keyof typeof USES): Uint8Array {
  const [bits, unused] = USES[use];
  return criticalExtension(KEY_USAGE, bitString(Buffer.of(bits), unused));
}

export function extendedKeyUsage(purposes: readonly (keyof typeof PURPOSES)[]): Uint8Array {
  return extension(EXTENDED_KEY_USAGE, sequence(...purposes.map((purpose) => objectIdentifier(PURPOSES[purpose]))));
}

export function alternativeNames(names: readonly AlternativeName[]): Uint8Array {
  const values = names.map(({ kind, value }) => element(NAME_KINDS[kind], Buffer.from(value, "ascii")));
  return extension(SUBJECT_ALTERNATIVE_NAME, sequence(...values));
}

function extension(kind: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(kind), octetString(value));
}

/** Who does not know it must refuse the certificate. */
function criticalExtension(kind: string, value: Uint8Array): Uint8Array {
  return sequence(objectIdentifier(kind), yes, octetString(value));
}

/** By which a verifier finds the key that has signed: no more than a name (RFC 5280, 4.2.1.2). `spki`: as DER. */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  // An algorithm, and then a bit string: its tag, its length, its count of unused bits, and the key.
  const bits = valuesIn(spki)[1]?.subarray(3) ?? new Uint8Array(0);
  return createHash("sha1").update(bits).digest();
}

/** The subject of a certificate, as it stands there: how an issuer is written decides whether verifiers find it. */
function subjectOf(certificate: X509Certificate): Uint8Array {
  const [content = new Uint8Array(0)] = valuesIn(certificate.raw);
  // Version, serial number, algorithm, issuer and validity come first.
  const subject = valuesIn(content)[5];
  if (!subject) throw new Error("a certificate without a subject cannot sign");
  return subject;
}

/** Positive, and as short as it can be written. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}
