import { writeSync } from "node:fs";

/** Nobody reads stdout any more, as after `| head`. */
export class ReaderGone extends Error {}

/** Writes all of a text to stdout before it returns. Throws ReaderGone. */
export function writeStdout(text: string): void {
  try {
    for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "EPIPE";
    throw isGone ? new ReaderGone("nobody reads stdout", { cause: error }) : error;
  }
}

export function print(line: string): void {
  writeStdout(`${line}\n`);
}
