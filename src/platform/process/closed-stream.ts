import { readFileSync } from "node:fs";
import { O_CLOEXEC } from "../linux/libc.ts";

const NUMBERS = { stdin: 0, stdout: 1 } as const;

/**
 * Whether the process was started without a stream: the runtime puts something into its place, which is empty and takes all.
 * Only what the runtime itself has opened can be there and be closed by the start of another program.
 */
export function isClosed(stream: keyof typeof NUMBERS): boolean {
  try {
    const text = readFileSync(`/proc/self/fdinfo/${NUMBERS[stream]}`, "utf8");
    const flags = /^flags:\s*([0-7]+)/m.exec(text)?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return false;
  }
}
