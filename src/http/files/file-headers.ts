import { create } from "content-disposition";
import { digestHeaders } from "./digest-headers.ts";
import { formatHttpDate } from "./http-date.ts";
import { isHarmless, isPlayable, mediaType } from "./media-type.ts";
import type { Validators } from "./preconditions.ts";

/** A version of a file, as far as HTTP tells of it. */
export interface ServedVersion {
  readonly name: string;
  /** The id of the version. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** When its content was last modified: microseconds since 1970. */
  readonly modified: number;
  /** The SHA-256 of all of it as 64 hexadecimal digits, where it is known. */
  readonly sha256: string | null;
}

/** `now`: seconds since 1970. A time that is still to come is not told (RFC 9110, section 8.8.2.1). */
export function validatorsOf({ id, modified }: Pick<ServedVersion, "id" | "modified">, now: number): Validators {
  const seconds = Math.floor(modified / 1_000_000);
  return { etag: `"${id}"`, lastModified: seconds <= now ? seconds : null };
}

/** The headers by which a client recognizes a version, also where it is told that it has it already. */
export function validatorHeaders({ etag, lastModified }: Validators): Record<string, string> {
  return {
    etag,
    ...(lastModified !== null && { "last-modified": formatHttpDate(lastModified) }),
    // A name may have another version at any time: what is kept of it is to be asked about.
    "cache-control": "no-cache",
    "accept-ranges": "bytes",
  };
}

/** What the content is. `download`: it is to be saved, also where a browser could show it. */
export function contentHeaders(version: ServedVersion, download: boolean): Record<string, string> {
  const { name, sha256 } = version;
  const type = mediaType(name);
  const harmless = isHarmless(type);
  const filename = name.slice(name.lastIndexOf("/") + 1);
  return {
    "content-type": type,
    "content-disposition": create(filename, { type: download || !harmless ? "attachment" : "inline" }),
    // Where a browser shows it nevertheless, it is a site of its own there, without scripts.
    ...(!harmless && { "content-security-policy": "sandbox; default-src 'none'" }),
    ...digestHeaders(sha256),
  };
}

/** The page of the central, which is at another address, may play a film: it shows it, and no page of another site can read it. */
export function playingHeaders(name: string): Record<string, string> {
  return isPlayable(mediaType(name)) ? { "cross-origin-resource-policy": "cross-origin" } : {};
}
