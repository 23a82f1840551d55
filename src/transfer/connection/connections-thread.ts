import type { KeyMaterial } from "../../keys/key-material.ts";
import type { KeyRing } from "../../keys/key-ring.ts";
import { startWorkerThread, type WorkerThread } from "../../platform/workers/worker-thread.ts";
import type { PoolCommand, PoolEvents } from "./connection-pool.ts";

/** To a thread that runs connections: what it makes new ones with from here on. */
export interface NewKeys {
  readonly keys: KeyMaterial;
}

/** What such a thread is sent. */
export type ThreadMessage = PoolCommand | NewKeys;

type StartThread = (material: KeyMaterial | undefined) => WorkerThread<ThreadMessage, PoolEvents>;

const startWorker: StartThread = (material) => startWorkerThread("connections", material);

/** Starts a thread that runs connections. It gets the keys at its start, and again whenever they change. */
export function startConnectionsThread(
  keys: KeyRing | null,
  start: StartThread = startWorker,
): WorkerThread<PoolCommand, PoolEvents> {
  const thread = start(keys?.current);
  const cancel = keys?.onChange((material) => thread.post({ keys: material }));
  return {
    post: (command, transfer) => thread.post(command, transfer),
    listen: (received, died) => thread.listen(received, died),
    stop() {
      cancel?.();
      thread.stop();
    },
  };
}
