import { spawnSync } from "node:child_process";

/** Runs a program to its end. Throws what it says when it fails. */
export function runCommand(command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
