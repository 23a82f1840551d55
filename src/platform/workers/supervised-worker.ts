import { type Clock, systemClock } from "../clock.ts";
import type { Log } from "../log/log.ts";
import { RestartLimit } from "./restart-limit.ts";
import { WORKER_POLICIES, type WorkerKind, type WorkerPolicy } from "./worker-policy.ts";
import { startWorkerThread, type WorkerThread } from "./worker-thread.ts";

/** A worker has died, could not be started or was stopped, with this in flight. */
export class WorkerFailed extends Error {
  constructor(
    message: string,
    /** What the worker died of. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface WorkerOptions<In, Out> {
  readonly log: Log;
  readonly clock?: Clock;
  /** Starts a thread of the worker's kind. */
  readonly start?: () => WorkerThread<In, Out>;
}

/** What a worker's user does with its messages and with its death. */
export interface WorkerUser<Out> {
  received(message: Out): void;
  /** Everything in flight is lost. A message that is posted from here on goes to a new thread. */
  failed(error: WorkerFailed): void;
  /** How many calls or connections are in flight, for the log. */
  inFlight(): number;
}

/**
 * The life of one worker: started with its first message, and after a death again or not at all, as
 * {@link WORKER_POLICIES} says. What its messages mean is its user's business: worker-rpc.ts makes calls of them, the
 * pool of connections two streams.
 */
export class SupervisedWorker<In, Out> {
  private readonly policy: WorkerPolicy;
  private readonly log: Log;
  private readonly clock: Clock;
  private readonly startThread: () => WorkerThread<In, Out>;
  private readonly restarts = new RestartLimit();
  private thread: WorkerThread<In, Out> | null = null;

  constructor(
    kind: WorkerKind,
    { log, clock = systemClock, start = () => startWorkerThread(kind) }: WorkerOptions<In, Out>,
    private readonly user: WorkerUser<Out>,
  ) {
    this.policy = WORKER_POLICIES[kind];
    this.log = log;
    this.clock = clock;
    this.startThread = start;
  }

  /** Starts the thread now, if there is none. A thread that cannot be started is the end of what is in flight. */
  start(): void {
    if (this.thread) return;
    try {
      const thread = this.startThread();
      this.thread = thread;
      thread.listen(
        (message) => this.user.received(message),
        (error) => {
          if (thread === this.thread) this.died(error);
        },
      );
    } catch (cause) {
      const text = `${this.policy.subject} cannot be started: ${cause}`;
      this.log.error(this.policy.restartEvent ?? "store-failed", text);
      this.user.failed(new WorkerFailed(text, String(cause), { cause }));
    }
  }

  post(message: In, transfer?: ArrayBuffer[]): void {
    this.start();
    this.thread?.post(message, transfer);
  }

  /** Ends the thread. Calls nothing of its user, who ends what is in flight. */
  stop(): void {
    this.thread?.stop();
    this.thread = null;
  }

  /** Throws, where nobody catches it, when the process cannot go on. */
  private died(cause: Error): void {
    const { subject, restartEvent, describeRestart } = this.policy;
    if (restartEvent === null) throw new Error(`${subject} failed: ${cause.message}`, { cause });
    if (!this.restarts.allows(this.clock.now())) {
      throw new Error(`${subject} fails again and again: ${cause.message}`, { cause });
    }
    this.log.error(restartEvent, describeRestart(cause.message, this.user.inFlight()));
    this.stop();
    this.user.failed(new WorkerFailed(`${subject} failed: ${cause.message}`, cause.message, { cause }));
  }
}
