import type { RpcAnswer, RpcCall, RpcThread } from "../../../../src/platform/workers/worker-rpc.ts";
import { serveRpc } from "../../../../src/platform/workers/worker-rpc.ts";

/** A thread whose handler doubles numbers, and throws for 0: it answers when it is told to, or dies. */
export class DoublingThread implements RpcThread<number, number> {
  readonly calls: RpcCall<number>[] = [];
  stopped = false;
  die: (error: Error) => void = () => {};
  private received: (answer: RpcAnswer<number>) => void = () => {};
  private readonly serve = serveRpc(double, (answer) => this.received(answer));

  post(call: RpcCall<number>): void {
    this.calls.push(call);
  }

  listen(received: (answer: RpcAnswer<number>) => void, died: (error: Error) => void): void {
    this.received = received;
    this.die = died;
  }

  stop(): void {
    this.stopped = true;
  }

  /** Answers the oldest call. */
  answer(): void {
    const call = this.calls.shift();
    if (call) this.serve(call);
  }
}

function double(value: number): number {
  if (value === 0) throw new Error("nothing to double");
  return 2 * value;
}

/** Starts {@link DoublingThread}s, which are in `threads` then, the newest last. */
export function doublingThreads() {
  const threads: DoublingThread[] = [];
  const start = () => {
    const thread = new DoublingThread();
    threads.push(thread);
    return thread;
  };
  const newest = () => {
    const thread = threads.at(-1);
    if (!thread) throw new Error("no thread was started");
    return thread;
  };
  return { threads, start, newest };
}
