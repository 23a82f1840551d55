import { arrived, type Told } from "../../sentences/sentence.ts";
import { SentenceError, toldOf } from "../../sentences/sentence-error.ts";
import { SupervisedWorker, WorkerFailed, type WorkerOptions } from "./supervised-worker.ts";
import { WORKER_POLICIES, type WorkerKind } from "./worker-policy.ts";
import type { WorkerThread } from "./worker-thread.ts";

/** Most calls that may wait for a worker: with more than this its disk does not keep up. */
const MAX_CALLS_IN_FLIGHT = 10_000;

/** What a worker is asked. An object around it, so that a message of any other shape ends the worker. */
export interface RpcCall<Request> {
  readonly request: Request;
}

/** What it answers, in the order of the calls. `error`: what its handler threw says. */
export type RpcAnswer<Reply> = { readonly reply: Reply } | { readonly error: Told };

export type RpcThread<Request, Reply> = WorkerThread<RpcCall<Request>, RpcAnswer<Reply>>;
export type RpcOptions<Request, Reply> = WorkerOptions<RpcCall<Request>, RpcAnswer<Reply>>;

/** Who waits for an answer. */
export interface RpcWaiter<Reply> {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

/**
 * Calls to a worker, which carries them out one after the other, in the order in which they are made. What becomes of
 * them when the worker dies is said at {@link WORKER_POLICIES}.
 */
export class WorkerRpc<Request, Reply> {
  private readonly worker: SupervisedWorker<RpcCall<Request>, RpcAnswer<Reply>>;
  private waiters: RpcWaiter<Reply>[] = [];
  private stopped = false;

  constructor(
    private readonly kind: WorkerKind,
    options: RpcOptions<Request, Reply>,
  ) {
    this.worker = new SupervisedWorker(kind, options, {
      received: (answer) => this.receive(answer),
      failed: (error) => this.fail(error),
      inFlight: () => this.waiters.length,
    });
  }

  /** Rejects with what the handler threw, as an Error with its message, or with {@link WorkerFailed}. */
  call(request: Request): Promise<Reply> {
    return new Promise((resolve, reject) => this.send(request, { resolve, reject }));
  }

  /** Like `call`, for those who must know of the answer or the failure in the same turn of the event loop. */
  send(request: Request, waiter: RpcWaiter<Reply>): void {
    if (this.stopped) return waiter.reject(this.stopError());
    if (this.waiters.length >= MAX_CALLS_IN_FLIGHT) return waiter.reject(new Error("the disk does not keep up"));
    this.waiters.push(waiter);
    this.worker.post({ request });
  }

  /** Ends the worker. What is in flight rejects, and so does every later call. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.worker.stop();
    this.fail(this.stopError());
  }

  private stopError(): WorkerFailed {
    return new WorkerFailed(`${WORKER_POLICIES[this.kind].subject} was stopped`, "stopped");
  }

  private receive(answer: RpcAnswer<Reply>): void {
    const waiter = this.waiters.shift();
    if ("error" in answer) waiter?.reject(new SentenceError(arrived(answer.error)));
    else waiter?.resolve(answer.reply);
  }

  private fail(error: WorkerFailed): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }
}

/** The far end: has `handle` carry out each call, and posts its answer with the memory in it that is to be transferred. */
export function serveRpc<Request, Reply>(
  handle: (request: Request) => Reply,
  post: (answer: RpcAnswer<Reply>, transfer: ArrayBuffer[]) => void,
  transferOf: (reply: Reply) => ArrayBuffer[] = () => [],
): (call: RpcCall<Request>) => void {
  return ({ request }) => {
    let reply: Reply;
    try {
      reply = handle(request);
    } catch (error) {
      return post({ error: toldOf(error) }, []);
    }
    post({ reply }, transferOf(reply));
  };
}

/** A worker on this thread, each step of which is a microtask of its own: for tests and simulations. */
export function inlineThread<Request, Reply>(handle: (request: Request) => Reply): RpcThread<Request, Reply> {
  let received: (answer: RpcAnswer<Reply>) => void = () => {};
  const serve = serveRpc(handle, (answer) => queueMicrotask(() => received(answer)));
  return {
    post: (call) => queueMicrotask(() => serve(call)),
    listen(listener) {
      received = listener;
    },
    stop() {
      received = () => {};
    },
  };
}
