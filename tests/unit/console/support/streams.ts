import { PassThrough, Writable } from "node:stream";
import type { ConsoleOutput } from "../../../../src/console/console.ts";

/** An output stream that keeps what is written; a terminal where `columns` are given. */
export class FakeOutput extends Writable {
  text = "";
  readonly isTTY?: boolean;
  columns: number | undefined;
  rows: number | undefined;

  constructor(columns?: number) {
    super({ decodeStrings: false });
    if (columns !== undefined) this.isTTY = true;
    this.columns = columns;
    this.rows = columns === undefined ? undefined : 24;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }

  /** As the console sees it. */
  get stream(): ConsoleOutput {
    return this as unknown as ConsoleOutput;
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }
}

/** A terminal's input, for keys that a test presses. */
export class FakeKeyboard extends PassThrough {
  readonly isTTY = true;
  raw = false;

  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }
}
