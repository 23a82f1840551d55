import { writeSync } from "node:fs";

let report = (message: string) => writeStderrSync(`redes: ${message}`);

/** From now on `teller` writes the one line about such an error; it must have written it when it returns. */
export function setFaultReporter(teller: (message: string) => void): void {
  report = teller;
}

/**
 * Calls `end`, which ends this process or thread, for every exception and rejection that nobody caught. Nothing goes on
 * after one: what has to survive is durable at any moment, and a program that is half in order could do anything.
 */
export function installFaultHandlers(end: (message: string) => void): void {
  let faulted = false;
  const fault = (error: unknown) => {
    // What is thrown while it ends is no news.
    if (faulted) return;
    faulted = true;
    end(describeFault(error));
  };
  process.on("uncaughtException", fault);
  process.on("unhandledRejection", fault);
}

/** Tells of the error that ends this process, in one line. */
export function reportFault(message: string): void {
  report(`internal error, this process ends: ${message}`);
}

/** Writes a line to stderr at once: what waits in a stream is lost when the process ends. */
export function writeStderrSync(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Nobody can be told.
  }
}

/** One row of at most 500 characters. */
function describeFault(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.replaceAll(/[\p{Cc}\s]+/gu, " ").slice(0, 500);
}
