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
  /** The central is to hear that this is there. */
  present(file: IndexedFile): void;
}

/** Carries out the central's orders that a file takes another name. */
export class ConflictOrders {
  constructor(private readonly deps: ConflictOrdersDeps) {}

  /** Does not reject: what could not be done is told, so that the central orders it again later. */
  async carryOut(order: Messages["conflict"]): Promise<void> {
    const { log, limitedLog: limited, index, summary: news, present } = this.deps;
    const { name, id } = order;
    const as = this.freeName(order);
    try {
      if (await news.duringOrder([name, as], () => index.renameConflict(name, id, as))) {
        const text = `the cluster has another file of the name ${name}, or a folder; this one is kept as ${as}`;
        return log.warn("conflict", text, { name, as });
      }
    } catch (error) {
      const text = `cannot rename ${name} to ${as}: ${(error as Error).message}; trying again later`;
      limited.error("conflict", text, { name, as });
    }
    const file = index.get(name);
    if (file) present(file);
  }

  /** Who has edited an earlier file of the other name would keep this one from it for ever. */
  private freeName({ id, as }: Messages["conflict"]): string {
    const there = this.deps.index.get(as);
    return there && there.id !== id ? conflictName(as, id) : as;
  }
}
