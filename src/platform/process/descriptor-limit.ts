import { readFileSync } from "node:fs";

/** Used where the system does not say: the usual soft limit of Linux. */
const DEFAULT_DESCRIPTORS = 1024;
/** More than any process here has use for. */
const MAX_DESCRIPTORS = 1024 * 1024;

let limit: number | null = null;

/** How many descriptors (files, connections, what threads need) this process may have open at once. */
export function descriptorLimit(): number {
  limit ??= readLimit();
  return limit;
}

function readLimit(): number {
  try {
    return parseDescriptorLimit(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return DEFAULT_DESCRIPTORS;
  }
}

/** The soft limit in the text of `/proc/self/limits`, which Bun has raised to the hard one at its start. */
export function parseDescriptorLimit(limits: string): number {
  const found = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (found === undefined) return DEFAULT_DESCRIPTORS;
  return found === "unlimited" ? MAX_DESCRIPTORS : Math.min(MAX_DESCRIPTORS, Number(found));
}
