import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import * as v from "valibot";
import { CLOCK_DIFFERENCE_MS } from "../../keys/validity.ts";
import { versionId } from "../../protocol/fields.ts";
import { say, type Told } from "../../sentences/sentence.ts";

/**
 * Signed addresses of files: who has one gets that version of that file for some hours, with no token. The central signs
 * them with an Ed25519 key of its own; secondaries know its public half.
 */

/** Milliseconds: long enough for a film in a player, which comes back to the same address at each jump, and for a large download. */
export const SIGNED_FOR_MS = 12 * 60 * 60 * 1000;
/** Seconds: no address is good for longer, whatever it says. */
const MOST_SECONDS = 7 * 24 * 60 * 60;
/** What comes before the 32 bytes of an Ed25519 key in PKCS8 (RFC 8410). */
const PKCS8_BEFORE_SEED = Buffer.from("302e020100300506032b657004220420", "hex");

/** What a signed address gives. */
export interface SignedFile {
  /** The version; of no other one may anything be sent. */
  readonly version: string;
}

/** `reason`: why it gives nothing, for people. `isForged`: nobody who may has made it. */
export interface RefusedAddress {
  readonly reason: Told;
  readonly isForged: boolean;
}

export class AddressSigner {
  private readonly key: KeyObject;

  /** `seed`: 32 bytes that nobody else knows, as hexadecimal digits. */
  constructor(seed: string) {
    this.key = createPrivateKey({
      key: Buffer.concat([PKCS8_BEFORE_SEED, Buffer.from(seed, "hex")]),
      format: "der",
      type: "pkcs8",
    });
  }

  /** By which others check what this has signed: 32 bytes as base64url. */
  get publicKey(): string {
    return createPublicKey(this.key).export({ format: "jwk" }).x ?? "";
  }

  /** The query, without "?", with which an address of the file `name` gives its version `version`. `now`: milliseconds since 1970. */
  queryFor(name: string, version: string, now: number, forMs = SIGNED_FOR_MS): string {
    const expires = String(Math.ceil((now + forMs) / 1000));
    const signature = sign(null, signedBytes(name, version, expires), this.key).toString("base64url");
    return `version=${version}&expires=${expires}&signature=${signature}`;
  }
}

/** Whether an address says that it is signed. */
export function isSigned(query: URLSearchParams): boolean {
  return query.has("signature");
}

/** What a signed address of the file `name` gives. `publicKey`: of the central; null where none is known. */
export function checkSigned(
  name: string,
  query: URLSearchParams,
  publicKey: string | null,
  now: number,
): SignedFile | RefusedAddress {
  const [version = "", expires = "", signature = ""] = ["version", "expires", "signature"].map(
    (each) => query.get(each) ?? "",
  );
  if (!v.is(versionId, version) || !/^\d{1,12}$/.test(expires) || !/^[\w-]{86}$/.test(signature)) {
    return refused(say("this signed address is not whole: it was cut, or changed"));
  }
  if (publicKey === null)
    return refused(say("this server cannot check signed addresses: it has not reached the central yet"));
  const left = Number(expires) - now / 1000;
  if (left < -CLOCK_DIFFERENCE_MS / 1000)
    return refused(say("this signed address has expired: ask the central for another one"));
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey }, format: "jwk" });
  const isRight = verify(null, signedBytes(name, version, expires), key, Buffer.from(signature, "base64url"));
  if (!isRight) return refused(say("this address is signed by no central of this cluster"), true);
  return left > MOST_SECONDS
    ? refused(say("this signed address says that it is good for longer than any may be"))
    : { version };
}

function refused(reason: Told, isForged = false): RefusedAddress {
  return { reason, isForged };
}

/** The name comes last: the others have no line feed, so that no two addresses have the same bytes. */
function signedBytes(name: string, version: string, expires: string): Buffer {
  return Buffer.from(`redes file address\n${version}\n${expires}\n${name}`);
}
