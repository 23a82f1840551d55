import { type KeyObject, X509Certificate } from "node:crypto";
import * as v from "valibot";
import { formatDay } from "../../platform/units.ts";
import { hasRight, type Rights } from "../../protocol/rights.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { fingerprintOf, identityOfParsed, parseCertificate } from "../certificate.ts";
import { type ClientIdentity, saidIdentity } from "../identity.ts";
import type { Trust } from "../key-ring.ts";
import type { Authorities } from "../trust/authorities.ts";
import type { Revocations } from "../trust/revocations.ts";
import { CLOCK_DIFFERENCE_MS } from "../validity.ts";
import { ALGORITHM, MAX_TOKEN_LENGTH, type TokenClaims, type TokenHeader, tokenClaims, tokenHeader } from "./token.ts";

/** Who has shown a token that is good. */
export interface TokenHolder {
  readonly identity: ClientIdentity;
  /** The fingerprints by any of which it is revoked: its own, that of the key that has signed it, and the authority's. */
  readonly fingerprint: string;
  readonly signer: string;
  readonly authority: string;
  /** When it ends, in milliseconds since 1970. */
  readonly until: number;
}

/** `reason`: what is wrong, as in "the token has expired", without anything of the token itself. */
export interface RefusedToken {
  readonly reason: Told;
}

/** A token that nobody has checked. `signer`: the fingerprint of the key by which it says that it is signed. */
export interface ReadToken {
  readonly claims: TokenClaims;
  readonly signer: string;
}

/** What has signed a token, by its header; not yet whether it has. */
interface Signer {
  readonly publicKey: KeyObject;
  readonly fingerprint: string;
  readonly authority: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Null for the cluster key, which may give anything. */
  readonly client: ClientIdentity | null;
}

const UNREADABLE: RefusedToken = { reason: say("the token cannot be read") };
const FOREIGN: RefusedToken = { reason: say("the token is from no key of this cluster") };

/** Whose token it is, for one who lets in by `trust`. `now`: milliseconds since 1970. Clocks may differ by five minutes. */
export async function verifyToken(token: string, trust: Trust, now: number): Promise<TokenHolder | RefusedToken> {
  if (token.length > MAX_TOKEN_LENGTH) return UNREADABLE;
  const jose = await import("jose");
  let signer: Signer | RefusedToken;
  try {
    signer = signerOf(v.parse(tokenHeader, jose.decodeProtectedHeader(token)), trust.authorities);
  } catch {
    return UNREADABLE;
  }
  if ("reason" in signer) return signer;
  try {
    // The times are looked at below, in the same way for the token and what has signed it.
    const { payload } = await jose.compactVerify(token, signer.publicKey, { algorithms: [ALGORITHM] });
    const claims = v.safeParse(tokenClaims, JSON.parse(new TextDecoder().decode(payload)));
    return claims.success ? holderBy(claims.output, signer, trust.revocations, now) : UNREADABLE;
  } catch (error) {
    return error instanceof jose.errors.JWSSignatureVerificationFailed ? FOREIGN : UNREADABLE;
  }
}

/** What a token says of itself, which nobody has checked: for people who look at one. Null for what is none. */
export async function readToken(token: string): Promise<ReadToken | null> {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const { decodeJwt, decodeProtectedHeader } = await import("jose");
  try {
    const header = v.parse(tokenHeader, decodeProtectedHeader(token));
    const claims = v.safeParse(tokenClaims, decodeJwt(token));
    const signer = "x5c" in header ? fingerprintIn(header.x5c[0]) : fromThumbprint(header["x5t#S256"]);
    return claims.success ? { claims: claims.output, signer } : null;
  } catch {
    return null;
  }
}

/** Whether a token that was good when it came is revoked. */
export function isTokenRevoked({ fingerprint, signer, authority }: TokenHolder, revocations: Revocations): boolean {
  return [fingerprint, signer].some((each) => revocations.has({ fingerprint: each, authority }));
}

/** Whether a token that was good when it came is revoked or has expired. `now`: milliseconds since 1970. */
export function isTokenEnded(holder: TokenHolder, revocations: Revocations, now: number): boolean {
  return now > holder.until + CLOCK_DIFFERENCE_MS || isTokenRevoked(holder, revocations);
}

function signerOf(header: TokenHeader, authorities: Authorities): Signer | RefusedToken {
  if ("x5c" in header) return credentialIn(header.x5c[0], authorities);
  const authority = authorities.find(fromThumbprint(header["x5t#S256"]));
  if (!authority) return FOREIGN;
  const { certificate, fingerprint, notAfter } = authority;
  return { publicKey: certificate.publicKey, fingerprint, authority: fingerprint, until: notAfter, client: null };
}

/** `der`: the certificate, as base64. */
function credentialIn(der: string, authorities: Authorities): Signer | RefusedToken {
  const certificate = parseCertificate(Buffer.from(der, "base64"));
  if (!certificate) return UNREADABLE;
  const identified = identityOfParsed(certificate);
  const authority = authorities.signerOf(certificate);
  if (!authority || !identified.identity) return FOREIGN;
  const { identity, fingerprint, notAfter } = identified;
  if (identity.role !== "client") return { reason: say("{whose} makes no tokens", { whose: saidIdentity(identity) }) };
  return {
    publicKey: certificate.publicKey,
    fingerprint,
    authority: authority.fingerprint,
    until: Math.min(notAfter, authority.notAfter),
    client: identity,
  };
}

function fromThumbprint(thumbprint: string): string {
  return Buffer.from(thumbprint, "base64url").toString("hex");
}

function fingerprintIn(der: string): string {
  return fingerprintOf(new X509Certificate(Buffer.from(der, "base64")));
}

/** Of a token whose signature is right. */
function holderBy(
  { sub: name, rights, exp, jti }: TokenClaims,
  signer: Signer,
  revocations: Revocations,
  now: number,
): TokenHolder | RefusedToken {
  const holder: TokenHolder = {
    identity: { role: "client", name, rights },
    fingerprint: jti,
    signer: signer.fingerprint,
    authority: signer.authority,
    until: Math.min(exp * 1000, signer.until),
  };
  if (isTokenRevoked(holder, revocations)) return { reason: say("the token is revoked") };
  if (now > holder.until + CLOCK_DIFFERENCE_MS)
    return { reason: say("the token has expired on {day}", { day: formatDay(holder.until) }) };
  if (signer.client && !mayGive(signer.client, name, rights)) {
    return { reason: say("the token says more than the credential that has signed it may give") };
  }
  return holder;
}

/** Whether a client's credential may sign a token with this name and these rights. */
function mayGive(client: ClientIdentity, name: string, rights: Rights): boolean {
  return hasRight(client.rights, rights) && (name === client.name || client.rights === "admin");
}
