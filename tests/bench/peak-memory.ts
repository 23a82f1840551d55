import { readFileSync } from "node:fs";
import { peakMemoryOf } from "./proc.ts";

/** Milliseconds between two looks: what a program has at its end it mostly has had for longer. */
const WATCH_INTERVAL_MS = 10;

/**
 * Watches the most memory that a process, or a process that it has started, has at one time. What is returned gives the bytes,
 * and is to be called once the process has ended.
 *
 * What the system tells then (maxRSS) also counts what this very process had when it started the other one, which is more
 * than most programs have; where it is less than what was seen, it is right.
 */
export function watchPeakMemory(child: Bun.Subprocess): () => number {
  let peak = 0;
  const look = () => {
    for (const pid of [child.pid, ...childrenOf(child.pid)])
      peak = Math.max(
        peak,
        orZero(() => peakMemoryOf(pid)),
      );
  };
  look();
  const timer = setInterval(look, WATCH_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    return Math.min(peak, child.resourceUsage()?.maxRSS ?? peak);
  };
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** A process that has ended has nothing. */
function orZero(look: () => number): number {
  try {
    return look();
  } catch {
    return 0;
  }
}
