import type { Told } from "../../sentences/sentence.ts";
import type { ServedVersion } from "../files/file-headers.ts";
import type { ListingEntry } from "../listing/folder-page.ts";
import type { Readiness } from "../server/health.ts";
import { UPLOAD_METHODS, type UploadBackend } from "../uploads/backend.ts";
import { CLIENT_API_METHODS, type ClientApiBackend } from "./api.ts";
import type { CatalogueRefusal } from "./refusal.ts";

/** A file that is open for one reader. */
export interface OpenedStream {
  readonly kind: "opened";
  readonly reader: number;
  readonly version: ServedVersion;
}

export type StreamReply = OpenedStream | CatalogueRefusal;

export type FindReply = { readonly kind: "found"; readonly version: ServedVersion } | CatalogueRefusal;

/** Bytes from `start` on, to before `end`, and where they are in a file that is open; null: they are zeros. */
export interface StoredExtent {
  readonly start: number;
  readonly end: number;
  readonly place: { readonly fd: number; readonly position: number } | null;
}

/** Where what a reader reads next is, without a gap; `ended`: no more comes, and why. */
export type ReadReply =
  | { readonly kind: "readable"; readonly extents: readonly StoredExtent[] }
  | { readonly kind: "ended"; readonly reason: Told };

/** What is right in a folder, as a page of a listing. */
export interface VersionsPage {
  readonly kind: "page";
  readonly entries: readonly ListingEntry<ServedVersion>[];
  readonly next: string | null;
}

/** A file that can be played. `query`: what its address needs behind the path, so that a player needs nothing else; "" for nothing. */
export interface PlayedFile {
  readonly name: string;
  readonly query: string;
}

/** Files in the order in which they are to be played. */
export interface PlaylistReply {
  readonly kind: "playlist";
  readonly files: readonly PlayedFile[];
}

/** What the HTTP thread of `client serve` may ask its main thread. */
export interface ClientBackend extends ClientApiBackend, UploadBackend {
  readiness(): Promise<Readiness>;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** A file of the catalogue, without a download. */
  find(name: string): Promise<FindReply>;
  /** A page of a folder: see `folderPage`. `folder`: its path with a slash at the end, "" for the whole catalogue. */
  folder(folder: string, start: string): Promise<VersionsPage | CatalogueRefusal>;
  /** What can be played in a folder and those below it. */
  playlist(folder: string): Promise<PlaylistReply | CatalogueRefusal>;
  /** Begins to read a file. What was opened must be released once. */
  open(name: string): Promise<StreamReply>;
  /** A reader wants the bytes from `start` up to, but not including, `end`. */
  begin(reader: number, start: number, end: number): Promise<void>;
  /**
   * A reader has had all before `at`, and knows where all is before `from`. Resolves as soon as anything of what follows is
   * there, and does not tell of much: where a reader is must be known for what comes next to be fetched.
   */
  read(reader: number, at: number, from: number): Promise<ReadReply>;
  /** A reader has had all before `at`, and reads no more. Called again it does nothing. */
  release(reader: number, at: number): Promise<void>;
}

/** The methods that it may call. */
export const CLIENT_METHODS = [
  ...CLIENT_API_METHODS,
  ...UPLOAD_METHODS,
  "readiness",
  "metrics",
  "find",
  "folder",
  "playlist",
  "open",
  "begin",
  "read",
  "release",
] as const satisfies readonly (keyof ClientBackend)[];
