/**
 * One object for texts that come again and again, one after the other: each message and each row brings its own, and of
 * 200,000 files most have the same.
 */
export class StringPool {
  private last = "";

  /** The text itself, or the one before where that is the same. */
  intern(text: string): string {
    if (text !== this.last) this.last = text;
    return this.last;
  }
}
