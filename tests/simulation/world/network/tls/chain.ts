import { X509Certificate } from "node:crypto";

/** Certificates that are parsed at once: those of one run, and of the runs before it. */
const MOST_PARSED = 500;
/** Extended key usages, by their object identifiers. */
const USAGES = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" } as const;

/** What an end of a TLS connection looks at. */
export interface Expectation {
  /** The certificates of the authorities that it believes, as PEM. */
  readonly authorities: readonly string[];
  /** Milliseconds since 1970, by its own clock. */
  readonly now: number;
  /** What the certificate must be good for. */
  readonly usage: keyof typeof USAGES;
  /** The name that it must be for; null: any. */
  readonly serverName: string | null;
}

/**
 * What TLS says against a certificate, by the code of OpenSSL; null: nothing. Where several things are wrong it names the
 * one that it looks at last: the time comes after who has signed, and the name after everything else was found right.
 */
export function faultOf(
  certificate: X509Certificate,
  { authorities, now, usage, serverName }: Expectation,
): string | null {
  const signer = authorities.map(parsed).find((authority) => isSignedBy(certificate, authority));
  const chain = signer ? [certificate, signer] : [certificate];
  if (chain.some(({ validTo }) => now > Date.parse(validTo))) return "CERT_HAS_EXPIRED";
  if (chain.some(({ validFrom }) => now < Date.parse(validFrom))) return "CERT_NOT_YET_VALID";
  if (!signer) return "UNABLE_TO_GET_ISSUER_CERT_LOCALLY";
  if (!certificate.keyUsage?.includes(USAGES[usage])) return "INVALID_PURPOSE";
  if (serverName !== null && certificate.checkHost(serverName) === undefined) return "ERR_TLS_CERT_ALTNAME_INVALID";
  return null;
}

const known = new Map<string, X509Certificate>();
/** Who has signed what: to check a signature takes as long as twenty events. */
const signers = new WeakMap<X509Certificate, Map<X509Certificate, boolean>>();

/** A certificate in PEM, or DER. What is parsed is kept: runs have the same ones again and again. */
export function parsed(certificate: string | Uint8Array): X509Certificate {
  const name = typeof certificate === "string" ? certificate : Buffer.from(certificate).toString("latin1");
  const earlier = known.get(name);
  if (earlier) return earlier;
  const made = new X509Certificate(certificate);
  if (known.size >= MOST_PARSED) known.clear();
  known.set(name, made);
  return made;
}

function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  const checked = signers.get(certificate) ?? new Map<X509Certificate, boolean>();
  signers.set(certificate, checked);
  const is = checked.get(authority) ?? (certificate.checkIssued(authority) && certificate.verify(authority.publicKey));
  checked.set(authority, is);
  return is;
}
