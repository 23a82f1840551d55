import type { Log } from "../../platform/log/log.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { conflictName } from "../../protocol/name.ts";
import type { FileIndex } from "../file-index.ts";
import type { FolderSummary } from "../folder-summary.ts";
import type { IndexedFile } from "../index/file-record.ts";

export interface ConflictOrdersDeps {
  readonly log: Pick<Log, "warn">;
  /** Bounded: what the disk refuses is ordered again and again. */
  readonly limitedLog: Pick<LogLimiter, "error">;
  readonly index: Pick<FileIndex, "renameConflict" | "get">;
  readonly summary: Pick<FolderSummary, "duringOrder">;
  /** Announces to the central that this file is there. */
  present(file: IndexedFile): void;
}

/** Carries out the central's orders to give a file another name. */
export class ConflictOrders {
  constructor(private readonly deps: ConflictOrdersDeps) {}

  /** Does not reject: a file that could not be renamed is announced, and the central orders it again later. */
  async carryOut(order: Messages["conflict"]): Promise<void> {
    const { log, limitedLog, index, summary, present } = this.deps;
    const { name, id } = order;
    const as = this.freeName(order);
    try {
      if (await summary.duringOrder([name, as], () => index.renameConflict(name, id, as))) {
        const text = `the cluster has another file of the name ${name}, or a folder; this one is kept as ${as}`;
        return log.warn("conflict", text, { name, as });
      }
    } catch (error) {
      const text = `cannot rename ${name} to ${as}: ${(error as Error).message}; trying again later`;
      limitedLog.error("conflict", text, { name, as });
    }
    const file = index.get(name);
    if (file) present(file);
  }

  /**
   * Somebody may have edited an earlier file of the other name: then that name is never free, and another one is made.
   */
  private freeName({ id, as }: Messages["conflict"]): string {
    const there = this.deps.index.get(as);
    return there && there.id !== id ? conflictName(as, id) : as;
  }
}
