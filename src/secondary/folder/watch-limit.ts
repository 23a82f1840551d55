import type { WatchLimit } from "../../platform/disk/disk.ts";

/** Milliseconds between full scans: watching loses events when a queue overflows, and on network file systems. */
const SCAN_INTERVAL_MS = 30_000;
/** The same while some folders are not watched, so that only scans find what changes there. */
const UNWATCHED_SCAN_INTERVAL_MS = 5_000;
/** Regular scans are at least this many times as far apart as one takes. */
const MIN_IDLE_PER_SCAN = 20;
/** Milliseconds until watching is tried anew where the limit was met: it may have been raised meanwhile. */
export const REWATCH_INTERVAL_MS = 300_000;

const ADVICE: Readonly<Record<WatchLimit, string>> = {
  watches: "the system allows no more inotify watches; raise fs.inotify.max_user_watches (sysctl)",
  instances:
    "the system allows no more inotify instances or open files; raise fs.inotify.max_user_instances (sysctl) or `ulimit -n`",
};

/** Milliseconds between the ends of two regular scans that take `duration` each; `limited`: some folders are not watched. */
export function scanIntervalMs(duration: number, limited: boolean): number {
  return Math.max(limited ? UNWATCHED_SCAN_INTERVAL_MS : SCAN_INTERVAL_MS, duration * MIN_IDLE_PER_SCAN);
}

/** What to say when a limit keeps folders from being watched. */
export function limitWarning(limit: WatchLimit): string {
  return `some folders are not watched, changes there are found by scanning: ${ADVICE[limit]}`;
}
