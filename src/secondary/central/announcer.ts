import { MAX_BATCH } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { HeldFile } from "../../protocol/messages/secondary.ts";

/**
 * Batches on their way that the central has not reviewed: enough that neither side waits for the other, few enough that
 * its memory is bounded.
 */
const MAX_UNREVIEWED_BATCHES = 4;

/**
 * What is still to be announced to the central: the files that there are when a session begins, and the changes of the
 * folder. The files are looked at only when they are sent: there may be a million of them. Sans-I/O: changes in, batches out.
 */
export class FileAnnouncer {
  /** What has changed and is not said yet, by name: the file as it is now, or null when it is gone. */
  private readonly pending = new Map<string, HeldFile | null>();
  /** The files of the beginning of the session that were not looked at yet; null: all were. */
  private rest: Iterator<HeldFile> | null = null;
  /** The first of them; null: there is none. */
  private first: HeldFile | null = null;
  /** What has changed while not all of them were said. */
  private readonly changed = new Set<string>();
  private readonly unreviewed = new Set<number>();
  private batch = 0;
  /** Whether all that is known here has been said once in this session; before the first one there is nothing to say. */
  private completed = true;

  /** A new session: everything has to be said again. `files` may change meanwhile: each change is said here too. */
  reset(files: Iterable<HeldFile>): void {
    this.pending.clear();
    this.changed.clear();
    this.unreviewed.clear();
    this.completed = false;
    this.rest = files[Symbol.iterator]();
    this.advance();
  }

  present(file: HeldFile): void {
    this.change(file.name, file);
  }

  gone(name: string): void {
    this.change(name, null);
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
    for (; this.first && files.length + gone.length < MAX_BATCH; this.advance()) files.push(this.first);
    this.completed = this.pending.size === 0 && this.first === null;
    this.batch += 1;
    this.unreviewed.add(this.batch);
    return { type: "announce", batch: this.batch, files, gone, complete: this.completed };
  }

  /** The central has dealt with a batch. */
  batchReviewed(batch: number): void {
    this.unreviewed.delete(batch);
  }

  private change(name: string, file: HeldFile | null): void {
    this.pending.set(name, file);
    if (!this.rest) return;
    this.changed.add(name);
    if (this.first?.name === name) this.advance();
  }

  /** Goes on to the next of the files of the beginning that has not changed since. */
  private advance(): void {
    this.first = null;
    while (this.rest && !this.first) {
      const { value, done } = this.rest.next();
      if (done) this.rest = null;
      else if (!this.changed.has(value.name)) this.first = value;
    }
    if (!this.rest) this.changed.clear();
  }
}
