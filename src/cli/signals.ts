import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { delay, systemClock } from "../platform/clock.ts";
import { streamOf } from "./streams/standard-streams.ts";

/** The signals that ask a program to end. A terminal that hangs up ends it too. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Milliseconds after which a process has survived a signal. */
const SIGNAL_TIMEOUT_MS = 1000;

export type EndSignal = (typeof SIGNALS)[number];

/** What a command ends with: an exit code, or the signal that has ended it. */
export type ExitStatus = number | EndSignal;

/**
 * Calls `stop` for each signal that asks the program to end, with its name. A signal that was ignored when the program
 * started, as `nohup` and a script's `&` do it, stays ignored. With `reload`, SIGHUP calls that instead, ignored or not.
 * `streams`: `later` where whoever writes takes care of readers that are gone, as `streamOf` does.
 */
export function onSignals(
  stop: (signal: EndSignal) => void,
  reload: (() => void) | null = null,
  streams: "now" | "later" = "now",
): void {
  // Before the first listener: with it the system would not ignore that signal any more.
  const ignored = ignoredByThisProcess();
  for (const signal of SIGNALS) {
    if (signal === "SIGHUP" && reload) process.on(signal, reload);
    else if (!ignored.has(signal)) process.on(signal, () => stop(signal));
  }
  if (streams === "now") for (const name of ["stdout", "stderr"] as const) streamOf(name);
}

/**
 * Ends the process by a signal that it has caught: a shell then sees that it was interrupted, and ends its loop too. An
 * exit code of 128 and more would look like a failure after which a script may go on. The first process of a container
 * survives the signal: it ends with that exit code.
 */
export async function endBy(signal: EndSignal): Promise<number> {
  // Without a listener the system's own way of dealing with it is back.
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  await delay(systemClock, SIGNAL_TIMEOUT_MS);
  return 128 + constants.signals[signal];
}

function ignoredByThisProcess(): ReadonlySet<EndSignal> {
  try {
    return ignoredIn(readFileSync("/proc/self/status", "utf8"));
  } catch {
    return new Set();
  }
}

/** The signals that a process ignores, from its `/proc/PID/status`. */
export function ignoredIn(status: string): ReadonlySet<EndSignal> {
  const mask = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  const isSet = (signal: EndSignal) => ((mask >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  return new Set(SIGNALS.filter(isSet));
}
