import { libc } from "../base/libc.ts";
import { MIB } from "../base/units.ts";

/** Makes stdout ready for a whole file: with the usual 64 KiB, writer and reader of a pipe wait for each other all the time. */
export function widenOut(): void {
  // The most that any user may have.
  libc()?.widen(process.stdout.fd, MIB);
}

/** Writes to stdout; resolves when all of it has left, rejects when nobody reads it any more. */
export function writeOut(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether an error of writing says that the reader has gone away, as `| head` does. */
export function readerGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
