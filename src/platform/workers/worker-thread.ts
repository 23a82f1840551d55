import { compilingArguments } from "../process/late-compiling.ts";
import type { WorkerKind } from "./worker-policy.ts";

/** The near end of a second thread. Messages are structured clones, except for memory that is transferred. */
export interface WorkerThread<In, Out> {
  post(message: In, transfer?: ArrayBuffer[]): void;
  /** Replaces the listener. `died` is called once, when the thread itself has died: nothing comes from it after that. */
  listen(received: (message: Out) => void, died: (error: Error) => void): void;
  stop(): void;
}

/** The last message of a thread that ends because of an error that nobody caught (src/main.ts). */
interface Fault {
  readonly fault: string;
}

/** Threads with little to remember: their heaps are kept small. */
const SMALL_HEAP_KINDS: ReadonlySet<WorkerKind> = new Set(["central-store", "secondary-store", "http"]);

/** Starts a thread of this same executable that does `kind`. `setting`: what it needs from its start, in JSON. */
export function startWorkerThread<In, Out>(kind: WorkerKind, setting: unknown = null): WorkerThread<In, Out> {
  // These are arguments of the thread, which no other process sees.
  const argv = [kind, JSON.stringify(setting), ...compilingArguments()];
  const worker = new Worker(Bun.main, { name: kind, argv, smol: SMALL_HEAP_KINDS.has(kind) });
  let reason: string | null = null;
  let over = false;
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen(received, died) {
      worker.onmessage = ({ data }: MessageEvent<Out | Fault>) => {
        if (isFault(data)) reason = data.fault;
        else received(data);
      };
      // Of a thread that did not come so far as to say why itself. The event's message is mostly source code.
      worker.onerror = () => {
        reason ??= "it could not begin";
      };
      worker.addEventListener("close", () => {
        if (over) return;
        over = true;
        died(new Error(reason ?? "it ended by itself"));
      });
    },
    stop() {
      over = true;
      worker.terminate();
    },
  };
}

function isFault(data: unknown): data is Fault {
  return typeof data === "object" && data !== null && "fault" in data && typeof data.fault === "string";
}
