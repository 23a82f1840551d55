import * as v from "valibot";
import { HASH_BYTES } from "../platform/hash.ts";
import { CLIENT_NAME_PATTERN, MAX_CLIENT_NAME_LENGTH } from "./client-name.ts";
import { isName } from "./name.ts";
import { EDITS_PATTERN } from "./versions/edits.ts";
import { MAX_PIECES, MAX_SIZE } from "./versions/version.ts";
import { VECTOR_PATTERN } from "./versions/version-vector.ts";

/** Most entries of a batch in one message. With more, the largest header would exceed the limit of a frame. */
export const MAX_BATCH = 256;
/** Bytes of a version's id in a payload, where it is not written as hexadecimal digits. */
export const ID_BYTES = 32;
/** Largest file, in bytes, that is sent together with others in one message. */
export const SMALL_FILE_BYTES = 64 * 1024;
/** Highest number of a secondary. */
export const MAX_SECONDARY_NUMBER = 65_535;

/** The text without characters that control a terminal: texts from peers are printed there. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, "\ufffd");
}

export const text = (limit: number) => v.pipe(v.string(), v.maxLength(limit), v.transform(printable));
export const integer = (limit: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limit));
export const batch = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.maxLength(MAX_BATCH));

export const versionId = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const uniqueId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
export const fileName = v.pipe(v.string(), v.check(isName, "not the name of a file"));
export const clientName = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(MAX_CLIENT_NAME_LENGTH),
  v.regex(CLIENT_NAME_PATTERN),
);
export const vector = v.pipe(v.string(), v.regex(VECTOR_PATTERN));
export const edits = v.pipe(v.string(), v.regex(EDITS_PATTERN));
/** The id of one edit. */
export const edit = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}$/));
/** The hash of the bytes of a whole file: BLAKE3, or SHA-256 in fields of that name. */
export const wholeHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** The SHA-256 of a certificate. */
export const fingerprint = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const size = integer(MAX_SIZE);
export const count = integer(Number.MAX_SAFE_INTEGER);
/** Microseconds since 1970; 0 means 1970 or earlier. */
export const time = integer(Number.MAX_SAFE_INTEGER);
export const pieceIndex = integer(MAX_PIECES - 1);
export const secondaryNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SECONDARY_NUMBER));
/** The asking side chooses it, and the answer repeats it. */
export const request = integer(0xffff_ffff);
export const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
export const host = v.pipe(v.string(), v.minLength(1), v.maxLength(255), v.regex(/^[\w.:%-]+$/));
/** A public key of Ed25519: its 32 bytes, as base64url. */
export const urlKey = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));
export const payload = integer(1024 * 1024);
/** A payload that has 32 bytes for each piece of a version, and one that has a bit for each. */
export const hashesPayload = integer(MAX_PIECES * HASH_BYTES);
export const bitmapPayload = integer(MAX_PIECES / 8);

export const httpAddress = v.object({
  /** Null: the host at which the sessions of this server are reached. */
  host: v.nullable(host),
  port,
  tls: v.boolean(),
});

/** Where a server answers HTTP. */
export type HttpAddress = v.InferOutput<typeof httpAddress>;

export const source = v.object({
  number: secondaryNumber,
  host,
  port,
  /** It is still copying the file, and has only some of the pieces. */
  partial: v.boolean(),
});

/** A secondary that has pieces of a file. */
export type SourceAddress = v.InferOutput<typeof source>;
