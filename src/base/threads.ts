/** What a second thread does; see src/thread.ts. */
export type ThreadKind = "hasher" | "lanes" | "batches" | "central-store" | "secondary-store";

/** The near end of a thread: messages are structured clones. */
export interface Thread<In, Out> {
  post(message: In, transfer?: ArrayBuffer[]): void;
  /** Replaces the listener. `failed` is called when the thread itself has died. */
  listen(received: (message: Out) => void, failed: (error: Error) => void): void;
  stop(): void;
}

/** Threads with little to remember: their heaps are kept small. */
const SMALL: ReadonlySet<ThreadKind> = new Set(["central-store", "secondary-store"]);

/** Starts a thread of this same executable that does `kind`. */
export function startThread<In, Out>(kind: ThreadKind): Thread<In, Out> {
  const worker = new Worker(Bun.main, { name: kind, argv: [kind], smol: SMALL.has(kind) });
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    listen(received, failed) {
      worker.onmessage = (event: MessageEvent<Out>) => received(event.data);
      worker.onerror = (event) => failed(new Error(event.message));
    },
    stop: () => worker.terminate(),
  };
}
