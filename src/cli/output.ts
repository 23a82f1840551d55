/** Writes text to stdout; resolves when it has left, rejects when nobody reads it any more. */
export function writeOut(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Whether an error of writing says that the reader has gone away, as `| head` does. */
export function readerGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
