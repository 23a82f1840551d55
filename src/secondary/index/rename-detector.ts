import { type Fingerprint, sameContent } from "./file-record.ts";
import type { PendingFile } from "./pending-file.ts";

/** Times that a vanished name is looked at again while its file is not being read yet under its new name. */
const MAX_DEFERRALS = 10;

/**
 * Files under new names that are still to be read, by inode. A name that vanished while its file is among them was renamed:
 * it is not told of before its content is known under the new name, or everybody would fetch what is still here.
 */
export class RenameDetector {
  private readonly unread = new Map<bigint, { readonly task: PendingFile; readonly fingerprint: Fingerprint }>();

  /** A look at a name that is not known found this. */
  observe(task: PendingFile, fingerprint: Fingerprint): void {
    this.forget(task);
    this.unread.set(fingerprint.inode, { task, fingerprint });
    task.inode = fingerprint.inode;
  }

  /** Its name is known now, or nothing is there. */
  forget(task: PendingFile): void {
    if (task.inode === null) return;
    if (this.unread.get(task.inode)?.task === task) this.unread.delete(task.inode);
    task.inode = null;
  }

  /** Whether a vanished name, `lost` of which was known, should be looked at again later. */
  mayBeRenamed(task: PendingFile, lost: Fingerprint): boolean {
    const place = this.unread.get(lost.inode);
    if (!place || place.task === task || !sameContent(place.fingerprint, lost)) return false;
    // Who writes to it may do so for ever.
    if (place.task.state === "hashing") return true;
    task.deferred += 1;
    return task.deferred <= MAX_DEFERRALS;
  }
}
