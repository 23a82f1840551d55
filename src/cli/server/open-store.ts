import type { Log } from "../../platform/log/log.ts";
import type { DamagedDatabase } from "../../platform/sqlite.ts";
import { startThread, type ThreadKind } from "../../platform/workers/threads.ts";
import { type Answer, type Call, openRemote, type Remote } from "../../platform/workers/worker-rpc.ts";

/** What every role's store tells of its opening. */
interface Openable {
  damagedDatabase(): DamagedDatabase | null;
  close(): void;
}

/** A role's database, on a thread of its own. */
export interface OpenStore<T, M extends string & keyof T> {
  readonly store: Remote<T, M>;
  /** Closes it and ends its thread. */
  close(): Promise<void>;
}

/**
 * Opens the database at `path`. One that is damaged was set aside, which is told of together with what that means
 * (`lost`). Rejects with an Error that says in one line what is wrong.
 */
export async function openStore<T extends Openable, M extends string & keyof T>(
  kind: ThreadKind,
  methods: readonly M[],
  path: string,
  log: Log,
  lost: string,
): Promise<OpenStore<T, M>> {
  const thread = startThread<Call, Answer>(kind);
  const store = await openRemote<T, M>(thread, methods, [path], storeDied);
  const own = store as unknown as Remote<Openable, keyof Openable>;
  const aside = await own.damagedDatabase();
  if (aside) {
    const text = `the database ${path} is damaged (${aside.reason}): it is kept as ${aside.path}, and a new one is begun; ${lost}`;
    log.warn("database-damaged", text, { path, kept: aside.path });
  }
  return {
    store,
    async close() {
      await own.close();
      thread.stop();
    },
  };
}

/**
 * Ends a server whose store has died, by an error that nobody catches: it could promise nothing any more, and what it has
 * promised is in the database.
 */
export function storeDied(error: Error): never {
  throw new Error(`the thread of the database failed: ${error.message}`);
}

/** Saves the last things, and closes the database all the same where that fails. Rejects as `save` does. */
export async function closing(close: () => Promise<void>, save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } finally {
    await close();
  }
}
