import type { SeededRandom } from "../../random.ts";
import type { Inode, SimFolder } from "./inodes.ts";
import { WRITEBACK_MS } from "./unsynced-changes.ts";

/** What a name stands for from now on; null: for nothing. */
export interface NameChange {
  readonly folder: SimFolder;
  readonly name: string;
  readonly inode: Inode | null;
}

/** A system call on names. It is on the disk whole or not at all. */
interface Operation {
  /** Simulated milliseconds. */
  readonly at: number;
  readonly changes: readonly NameChange[];
  /** Operations that have one of these in common are on the disk in their order. */
  readonly orders: readonly object[];
  /** The folder that it made. */
  readonly made: SimFolder | null;
  /** The folder that something was moved to from another folder: what is moved is never on the way to nowhere. */
  readonly movedTo: SimFolder | null;
}

/** Operations that are kept apart before those that have been brought to the disk are put together. */
const MAX_OPERATIONS = 64;

/**
 * Names that were changed and are not on the disk itself yet. Within a folder the changes are on the disk in their order,
 * as in every file system with a journal; between folders there is no order, as POSIX promises none.
 */
export class UnsyncedNames {
  private operations: Operation[] = [];
  /** Moves of folders from one folder to another are in order, so that no folder gets into itself. */
  private readonly moves = {};

  add(at: number, changes: readonly NameChange[], made: SimFolder | null = null): void {
    const [first, last] = [changes[0], changes.at(-1)];
    if (!first || !last) return;
    const movedTo = first.folder === last.folder ? null : last.folder;
    const orders: object[] = movedTo ? [first.folder, movedTo] : [first.folder];
    if (movedTo && last.inode?.kind === "folder") orders.push(this.moves);
    this.operations.push({ at, changes, orders, made, movedTo });
    if (this.operations.length % MAX_OPERATIONS === 0) this.settle(at - WRITEBACK_MS);
  }

  /** Brings what was done in a folder to the disk, and what must be there before. */
  sync(folder: SimFolder): void {
    const wanted = new Set<object>([folder]);
    const needed = new Set<SimFolder>();
    const synced = new Set<Operation>();
    for (let index = this.operations.length - 1; index >= 0; index--) {
      const operation = this.operations[index];
      if (!operation) continue;
      const isNeeded = operation.made !== null && needed.has(operation.made);
      if (!isNeeded && !operation.orders.some((order) => wanted.has(order))) continue;
      synced.add(operation);
      for (const order of operation.orders) wanted.add(order);
      if (operation.movedTo) needed.add(operation.movedTo);
      if (isNeeded) for (const change of operation.changes) needed.add(change.folder);
    }
    if (synced.size === 0) return;
    this.operations = this.operations.filter((operation) => {
      if (!synced.has(operation)) return true;
      apply(operation);
      return false;
    });
  }

  syncAll(): void {
    for (const operation of this.operations) apply(operation);
    this.operations = [];
  }

  /** Leaves on the disk what a power loss may leave there. */
  powerLoss(random: SeededRandom, now: number): void {
    this.settle(now - WRITEBACK_MS);
    const chance = random.pick([0, 0.5, 0.9, 1]);
    /** Folders, and the order of moves, in which something is lost: nothing later is on the disk. */
    const ended = new Set<object>();
    const unmade = new Set<SimFolder>();
    for (const operation of this.operations) {
      const { orders, made, movedTo, changes } = operation;
      const isPossible = !orders.some((order) => ended.has(order)) && !(movedTo && unmade.has(movedTo));
      const isKept = isPossible && random.chance(chance);
      if (isKept) apply(operation);
      else for (const order of orders) ended.add(order);
      if (made && (!isKept || changes.some(({ folder }) => unmade.has(folder)))) unmade.add(made);
    }
    this.operations = [];
  }

  private settle(until: number): void {
    const settled = this.operations.findLastIndex(({ at }) => at <= until);
    for (const operation of this.operations.splice(0, settled + 1)) apply(operation);
  }
}

function apply({ changes }: Operation): void {
  for (const { folder, name, inode } of changes) {
    if (inode) folder.durable.set(name, inode);
    else folder.durable.delete(name);
  }
}
