import { plural } from "../units.ts";

/** What a second thread does; see src/worker.ts. */
export type WorkerKind = "hasher" | "connections" | "batches" | "http" | "central-store" | "secondary-store";

/** What happens when a worker of one kind dies. */
export interface WorkerPolicy {
  /** The worker in a sentence: "the hasher thread". */
  readonly subject: string;
  /**
   * The event of the log line for a death after which the worker is started again; null where the first death ends the
   * process.
   */
  readonly restartEvent: string | null;
  /** The text of that line: `reason` for the death, and how many calls or connections were in flight. */
  describeRestart(reason: string, inFlight: number): string;
}

function restarted(subject: string, restartEvent: string): WorkerPolicy {
  const describeRestart = (reason: string) => `${subject} failed and is started again: ${reason}`;
  return { subject, restartEvent, describeRestart };
}

/** A store that has died can promise nothing any more, and what it has promised is in the database. */
const STORE: WorkerPolicy = { ...restarted("the thread of the database", ""), restartEvent: null };

/**
 * The one failure policy of all workers. A worker dies of an error that nothing in it caught (src/main.ts), or because
 * the runtime ends it. Then:
 *
 * - What is in flight fails: each call rejects with {@link WorkerFailed}, each connection gets its end. Nothing is sent
 *   twice, since nobody knows what the worker has done of it. The users decide: a hash rejects, a batch has no result, a
 *   connection is made again.
 * - A worker that remembers nothing is started again with the next message, and the log says so.
 * - The process ends with an error that nobody catches (platform/process/crash.ts) when a store dies, and when a worker dies more
 *   often than {@link RestartLimit} allows: then starting it again does not help.
 */
export const WORKER_POLICIES: Readonly<Record<WorkerKind, WorkerPolicy>> = {
  hasher: restarted("the hasher thread", "hasher-failed"),
  batches: restarted("the thread for many small files", "batches-failed"),
  connections: {
    subject: "a thread that receives pieces",
    restartEvent: "lanes-failed",
    describeRestart: (reason, inFlight) =>
      `a thread that receives pieces failed: ${reason}; ${plural(inFlight, "connection")} are made again`,
  },
  http: restarted("the thread that serves HTTP", "http-failed"),
  "central-store": STORE,
  "secondary-store": STORE,
};
