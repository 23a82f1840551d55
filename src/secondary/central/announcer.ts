import { MAX_BATCH } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { HeldFile } from "../../protocol/messages/secondary.ts";

/**
 * Batches on their way that the central has not reviewed: enough that neither side waits for the other, few enough that
 * its memory is bounded.
 */
const MAX_UNREVIEWED_BATCHES = 4;

/** The changes of the folder that are still to be announced to the central. Sans-I/O: changes in, batches out. */
export class Announcer {
  /** By name: the file as it is now, or null when it is gone. */
  private readonly pending = new Map<string, HeldFile | null>();
  private readonly unreviewed = new Set<number>();
  private batch = 0;
  /** Whether all that is known here has been said once in this session; before the first one there is nothing to say. */
  private completed = true;

  /** A new session: everything has to be said again. */
  reset(files: Iterable<HeldFile>): void {
    this.pending.clear();
    this.unreviewed.clear();
    this.completed = false;
    for (const file of files) this.pending.set(file.name, file);
  }

  present(file: HeldFile): void {
    this.pending.set(file.name, file);
  }

  gone(name: string): void {
    this.pending.set(name, null);
  }

  /** The next batch to send, or null when there is none or too many are on their way. */
  next(): Messages["announce"] | null {
    if (this.unreviewed.size >= MAX_UNREVIEWED_BATCHES || (this.pending.size === 0 && this.completed)) return null;
    const files: HeldFile[] = [];
    const gone: string[] = [];
    for (const [name, file] of this.pending) {
      if (files.length + gone.length === MAX_BATCH) break;
      this.pending.delete(name);
      if (file) files.push(file);
      else gone.push(name);
    }
    this.completed = this.pending.size === 0;
    this.batch += 1;
    this.unreviewed.add(this.batch);
    return { type: "announce", batch: this.batch, files, gone, complete: this.completed };
  }

  /** The central has dealt with a batch. */
  batchReviewed(batch: number): void {
    this.unreviewed.delete(batch);
  }
}
