import { MAX_CONNECTIONS } from "../../protocol/limits.ts";
import { AMPLE_SHARES, type DescriptorShares } from "../../secondary/descriptor-shares.ts";
import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";

/** What the program itself needs: runtime, threads, console, database, watching a folder, the session with the central. */
const OWN_DESCRIPTORS = { central: 32, secondary: 36, client: 24 } as const;
/** Fewest with which each role can work at all. */
const MIN_DESCRIPTORS = { central: 40, secondary: 48, client: 28 } as const;
/** For each thread that receives. */
const DESCRIPTORS_PER_THREAD = 4;
/** For each download: its work file twice, the journal, a folder to be synced, and a few sources. */
const DESCRIPTORS_PER_DOWNLOAD = 10;

/** Downloads of one client at once: each source of each has pieces in memory. */
export const MAX_JOBS = 16;
/** Files that `client serve` reads at once: each source of each has a piece in memory. */
const MAX_STREAMS = 32;

const between = (least: number, most: number, value: number) => Math.max(least, Math.min(most, Math.floor(value)));

/** Throws an Error when a process of this role cannot work with so many descriptors. */
export function checkDescriptors(role: keyof typeof MIN_DESCRIPTORS, limit: number): void {
  if (limit >= MIN_DESCRIPTORS[role]) return;
  throw new SentenceError(
    say("only {limit} files may be open at once (ulimit -n): a {role} needs at least {least}", {
      limit,
      role: say(role),
      least: MIN_DESCRIPTORS[role],
    }),
  );
}

/** How many connections a central takes. `http`: whether it serves HTTP too. */
export function centralShares(limit: number, http = false): { connections: number } {
  return { connections: between(4, limit, limit - OWN_DESCRIPTORS.central - (http ? httpConnections(limit) : 0)) };
}

/** How many connections of HTTP a server takes. */
export function httpConnections(limit: number): number {
  return between(4, MAX_CONNECTIONS, limit / 8);
}

/** How a secondary shares out what it may have open. `http`: whether it serves HTTP, which has a quarter of the connections. */
export function secondaryShares(limit: number, http = false): DescriptorShares {
  const free = limit - OWN_DESCRIPTORS.secondary;
  const openFiles = between(2, AMPLE_SHARES.openFiles, free / 8);
  return {
    connections: between(4, limit, http ? (free * 3) / 8 : free / 2),
    openFiles,
    batchFiles: between(1, AMPLE_SHARES.batchFiles, free / 16),
    largeCopies: between(1, AMPLE_SHARES.largeCopies, free / 16),
    httpDownloads: http ? between(1, AMPLE_SHARES.httpDownloads, free / 8) : 0,
    // Half, so that slow programs do not keep the clients and the other secondaries from being served.
    httpFiles: between(1, AMPLE_SHARES.httpFiles, openFiles / 2),
  };
}

/** How a client does: threads that receive, downloads at once at most, and files that are read at once. */
export function clientShares(limit: number): { threads: number; downloads: number; streams: number } {
  const free = limit - OWN_DESCRIPTORS.client;
  const threads = between(1, 4, free / 10);
  const most = (free - threads * DESCRIPTORS_PER_THREAD) / DESCRIPTORS_PER_DOWNLOAD;
  return { threads, downloads: between(1, MAX_JOBS, most), streams: between(1, MAX_STREAMS, most) };
}
