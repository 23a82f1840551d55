import { isClosed } from "../platform/process/closed-stream.ts";
import { say } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";
import { streamOf, writeAtOnce } from "./streams/standard-streams.ts";

/** Throws unless there is a stdout. */
export function checkStdout(): void {
  if (isClosed("stdout")) throw new SentenceError(say("stdout is closed: nothing can be written there"));
}

/** Writes to stdout; resolves when all of it has left, rejects when nobody reads it any more. */
export function writeStdout(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    checkStdout();
    try {
      if (typeof text === "string" && writeAtOnce("stdout", text)) return resolve();
    } catch (error) {
      return reject(error instanceof Error ? stdoutFault(error) : error);
    }
    streamOf("stdout").write(text, (error) => (error ? reject(stdoutFault(error)) : resolve()));
  });
}

/** An error of writing to stdout, for people. */
export function stdoutFault(error: Error): Error {
  const full = "code" in error && error.code === "ENOSPC";
  return full ? new SentenceError(say("cannot write to stdout: the disk is full"), { cause: error }) : error;
}

/** Whether an error of writing says that the reader has gone away, as `| head` does. */
export function isReaderGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
