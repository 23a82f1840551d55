import type { Log } from "../../platform/log/log.ts";
import type { DamagedDatabase } from "../../platform/sqlite.ts";
import type { WorkerKind } from "../../platform/workers/worker-policy.ts";
import { openWorkerProxy, type ProxyRequest, type WorkerProxy } from "../../platform/workers/worker-proxy.ts";
import { WorkerRpc } from "../../platform/workers/worker-rpc.ts";

/** What every role's store has. */
interface Openable {
  damagedDatabase(): DamagedDatabase | null;
  close(): void;
}

/** A role's database, on a thread of its own. */
export interface OpenStore<T, M extends string & keyof T> {
  readonly store: WorkerProxy<T, M>;
  /** Closes it and ends its thread. */
  close(): Promise<void>;
}

/**
 * Opens the database at `path`. A damaged one is set aside, and the log says so; `lost` says what that means for the user. Rejects with an Error that says in one line what is wrong.
 */
export async function openStore<T extends Openable, M extends string & keyof T>(
  kind: WorkerKind,
  methods: readonly M[],
  path: string,
  log: Log,
  lost: string,
): Promise<OpenStore<T, M>> {
  const rpc = new WorkerRpc<ProxyRequest, unknown>(kind, { log });
  const store = await openWorkerProxy<T, M>(rpc, methods, [path]);
  const own = store as unknown as WorkerProxy<Openable, keyof Openable>;
  const aside = await own.damagedDatabase();
  if (aside) {
    const text = `the database ${path} is damaged (${aside.reason}): it is kept as ${aside.path}, and a new one is begun; ${lost}`;
    log.warn("database-damaged", text, { path, kept: aside.path });
  }
  return {
    store,
    async close() {
      await own.close();
      rpc.stop();
    },
  };
}

/** Saves the last things, and closes the database all the same where that fails. Rejects as `save` does. */
export async function saveAndClose(close: () => Promise<void>, save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } finally {
    await close();
  }
}
