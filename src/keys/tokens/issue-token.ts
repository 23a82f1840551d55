import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Random } from "../../platform/random.ts";
import { DAY_MS } from "../../platform/units.ts";
import { hasRight, type Rights } from "../../protocol/rights.ts";
import { say } from "../../sentences/sentence.ts";
import { saidIdentity } from "../identity.ts";
import type { KeyContents } from "../key-contents.ts";
import { KeyError } from "../key-error.ts";
import { checkValid, type KeyFile, validityOfFile } from "../key-material.ts";
import { ALGORITHM, TOKEN_TYPE, type TokenClaims } from "./token.ts";

/** Random bytes of its id: nobody guesses 256 bits. */
const ID_BYTES = 32;

export interface TokenRequest {
  /** Null: that of the credential that signs it, or `preset` where that is the cluster key. */
  readonly name: string | null;
  readonly preset: string;
  readonly rights: Rights;
  readonly days: number;
}

export interface IssuedToken {
  readonly text: string;
  readonly claims: TokenClaims;
}

/**
 * Makes a token. It ends with what has signed it, if that is earlier. A client's credential gives no more than it has, and,
 * unless it is an administrator's, in its own name alone. Throws KeyError. `now`: milliseconds since 1970.
 */
export async function newToken(
  file: KeyFile,
  request: TokenRequest,
  now: number,
  random: Random,
): Promise<IssuedToken> {
  checkValid(file, now);
  const { contents } = file;
  const until = Math.min(now + request.days * DAY_MS, validityOfFile(contents).notAfter);
  const claims: TokenClaims = {
    sub: holderOf(file, request),
    rights: request.rights,
    iat: Math.floor(now / 1000),
    exp: Math.floor(until / 1000),
    jti: Buffer.from(random.bytes(ID_BYTES)).toString("hex"),
  };
  const { SignJWT } = await import("jose");
  const text = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, ...signerOf(contents) })
    .sign(createPrivateKey(contents.key));
  return { text, claims };
}

/** Throws KeyError where the key cannot give what is wanted. */
function holderOf({ path, contents }: KeyFile, { name, preset, rights }: TokenRequest): string {
  if (contents.kind === "cluster") return name ?? preset;
  const { identity } = contents.certificate;
  const whose = say("it is the key of {whose}", { whose: saidIdentity(identity) });
  if (identity.role !== "client") {
    throw KeyError.in(
      path,
      say("{whose}, with which no token is made: give the cluster key, or a client's", { whose }),
    );
  }
  if (!hasRight(identity.rights, rights)) {
    throw KeyError.in(
      path,
      say("{whose}, which cannot give the right {rights}: give one that has it, or the cluster key", { whose, rights }),
    );
  }
  if (name !== null && name !== identity.name && identity.rights !== "admin") {
    throw KeyError.in(
      path,
      say("{whose}, which makes tokens in its own name alone: leave out the other name", { whose }),
    );
  }
  return name ?? identity.name;
}

/** The header that says who has signed it. */
function signerOf(contents: KeyContents): { "x5t#S256": string } | { x5c: string[] } {
  if (contents.kind === "cluster") {
    return { "x5t#S256": Buffer.from(contents.authority.fingerprint, "hex").toString("base64url") };
  }
  return { x5c: [new X509Certificate(contents.certificate.pem).raw.toString("base64")] };
}
