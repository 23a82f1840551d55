import type { SimMachine } from "../../cluster/machines/sim-machine.ts";
import type { Inode } from "../../world/disk/file-system/inodes.ts";
import type { Actor } from "../../world/disk/machine/actor.ts";
import type { OpenFile } from "../../world/disk/machine/open-file.ts";
import type { Broken, Invariant } from "../invariant.ts";
import { LockAttempts } from "./lock-attempts.ts";

// What clients send grows in parts without locks: the process that takes it has its folder alone.
const PART = /^(?!put-[0-9a-f]{64}).*\.part$/;
const JOURNAL = /\.journal$/;
const WORK_FILE = /^(?!put-[0-9a-f]{64}).*\.(part|journal)$/;

/**
 * The work files of a download or a copy are its alone.
 *
 * - Who changes a part or a journal has the lock of it.
 * - Who begins to change a part has the lock of the journal beside it, too, unless somebody has taken the journal away.
 * - A part is open without its lock for no longer than an attempt to get it lasts.
 * - Where there are no locks, a part that is open is not opened, and there is a lock file while it is changed.
 */
export const ownWorkFiles: Invariant = {
  name: "a part is one download's alone",
  watch({ sim, machines }, broken) {
    const all = machines.map((machine) => watchMachine(machine, broken));
    return {
      afterEvent: () => {
        for (const attempts of all) attempts.look(sim.now);
      },
    };
  },
};

function watchMachine(machine: SimMachine, broken: Broken): LockAttempts {
  const attempts = new LockAttempts(machine, broken);
  /** Who has opened which file. */
  const owners = new WeakMap<object, string>();
  const begun = new WeakSet<OpenFile>();
  /** Journals that people took away, or put others in the place of, and those that each process has opened. */
  const takenAway = new WeakSet<Inode>();
  const journals = new Map<string, OpenFile[]>();
  const where = (file: OpenFile) => `${file.path} on ${machine.host}`;
  machine.disk.observe({
    taken(entry, { kind }) {
      if (kind === "user" && JOURNAL.test(entry.name)) takenAway.add(entry.inode);
    },
    opened(file, actor) {
      if (actor.kind === "process" && WORK_FILE.test(nameOf(file))) owners.set(file, actor.name);
      if (actor.kind === "process" && JOURNAL.test(nameOf(file)))
        journals.set(actor.name, [...openOf(journals, actor), file]);
      if (actor.kind !== "process" || !PART.test(nameOf(file))) return;
      if (file.fs.features.locks) return attempts.begin(file, actor.name);
      const { writers } = file.file;
      if (writers > 1) broken(`${actor.name} opens ${where(file)}, which others have open`);
    },
    changed(file, actor) {
      const name = nameOf(file);
      if (actor.kind !== "process" || !WORK_FILE.test(name)) return;
      if (file.fs.features.locks && !isLocked(file))
        return broken(`${actor.name} changes ${where(file)} without its lock`);
      if (!PART.test(name) || begun.has(file)) return;
      begun.add(file);
      const lost = openOf(journals, actor).filter(({ inode }) => takenAway.has(inode));
      const missing = missingBeside(file, actor, { owners, lost });
      if (missing !== null) broken(`${actor.name} changes ${where(file)} ${missing}`);
    },
  });
  return attempts;
}

/** A part is locked beyond its end, and a journal as a whole. */
function isLocked(file: OpenFile): boolean {
  const { lockedBy, byteLockedBy } = file.inode;
  return (PART.test(nameOf(file)) ? byteLockedBy : lockedBy) === file;
}

/** What is missing in the folder of a part that somebody begins to change, for people; null when nothing is. */
function missingBeside(
  { entry, fs }: OpenFile,
  actor: Actor & { kind: "process" },
  { owners, lost }: { readonly owners: WeakMap<object, string>; readonly lost: readonly OpenFile[] },
): string | null {
  // Somebody has taken the part away, from under the one that has it open.
  if (!entry || entry.gone || !entry.folder) return null;
  const { entries } = entry.folder;
  const stem = entry.name.slice(0, -".part".length);
  if (!fs.features.locks) return entries.has(`${stem}.lock`) ? null : "without a lock file";
  const names = [`${stem}.journal`, `${entry.name}.journal`];
  if (lost.some((journal) => names.includes(nameOf(journal)))) return null;
  const holders = names.map((name) => entries.get(name)?.inode.lockedBy ?? null);
  return holders.some((holder) => holder && owners.get(holder) === actor.name)
    ? null
    : "without the lock of its journal";
}

/** The journals that a process has open. */
function openOf(journals: ReadonlyMap<string, readonly OpenFile[]>, { name }: { readonly name: string }): OpenFile[] {
  return (journals.get(name) ?? []).filter(({ isOpen }) => isOpen);
}

function nameOf({ entry }: OpenFile): string {
  return entry?.name ?? "";
}
