/** What a second thread does; see src/worker.ts. */
export type ThreadKind = "hasher" | "connections" | "batches" | "central-store" | "secondary-store";

/** The near end of a thread: messages are structured clones. */
export interface Thread<In, Out> {
  post(message: In, transfer?: ArrayBuffer[]): void;
  /** Replaces the listener. `failed` is called once, when the thread itself has died: nothing of it goes on then. */
  listen(received: (message: Out) => void, failed: (error: Error) => void): void;
  stop(): void;
}

/** The last message of a thread that ends because of an error that nobody caught (src/main.ts). */
interface Fault {
  readonly fault: string;
}

/** Threads with little to remember: their heaps are kept small. */
const SMALL_HEAP_KINDS: ReadonlySet<ThreadKind> = new Set(["central-store", "secondary-store"]);

/** Starts a thread of this same executable that does `kind`. */
export function startThread<In, Out>(kind: ThreadKind): Thread<In, Out> {
  const worker = new Worker(Bun.main, { name: kind, argv: [kind], smol: SMALL_HEAP_KINDS.has(kind) });
  let reason: string | null = null;
  let over = false;
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen(received, failed) {
      worker.onmessage = ({ data }: MessageEvent<Out | Fault>) => {
        if (isFault(data)) reason = data.fault;
        else received(data);
      };
      // Of a thread that did not come so far as to tell itself. The message is source code mostly.
      worker.onerror = () => {
        reason ??= "it could not begin";
      };
      worker.addEventListener("close", () => {
        if (over) return;
        over = true;
        failed(new Error(reason ?? "it ended by itself"));
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
