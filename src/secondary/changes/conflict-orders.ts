import type { Log } from "../../platform/log/log.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { nextConflictName } from "../../protocol/name.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { FileIndex } from "../file-index.ts";
import type { FolderSummary } from "../folder-summary.ts";
import type { IndexedFile } from "../index/file-record.ts";

/** Names that are tried. */
const MAX_NAMES = 4;

export interface ConflictOrdersDeps {
  readonly log: Pick<Log, "warn">;
  /** Bounded: what the disk refuses is ordered again and again. */
  readonly limitedLog: Pick<LogLimiter, "error">;
  readonly index: Pick<FileIndex, "renameConflict" | "get" | "obstacleTo">;
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
    let { as } = order;
    try {
      as = await this.freeName(order);
      if (await summary.duringOrder([name, as], () => index.renameConflict(name, id, as))) {
        const text = `the cluster has another file of the name ${name}, or a folder; this one is kept as ${as}`;
        return log.warn("conflict", text, { name, as });
      }
      const obstacle = await index.obstacleTo(as);
      if (obstacle?.lasting) throw new SentenceError(obstacle.reason);
    } catch (error) {
      const text = `cannot rename ${name} to ${as}: ${(error as Error).message}; trying again later`;
      limitedLog.error("conflict", text, { name, as });
    }
    const file = index.get(name);
    if (file) present(file);
  }

  /**
   * Somebody may have edited an earlier file of the other name, or made a folder of it: then that name is never free, and
   * another one is made.
   */
  private async freeName({ id, as }: Messages["conflict"]): Promise<string> {
    let name = as;
    for (let names = 1; names < MAX_NAMES && (await this.isTaken(name, id)); names++) name = nextConflictName(name, id);
    return name;
  }

  private async isTaken(name: string, id: string): Promise<boolean> {
    const { index } = this.deps;
    const there = index.get(name);
    return there ? there.id !== id : (await index.obstacleTo(name))?.lasting === true;
  }
}
