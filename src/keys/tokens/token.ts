import * as v from "valibot";
import { clientName, count, fingerprint } from "../../protocol/fields.ts";
import { RIGHTS } from "../../protocol/rights.ts";

/**
 * A token lets a program in over HTTP that has no key file: whoever shows it may do what it says. It is a JSON Web Token
 * (RFC 7519) that the cluster key has signed, named by its fingerprint in `x5t#S256`, or a client's credential, whose
 * certificate stands in `x5c`.
 */

/** Ed25519, by the name that RFC 8037 gives it. */
export const ALGORITHM = "EdDSA";
/** What kind of token it is, so that none for another purpose passes for it. */
export const TOKEN_TYPE = "redes+jwt";
/** Characters: a token takes 400, one with a certificate 1,500, and the longest names 3,500 more. A longer one is not parsed. */
export const MAX_TOKEN_LENGTH = 8 * 1024;

/** The header of a token. `v.strictTuple`: no chain, as authorities sign no others. */
export const tokenHeader = v.union([
  v.object({
    alg: v.literal(ALGORITHM),
    typ: v.literal(TOKEN_TYPE),
    x5c: v.strictTuple([v.pipe(v.string(), v.base64())]),
  }),
  v.object({
    alg: v.literal(ALGORITHM),
    typ: v.literal(TOKEN_TYPE),
    "x5t#S256": v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  }),
]);

/** What a token says. */
export const tokenClaims = v.object({
  /** The name of its holder. */
  sub: clientName,
  rights: v.picklist(RIGHTS),
  /** Since and until when, in seconds since 1970. */
  iat: count,
  exp: count,
  /** By which it can be revoked: 32 bytes that no other token has, in the form of a fingerprint. */
  jti: fingerprint,
});

export type TokenHeader = v.InferOutput<typeof tokenHeader>;
export type TokenClaims = v.InferOutput<typeof tokenClaims>;
