import type { Fingerprint } from "../../platform/content-state.ts";
import { sameContent } from "../../platform/content-state.ts";
import type { PendingFile } from "./pending-file.ts";

/** Times that a vanished name is checked again while its file is not being read yet under its new name. */
const MAX_DEFERRALS = 10;

/**
 * Files under new names that are still to be read, by inode. A name that vanished while its file is among them was renamed:
 * it is announced as gone only once its content has a record under the new name, or everybody would fetch what is still
 * here.
 */
export class RenameDetector {
  private readonly unread = new Map<bigint, { readonly file: PendingFile; readonly fingerprint: Fingerprint }>();

  /** This file was found under a name that has no record. */
  observe(file: PendingFile, fingerprint: Fingerprint): void {
    this.forget(file);
    this.unread.set(fingerprint.inode, { file, fingerprint });
    file.inode = fingerprint.inode;
  }

  /** Its name has a record now, or nothing is there. */
  forget(file: PendingFile): void {
    if (file.inode === null) return;
    if (this.unread.get(file.inode)?.file === file) this.unread.delete(file.inode);
    file.inode = null;
  }

  /** Whether a vanished name, whose record has the fingerprint `lost`, should be checked again later. */
  mayBeRenamed(file: PendingFile, lost: Fingerprint): boolean {
    const place = this.unread.get(lost.inode);
    if (!place || place.file === file || !sameContent(place.fingerprint, lost)) return false;
    // Before that somebody may be writing to it, without end.
    if (place.file.state === "hashing") return true;
    file.deferrals += 1;
    return file.deferrals <= MAX_DEFERRALS;
  }
}
