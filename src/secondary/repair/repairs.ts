import { FileChanged, type Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { bytesEqual } from "../../platform/hash.ts";
import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash } from "../../protocol/versions/version.ts";
import { encodeJournal, encodeMarks } from "../../transfer/sinks/journal.ts";
import { markSession } from "../../transfer/sinks/mark-session.ts";
import { stagingFilesFor, type WorkFiles } from "../../transfer/sinks/work-files.ts";
import { tryWorkLock } from "../../transfer/sinks/work-lock.ts";
import type { FileIndex, FilePlace } from "../index/file-index.ts";
import { type IndexChange, sameFingerprint } from "../index/file-record.ts";
import type { RemoteStore } from "../remote-store.ts";
import type { DescriptorCache } from "../serving/descriptor-cache.ts";
import { VerificationQueue, type VerificationRequest } from "./verification-queue.ts";

/** Milliseconds for the central to say who else holds a version. */
const HOLDERS_TIMEOUT_MS = 5000;
/** Most files that are being repaired. */
const MAX_REPAIRS = 256;
/** Under which key the store keeps what is being repaired. */
const REPAIRS_KEY = "repairs";
/** Digits of a version's id. */
const ID_DIGITS = 64;
/** Between a name and a path in the store: in no name. */
const SEPARATOR = "\t";

export interface RepairsDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  readonly hashing: Pick<Hashing, "hash" | "hashPiece">;
  readonly index: FileIndex;
  readonly files: DescriptorCache;
  readonly store: Pick<RemoteStore, "meta" | "setMeta">;
  /** This secondary's number. */
  readonly number: number;
  /** The staging folder of the shared folder itself. */
  readonly staging: string;
  /** The staging folder of a name. Rejects with DiskError. */
  stagingFor(name: string): Promise<string>;
  watch(name: string, id: string): void;
  unwatch(name: string, id: string): void;
}

interface Repair {
  readonly name: string;
  /** Where what is left of the damaged file is. */
  readonly part: string;
}

/**
 * Looks at files of which somebody got a wrong piece from here. A damaged one that others hold too leaves its name and
 * becomes the part of a copy whose journal has the pieces that are right: this secondary lacks the file then, is told to
 * copy it, and fetches the rest. What the disk has of it is not lost however long that takes.
 */
