import type { Told } from "../../sentences/sentence.ts";
import type { PutConditions } from "./put-conditions.ts";

/** A file that somebody wants to put, as its request says. */
export interface WantedUpload {
  readonly name: string;
  /** Bytes; null: not known before all have come. */
  readonly size: number | null;
  /** When its content was modified, in microseconds since 1970; null: not said. */
  readonly modified: number | null;
  readonly conditions: PutConditions;
  /** Who puts it, for the log. */
  readonly by: string;
  /** The address that it comes from. */
  readonly from: string;
}

/** Why a file is not taken. */
export interface UploadRefusal {
  readonly kind: "refused";
  readonly status: 400 | 403 | 409 | 412 | 413 | 500 | 503 | 507;
  readonly reason: Told;
}

/** A file that is being put. Its bytes go where `fd` is open, from the beginning on, and not more than `most` of them. */
export interface BegunUpload {
  readonly kind: "begun";
  readonly upload: number;
  readonly fd: number;
  readonly most: number;
}

/** What a file that is put now would replace: the id of the version; null: it would be a new file. */
export interface PossibleUpload {
  readonly kind: "possible";
  readonly replaces: string | null;
}

/** A file that has its name. */
export interface StoredUpload {
  readonly kind: "stored";
  readonly name: string;
  readonly size: number;
  /** Of its version. */
  readonly id: string;
  /** Whether there was no file of that name before. */
  readonly isNew: boolean;
}

/** What an HTTP thread asks its main thread about files that come. */
export interface UploadBackend {
  /** Whether a file would be taken. */
  possibleUpload(wanted: WantedUpload): Promise<PossibleUpload | UploadRefusal>;
  /** To be followed by `endUpload`, once nothing is written any more. */
  beginUpload(wanted: WantedUpload): Promise<BegunUpload | UploadRefusal>;
  /** All its bytes are written, so many: it is sent to a secondary. */
  sendUpload(upload: number, size: number): Promise<StoredUpload | UploadRefusal>;
  /** It is over, or nobody wants it any more. Called again it does nothing. */
  endUpload(upload: number): Promise<void>;
}

export const UPLOAD_METHODS = [
  "possibleUpload",
  "beginUpload",
  "sendUpload",
  "endUpload",
] as const satisfies readonly (keyof UploadBackend)[];

export function refused(status: UploadRefusal["status"], reason: Told): UploadRefusal {
  return { kind: "refused", status, reason };
}
