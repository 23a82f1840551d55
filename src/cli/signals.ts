/** The signals that ask a program to end. A terminal that hangs up ends it too. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls `stop` for each signal that asks the program to end, with its name. */
export function onSignals(stop: (signal: string) => void): void {
  for (const signal of SIGNALS) process.on(signal, () => stop(signal));
  // Whoever read our output is gone: that is no reason to crash.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}
