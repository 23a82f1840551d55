import type { Told } from "../../sentences/sentence.ts";
import { SECONDARY_API_METHODS, type SecondaryApiBackend } from "../api/secondary-operations.ts";
import type { ByteRange } from "../files/byte-range.ts";
import type { ServedVersion } from "../files/file-headers.ts";
import type { VerifiedFile } from "../files/file-reads.ts";
import type { ListingPage } from "../listing/listing.ts";
import type { Readiness } from "../server/health.ts";

/** A file that may be read by its descriptor until its lease is given back. */
export interface LeasedFile {
  readonly lease: number;
  readonly file: VerifiedFile;
  readonly version: ServedVersion;
}

/** Why there is nothing under a name. */
export type OpenRefusal =
  | { readonly kind: "missing" }
  /** It is a folder with files in it. */
  | { readonly kind: "folder" }
  /** It may be there in some seconds. `reason`: why it is not now. */
  | { readonly kind: "unavailable"; readonly reason: Told };

/** What came of opening a name. */
export type OpenReply = ({ readonly kind: "opened" } & LeasedFile) | OpenRefusal;

/** A page of what is in a folder, or why there is none. */
export type FolderReply = { readonly kind: "page"; readonly page: ListingPage } | OpenRefusal;

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
export interface SecondaryBackend extends SecondaryApiBackend {
  readiness(): Promise<Readiness>;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** Opens what is verified under a name. What was opened must be released once. */
  open(name: string): Promise<OpenReply>;
  release(lease: number, end: LeaseEnd): Promise<void>;
  /** So many bytes more of files were sent. */
  sent(bytes: number): Promise<void>;
  /** `folder`: its path with a slash at the end, or "". `start`: `next` of the page before, or "". */
  folder(folder: string, start: string): Promise<FolderReply>;
}

/** The methods that it may call. */
export const SECONDARY_METHODS = [
  ...SECONDARY_API_METHODS,
  "readiness",
  "metrics",
  "open",
  "release",
  "sent",
  "folder",
] as const satisfies readonly (keyof SecondaryBackend)[];
