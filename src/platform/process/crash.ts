import { writeSync } from "node:fs";

let report = (message: string) => writeStderrSync(`redes: ${message}`);

/** `writeLine` writes the one line about an error that nobody caught, from now on; it must have written it when it returns. */
export function setFaultReporter(writeLine: (message: string) => void): void {
  report = writeLine;
}

/**
 * Calls `end`, which ends this process or thread, for every exception and rejection that nobody caught. Nothing goes on
 * after one: what has to survive is durable at any moment, and a program that is half in order could do anything.
 */
export function installFaultHandlers(end: (message: string) => void): void {
  let faulted = false;
  const fault = (error: unknown) => {
    // What is thrown while it ends has no further effect.
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
    // stderr is closed: there is nowhere to write it.
  }
}

/** One row of at most 500 characters. */
function describeFault(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return message.replaceAll(/[\p{Cc}\s]+/gu, " ").slice(0, 500);
}
