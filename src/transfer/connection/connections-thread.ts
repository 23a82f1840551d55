import type { KeyMaterial } from "../../keys/key-material.ts";
import type { KeyRing } from "../../keys/key-ring.ts";
import type { Revocation } from "../../keys/trust/revocations.ts";
import type { TokenBucket } from "../../platform/pacing/token-bucket.ts";
import { startWorkerThread, type WorkerThread } from "../../platform/workers/worker-thread.ts";
import type { PoolCommand, PoolEvents } from "./connection-pool.ts";

/** To a thread that runs connections: what it makes new ones with from here on. */
export interface NewKeys {
  readonly keys: KeyMaterial;
}

/** To the same: who is not let in any more. */
export interface NewRevocations {
  readonly revoked: readonly Revocation[];
}

/** To the same, at its start: the memory of the limit of all that it receives ({@link TokenBucket}). */
export interface ReceivingLimit {
  readonly limit: SharedArrayBuffer;
}

/** What such a thread is sent. */
export type ThreadMessage = PoolCommand | NewKeys | NewRevocations | ReceivingLimit;

type StartThread = (material: KeyMaterial | undefined) => WorkerThread<ThreadMessage, PoolEvents>;

const startWorker: StartThread = (material) => startWorkerThread("connections", material);

/**
 * Starts a thread that runs connections. It gets keys and revocations at its start, and again whenever there are others.
 * `limit`: what it may receive; null: all.
 */
export function startConnectionsThread(
  keys: KeyRing | null,
  limit: TokenBucket | null,
  start: StartThread = startWorker,
): WorkerThread<PoolCommand, PoolEvents> {
  const thread = start(keys?.current);
  if (limit) thread.post({ limit: limit.memory });
  const revoke = (revoked: readonly Revocation[]) => thread.post({ revoked });
  const known = keys?.revocations.all ?? [];
  if (known.length > 0) revoke(known);
  const cancels = keys && [
    keys.onChange((material) => thread.post({ keys: material })),
    keys.revocations.onAdded(revoke),
  ];
  return {
    post: (command, transfer) => thread.post(command, transfer),
    listen: (received, died) => thread.listen(received, died),
    stop() {
      for (const cancel of cancels ?? []) cancel();
      thread.stop();
    },
  };
}