export class Repairs {
  private readonly queue = new VerificationQueue();
  /** By the version that is being repaired. */
  private readonly repairing = new Map<string, Repair>();
  private question: { readonly name: string; readonly id: string; settle(countOtherHolders: number): void } | null =
    null;
  /** `idle`; `looking` at suspected files, one after the other; `stopped`. */
  private state: "idle" | "looking" | "stopped" = "idle";
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly deps: RepairsDeps) {}

  /** Goes on with repairs that had come to moving the file. To be called before the index starts. */
  async start(): Promise<void> {
    const lines = (await this.deps.store.meta(REPAIRS_KEY))?.split("\n") ?? [];
    for (const line of lines.filter(Boolean)) {
      const id = line.slice(0, ID_DIGITS);
      const [name = "", part = stagingFilesFor(this.deps.staging, id).part] = line
        .slice(ID_DIGITS + 1)
        .split(SEPARATOR);
      this.repairing.set(id, { name, part });
    }
    for (const [id, { part }] of this.repairing) if (!(await this.deps.disk.lstat(part))) this.remove(id);
  }

  /** Resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.state = "stopped";
    this.question?.settle(0);
    await this.working;
  }

  /** Whether a file in the workshop is all that this secondary has of a damaged file. */
  isPartNeeded(name: string): boolean {
    return this.repairing.has(name.slice(0, ID_DIGITS));
  }

  /** Whether the file of this name is being repaired. */
  isRepairing(name: string): boolean {
    for (const repaired of this.repairing.values()) if (repaired.name === name) return true;
    return false;
  }

  /** Somebody got a wrong piece from here. */
  requestVerification({ id, piece, accuser }: Messages["suspect"]): void {
    const { index, clock, log } = this.deps;
    const file = index.byId(id);
    if (!file || piece >= pieceCount(file.size) || !this.queue.add(id, piece, clock.now())) return;
    const { name } = file;
    log.warn("suspect", `${accuser} says that piece ${piece} of ${name} from here is wrong; reading it again`, {
      name,
    });
    if (this.state === "idle") this.working = this.verifyQueued();
  }

  /** The central says who has a version. */
  holdersKnown(name: string, id: string, sources: readonly SourceAddress[]): void {
    if (this.question?.name !== name || this.question.id !== id) return;
    this.question.settle(sources.filter(({ number, partial }) => number !== this.deps.number && !partial).length);
  }

  /** What has become of files in the folder. */
  changed(changes: readonly IndexChange[]): void {
    for (const change of changes) if (change.kind === "present") this.present(change.file.name, change.file.id);
  }

  /** A name is not wanted any more. */
  withdraw(name: string): void {
    for (const [id, repair] of this.repairing) if (repair.name === name) this.remove(id);
  }

  private present(name: string, present: string): void {
    const { log, index, disk } = this.deps;
    for (const [id, repair] of this.repairing) {
      if (repair.name !== name) continue;
      this.remove(id);
      if (present !== id) continue;
      log.info("repaired", `${name} is repaired`, { name });
      // A file of one piece came whole, beside what was left of the damaged one.
      const size = index.get(name)?.size ?? 0;
      if (pieceCount(size) <= 1) disk.remove(repair.part).catch(() => {});
    }
  }

  private async verifyQueued(): Promise<void> {
    this.state = "looking";
    for (let next = this.next(); next; next = this.next()) {
      for (const place of [...this.deps.index.placesOf(next.id)]) await this.verifyFile(place, next);
    }
    if (this.state === "looking") this.state = "idle";
  }

  private next(): VerificationRequest | null {
    return this.state === "stopped" ? null : this.queue.next(this.deps.clock.now());
  }

  private async verifyFile(place: FilePlace, suspicion: VerificationRequest): Promise<void> {
    const { name } = place;
    try {
      const found = await this.findDamage(place, suspicion);
      if (found) await this.repair(place, suspicion.id, found.known, found.hashes);
    } catch (error) {
      if (this.state === "stopped") return;
      const gone = error instanceof DiskError && error.failure === "missing";
      if (gone || error instanceof FileChanged) return this.deps.index.recheck(name);
      const text = `${name} cannot be read: ${(error as Error).message}; delete it to have it copied back`;
      this.deps.log.error("unreadable", text, { name });
    }
  }

  /** The piece hashes of a file as it is known and as it is, when it is damaged; else null. */
  private async findDamage(
    { name, path, fingerprint }: FilePlace,
    { id, pieces }: VerificationRequest,
  ): Promise<{ readonly known: Uint8Array; readonly hashes: Uint8Array } | null> {
    const { hashing, index, disk, log } = this.deps;
    const known = await index.hashes(id);
    if (!known) return null;
    // One piece costs little: a false accusation does not make a whole file be read.
    let wrong = false;
    for (const piece of pieces) {
      wrong ||= !bytesEqual(await hashing.hashPiece(path, fingerprint.size, piece), pieceHash(known, piece));
    }
    const hashes = wrong ? (await hashing.hash(path, fingerprint.size)).hashes : known;
    const stat = await disk.stat(path);
    if (!stat || !sameFingerprint(stat, fingerprint)) {
      // Somebody has changed it: a new version, and no damage.
      index.recheck(name);
      return null;
    }
    if (!bytesEqual(hashes, known)) return { known, hashes };
    log.info("sound", `${name} is what it should be`, { name });
    return null;
  }

  private async repair(place: FilePlace, id: string, known: Uint8Array, hashes: Uint8Array): Promise<void> {
    const { log, clock } = this.deps;
    const { name, fingerprint } = place;
    const sound = new Bitmap(pieceCount(fingerprint.size));
    for (let piece = 0; piece < sound.length; piece++) {
      if (bytesEqual(pieceHash(hashes, piece), pieceHash(known, piece))) sound.add(piece);
    }
    const bad = sound.length - sound.size;
    const damage = `${name} is damaged on this disk: ${bad} of its ${plural(sound.length, "piece")}`;
    const others = await this.others(name, id);
    if (this.state === "stopped") return;
    if (others === 0) {
      this.queue.markUnrepairable(id, clock.now());
      const text = `${damage}, and no other secondary is known to hold it; put it back from a backup, it is left as it is`;
      return log.error("damaged", text, { name, pieces: bad });
    }
    if (await this.moveToStaging(place, id, known, sound)) {
      const text = `${damage}; what is right of it is kept, and the rest is fetched from the other secondaries`;
      log.warn("repairing", text, { name, pieces: bad });
    }
  }

  /** Makes a damaged file the part of a copy; false when it was changed meanwhile, or its version is being copied. */
  private async moveToStaging(
    { name, fingerprint }: FilePlace,
    id: string,
    hashes: Uint8Array,
    sound: Bitmap,
  ): Promise<boolean> {
    const { disk, index, files } = this.deps;
    if (this.repairing.size >= MAX_REPAIRS || this.repairing.has(id)) return false;
    const work = stagingFilesFor(await this.deps.stagingFor(name), id);
    // Whoever copies this version for another name has the lock.
    const lock = await tryWorkLock(this.deps, work);
    if (!("journal" in lock)) return false;
    try {
      this.repairing.set(id, { name, part: work.part });
      await this.save();
      if (await disk.lstat(work.part)) await disk.remove(work.part);
      await disk.truncate(lock.journal, 0);
      const moved = await index.quarantine(name, id, work.part);
      const file = moved ? await disk.lstat(work.part) : null;
      if (file) {
        const version = { id, size: fingerprint.size };
        const session = await markSession(disk, file, fingerprint.size);
        const bytes = encodeJournal({ name, version, hashes, session, file, checked: true });
        // After the file was moved, or it would seem to have been touched since.
        await disk.write(lock.journal, encodeMarks(bytes, fingerprint.size, hashes, sound), 0);
      }
      // Whoever asks from now on must not get the damaged pieces from a descriptor that is still open.
      if (moved) files.invalidate(id);
      return moved;
    } finally {
      if (this.repairing.get(id)?.name === name) await this.cleanUpAfterMove(id, work, sound.length <= 1);
      await lock.release();
    }
  }

  /** After a file was to be moved: forgets it where it was not, and leaves no journal that nobody will use. */
  private async cleanUpAfterMove(id: string, { part, journal }: WorkFiles, single: boolean): Promise<void> {
    const { disk } = this.deps;
    const there = (await disk.lstat(part)) !== null;
    if (!there) this.remove(id);
    // A file of one piece is copied whole.
    if (!there || single) await disk.remove(journal);
  }

  /** How many other secondaries hold a version, as far as the central can be asked. */
  private others(name: string, id: string): Promise<number> {
    const { clock, watch, unwatch } = this.deps;
    return new Promise((resolve) => {
      const settle = (others: number) => {
        cancel();
        this.question = null;
        unwatch(name, id);
        resolve(others);
      };
      const cancel = clock.after(HOLDERS_TIMEOUT_MS, () => settle(0));
      this.question = { name, id, settle };
      watch(name, id);
    });
  }

  private remove(id: string): void {
    this.repairing.delete(id);
    this.save().catch((error: Error) => this.deps.log.error("store-failed", `cannot store: ${error.message}`));
  }

  private save(): Promise<void> {
    return this.deps.store.setMeta(
      REPAIRS_KEY,
      [...this.repairing].map(([id, { name, part }]) => `${id} ${name}${SEPARATOR}${part}`).join("\n"),
    );
  }
}
