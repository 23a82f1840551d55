import type { PieceDigest } from "../../protocol/digests/piece-digests.ts";
import type { Told } from "../../sentences/sentence.ts";
import { CENTRAL_API_METHODS, type CentralApiBackend } from "../api/central-backend.ts";
import { CENTRAL_ORDER_METHODS, type CentralOrdersBackend } from "../api/central-orders.ts";
import type { ListingPage } from "../listing/listing.ts";
import type { Readiness } from "../server/health.ts";
import { UPLOAD_METHODS, type UploadBackend } from "../uploads/backend.ts";

/** A version of a file that a central tells of. */
export interface FoundFile {
  readonly name: string;
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of the whole file, 64 hexadecimal digits; null: not known yet. */
  readonly sha256: string | null;
}

/** Why a central has nothing to send somebody to. */
export type LocateRefusal =
  | { readonly kind: "no-such-file" }
  /** The name is that of a folder. */
  | { readonly kind: "folder" }
  /** `retryAfter`: seconds after which it may be otherwise. */
  | { readonly kind: "unavailable"; readonly why: Told; readonly retryAfter: number };

/** One secondary that has a file. */
export interface Target {
  readonly kind: "target";
  readonly file: FoundFile;
  /** Where that secondary has it. */
  readonly url: string;
}

/** All secondaries that have a file, and what each of its pieces must be. */
export interface Sources {
  readonly kind: "sources";
  readonly file: FoundFile;
  readonly urls: readonly string[];
  /** One for each kind that was asked for. */
  readonly digests: readonly DigestsOfKind[];
}

/** Digests of one kind. */
export interface DigestsOfKind {
  /** Of the whole file: always its SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Of each piece, one after the other. */
  readonly pieces: Uint8Array;
}

/** What the HTTP thread of a central may ask its main thread. */
export interface CentralBackend extends CentralApiBackend, CentralOrdersBackend, UploadBackend {
  readiness(): Promise<Readiness>;
  /** In Prometheus' text format. */
  metrics(): Promise<string>;
  /** A secondary to send somebody to. `taken`: it will be busy with that; otherwise somebody just wants to know. */
  target(name: string, taken: boolean): Promise<Target | LocateRefusal>;
  sources(name: string, digests: readonly PieceDigest[]): Promise<Sources | LocateRefusal>;
  /** A page of a folder: see `folderPage`. */
  folder(folder: string, start: string): Promise<ListingPage | LocateRefusal>;
}

/** The methods that it may call. */
export const CENTRAL_METHODS = [
  "readiness",
  "metrics",
  "target",
  "sources",
  "folder",
  ...CENTRAL_API_METHODS,
  ...CENTRAL_ORDER_METHODS,
  ...UPLOAD_METHODS,
] as const satisfies readonly (keyof CentralBackend)[];
