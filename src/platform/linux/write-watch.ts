import fs from "node:fs";
import type { WriteWatch } from "../disk/disk.ts";
import { libc } from "./libc.ts";

/** Watches an open file by a queue of inotify. Null where the system gives none: it has a limit for each user. */
export function watchWriters(fd: number): WriteWatch | null {
  const queue = libc()?.watchWriters(fd) ?? null;
  if (queue === null) return null;
  const events = new Uint8Array(4096);
  let noticed = false;
  return {
    noticed() {
      try {
        noticed ||= fs.readSync(queue, events) > 0;
      } catch {
        // Nothing is there to be read.
      }
      return noticed;
    },
    stop: () => fs.closeSync(queue),
  };
}
