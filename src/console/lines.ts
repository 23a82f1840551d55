/** A line that was longer than allowed; its text is gone. */
export const OVERLONG = Symbol("overlong line");

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Bytes in, lines out. What is not UTF-8 becomes `�`; a final line without a line feed counts. Never holds more than one
 * line's longest: the rest of an overlong one is skipped as it arrives.
 */
export class LineSplitter {
  private readonly maxBytes: number;
  private readonly decoder = new TextDecoder();
  private chunks: Uint8Array[] = [];
  private bytes = 0;
  private skipping = false;

  constructor(longest: number) {
    this.maxBytes = longest;
  }

  push(chunk: Uint8Array): (string | typeof OVERLONG)[] {
    const lines: (string | typeof OVERLONG)[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.append(chunk.subarray(start, end));
      lines.push(this.finish());
      start = end + 1;
    }
    this.append(chunk.subarray(start));
    return lines;
  }

  /** The line that the input's end has finished. */
  end(): (string | typeof OVERLONG)[] {
    return this.bytes > 0 || this.skipping ? [this.finish()] : [];
  }

  private append(bytes: Uint8Array): void {
    if (this.skipping || bytes.length === 0) return;
    this.bytes += bytes.length;
    if (this.bytes > this.maxBytes) {
      this.skipping = true;
      this.chunks = [];
      return;
    }
    // A copy: the chunk's buffer may be large, and belongs to the stream.
    this.chunks.push(bytes.slice());
  }

  private finish(): string | typeof OVERLONG {
    const line = this.skipping ? OVERLONG : this.text();
    this.chunks = [];
    this.bytes = 0;
    this.skipping = false;
    return line;
  }

  private text(): string {
    const bytes = Buffer.concat(this.chunks);
    const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    return this.decoder.decode(bytes.subarray(0, end));
  }
}
