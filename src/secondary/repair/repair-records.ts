import type { Disk } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { stagingFilesFor } from "../../transfer/sinks/work-files/work-files.ts";
import type { RemoteSecondaryStore } from "../remote-store.ts";

/** The key under which the store has the repairs: for each a line with the version's id, the name, the path and the wrong pieces. */
const REPAIRS_KEY = "repairs";
/** Hexadecimal digits of an id. */
const ID_DIGITS = 64;
/** Before a path, and before a count: no name has a tab in it. */
const SEPARATOR = "\t";

/** A damaged file that has left its name and is fetched again. */
export interface Repair {
  readonly name: string;
  /** The path of what is left of the damaged file. */
  readonly part: string;
  /** How many of its pieces were wrong. */
  readonly wrongPieces: number;
}

export interface RepairRecordsDeps {
  readonly disk: Pick<Disk, "lstat">;
  readonly log: Log;
  readonly store: Pick<RemoteSecondaryStore, "meta" | "setMeta">;
  /** The staging folder of the shared folder itself. */
  readonly staging: string;
  /** The folder above a name whose own disk is not mounted now; null when there is none. */
  missingDiskAbove(name: string): string | null;
}

/** The files that are being repaired, by version. They are stored, so that a repair goes on after a restart. */
export class RepairRecords {
  private readonly repairs = new Map<string, Repair>();
  private state: "unread" | "read" = "unread";

  constructor(private readonly deps: RepairRecordsDeps) {}

  get size(): number {
    return this.repairs.size;
  }

  /** Reads what an earlier run has stored, and removes repairs that had not come to moving the file. */
  async load(): Promise<void> {
    const { disk, store, staging, missingDiskAbove } = this.deps;
    const lines = (await store.meta(REPAIRS_KEY))?.split("\n") ?? [];
    for (const line of lines.filter(Boolean)) {
      const id = line.slice(0, ID_DIGITS);
      const [name = "", ...rest] = line.slice(ID_DIGITS + 1).split(SEPARATOR);
      // Lines of earlier versions of the program have less.
      const [part = stagingFilesFor(staging, id).part, wrong = ""] = rest;
      this.repairs.set(id, { name, part, wrongPieces: /^\d{1,5}$/.test(wrong) ? Number(wrong) : 0 });
    }
    this.state = "read";
    for (const [id, { name, part }] of this.repairs) {
      // On a disk that is not mounted the part cannot be seen: it may well be there.
      if (missingDiskAbove(name) === null && !(await disk.lstat(part))) this.remove(id);
    }
  }

  has(id: string): boolean {
    return this.repairs.has(id);
  }

  get(id: string): Repair | undefined {
    return this.repairs.get(id);
  }

  /** Whether a file in a staging folder is all that this secondary has of a damaged file. Until they are read, any may be. */
  isPartNeeded(fileName: string): boolean {
    return this.state === "unread" || this.repairs.has(fileName.slice(0, ID_DIGITS));
  }

  /** The repairs of a name, by version. */
  *ofName(name: string): Generator<[id: string, repair: Repair]> {
    for (const [id, repair] of this.repairs) if (repair.name === name) yield [id, repair];
  }

  *names(): Generator<string> {
    for (const { name } of this.repairs.values()) yield name;
  }

  /** Resolves once it is stored. */
  add(id: string, repair: Repair): Promise<void> {
    this.repairs.set(id, repair);
    return this.save();
  }

  remove(id: string): void {
    this.repairs.delete(id);
    this.save().catch((error: Error) => this.deps.log.error("store-failed", `cannot store: ${error.message}`));
  }

  private save(): Promise<void> {
    const lines = [...this.repairs].map(([id, { name, part, wrongPieces }]) => {
      return [`${id} ${name}`, part, wrongPieces].join(SEPARATOR);
    });
    return this.deps.store.setMeta(REPAIRS_KEY, lines.join("\n"));
  }
}
