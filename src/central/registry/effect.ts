import type { Message } from "../../protocol/messages/messages.ts";
import type { Tombstone } from "../tombstones/tombstone.ts";
import type { FileVersion } from "../versions/file-version.ts";

/** Something that happened to a file, for the log. */
export interface FileEvent {
  /**
   * `new`: a user has put it into a shared folder; `replaced`: another version of it; `vanished`: it is gone from a
   * folder, and others hold it; `lost`: nobody holds it any more.
   */
  readonly what: "new" | "replaced" | "vanished" | "lost";
  readonly name: string;
  /** Of the secondary where it was put, or from which it vanished. */
  readonly number: number;
  /** Bytes. */
  readonly size: number;
}

/** Something to be done about a decision of the registry. */
export type Effect =
  | { readonly kind: "send"; readonly to: number; readonly message: Message }
  | {
      readonly kind: "warn";
      readonly event: string;
      readonly message: string;
      readonly fields: Record<string, unknown>;
    }
  | ({ readonly kind: "file-event" } & FileEvent)
  /** The sources of a name's versions may have changed. */
  | { readonly kind: "sources-changed"; readonly name: string }
  /** There is a file that a tombstone does not cover: it is void, and this takes its place. */
  | { readonly kind: "tombstone-void"; readonly tombstone: Tombstone };

/** A secondary announces another SHA-256 for a version than is known. */
export function sha256Dispute(number: number, { name, id, sha256 }: FileVersion, announced: FileVersion): Effect {
  const text = `secondary ${number} announces the SHA-256 ${announced.sha256} of ${name}, others ${sha256} for the same content`;
  const message = `${text}: none is given out; whoever is wrong lies, or has a memory or processor that fails`;
  return { kind: "warn", event: "digest-mismatch", message, fields: { number, name, id } };
}
