import type { ByteRange } from "../files/byte-range.ts";
import type { ServedVersion } from "../files/file-headers.ts";
import type { VerifiedFile } from "../files/file-reads.ts";
import type { Readiness } from "../server/health.ts";

/** A file that may be read by its descriptor until its lease is given back. */
export interface LeasedFile {
  readonly lease: number;
  readonly file: VerifiedFile;
  readonly version: ServedVersion;
}

/** What came of opening a name. */
export type OpenReply =
  | ({ readonly kind: "opened" } & LeasedFile)
  | { readonly kind: "missing" }
  /** It is a folder with files in it. */
  | { readonly kind: "folder" }
  /** It may be there in some seconds. `reason`: why it is not now, in a sentence. */
  | { readonly kind: "unavailable"; readonly reason: string };

/** What was done with a leased file. */
export interface LeaseEnd {
  /** What was sent of it; null for nothing. */
  readonly sent: ByteRange | null;
  /** To whom. */
  readonly remoteHost: string;
  /** It could not be read. */
  readonly unreadable: boolean;
}

/** What the HTTP thread of a secondary may ask its main thread. */
export interface SecondaryBackend {
  readiness(): Promise<Readiness>;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** Opens what is verified under a name. What was opened must be released once. */
  open(name: string): Promise<OpenReply>;
  release(lease: number, end: LeaseEnd): Promise<void>;
}

/** The methods that it may call. */
export const SECONDARY_METHODS = [
  "readiness",
  "metrics",
  "open",
  "release",
] as const satisfies readonly (keyof SecondaryBackend)[];
