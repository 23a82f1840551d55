import type { WatchLimit } from "../../platform/disk/disk.ts";

/** Milliseconds between full scans: watching loses events when a queue overflows, and on network file systems. */
const SCAN_PERIOD = 30_000;
/** The same while some folders are not watched, so that only scans find what changes there. */
const POLL_PERIOD = 5_000;
/** Regular scans are at least this many times as far apart as one takes. */
const SCAN_SHARE = 20;
/** Milliseconds until watching is tried anew where the limit was met: it may have been raised meanwhile. */
export const REWATCH = 300_000;

const ADVICE: Readonly<Record<WatchLimit, string>> = {
  watches: "the system allows no more inotify watches; raise fs.inotify.max_user_watches (sysctl)",
  instances:
    "the system allows no more inotify instances or open files; raise fs.inotify.max_user_instances (sysctl) or `ulimit -n`",
};

/** Milliseconds between the ends of two regular scans that take `duration` each; `limited`: some folders are not watched. */
export function scanPeriod(duration: number, limited: boolean): number {
  return Math.max(limited ? POLL_PERIOD : SCAN_PERIOD, duration * SCAN_SHARE);
}

/** What to say when a limit keeps folders from being watched. */
export function limitWarning(limit: WatchLimit): string {
  return `some folders are not watched, changes there are found by scanning: ${ADVICE[limit]}`;
}
