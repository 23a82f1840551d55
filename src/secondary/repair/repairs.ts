import { FileChanged, type Hashing } from "../../hashing/hashing.ts";
import type { Clock } from "../../platform/clock.ts";
import { type Disk, DiskError, type DiskFailure } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { StateMachine } from "../../platform/state-machine.ts";
import { plural } from "../../platform/units.ts";
import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceCount } from "../../protocol/versions/version.ts";
import { encodeJournal, encodeMarks } from "../../transfer/sinks/journal.ts";
import { markSession } from "../../transfer/sinks/mark-session.ts";
import { stagingFilesFor, type WorkFiles } from "../../transfer/sinks/work-files/work-files.ts";
import { tryWorkLock } from "../../transfer/sinks/work-files/work-lock.ts";
import type { FileIndex, FilePlace } from "../file-index.ts";
import type { IndexChange } from "../index/file-record.ts";
import type { RemoteSecondaryStore } from "../remote-store.ts";
import type { DescriptorCache } from "../serving/descriptor-cache.ts";
import { checkDamage } from "./damage-check.ts";
import { HolderQuery, type HolderQueryDeps } from "./holder-query.ts";
import type { RepairRecords } from "./repair-records.ts";
import { VerificationQueue, type VerificationRequest } from "./verification-queue.ts";

/** Most files that are being repaired: a disk with more damaged files is to be replaced, not mended. */
const MAX_REPAIRS = 256;

/** Failures of a disk that say nothing about a file but that it is not there now. */
const GONE: ReadonlySet<DiskFailure> = new Set(["missing", "away"]);

export interface RepairsDeps extends HolderQueryDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Log;
  readonly hashing: Pick<Hashing, "hash" | "hashPiece">;
  readonly index: FileIndex;
  readonly files: DescriptorCache;
  readonly store: Pick<RemoteSecondaryStore, "meta" | "setMeta">;
  readonly records: RepairRecords;
  /** The staging folder of a name. Rejects with DiskError. */
  stagingFor(name: string): Promise<string>;
}

/** A file is `sound`; or `damaged`, and others hold it; or `unrepairable`, since nobody does; or it is whole again. */
type RepairEvent = "sound" | "damaged" | "unrepairable" | "repaired";

/**
 * Verifies files after somebody has received a wrong piece from this secondary. A damaged file that other secondaries hold
 * leaves its name and becomes the part of a copy, with a journal of the pieces that are right. The central then orders a
 * copy, which fetches the other pieces only.
 */
export class Repairs {
  /** What came of the verifications since the start, and how many files were mended. */
  readonly counts: Record<RepairEvent, number> = { sound: 0, damaged: 0, unrepairable: 0, repaired: 0 };
  /** How many pieces of them were wrong, and of those how many are right again. */
  readonly pieces = { wrong: 0, repaired: 0 };
  private readonly queue = new VerificationQueue();
  private readonly records: RepairRecords;
  private readonly holders: HolderQuery;
  /** Damaged versions that were being copied to another name just then, with a piece that is wrong. */
  private readonly postponed = new Map<string, number>();
  private readonly life = new StateMachine<"idle" | "verifying" | "stopped">(
    "the repair of files",
    { idle: ["verifying", "stopped"], verifying: ["idle", "stopped"], stopped: ["stopped"] },
    "idle",
  );
  /** The verification of the queued files, one after the other. */
  private verifying: Promise<void> = Promise.resolve();

  constructor(private readonly deps: RepairsDeps) {
    this.records = deps.records;
    this.holders = new HolderQuery(deps);
  }

  /** Goes on with the repairs of an earlier run. Files that the index has already are repaired. */
  async start(): Promise<void> {
    await this.records.load();
    for (const name of [...this.records.names()]) {
      const file = this.deps.index.get(name);
      if (file) this.filePresent(name, file.id);
    }
  }

  /** Resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.life.become("stopped");
    this.holders.cancel();
    await this.verifying;
  }

  /** Files that are to be read again, or that wait for their wrong pieces. */
  get waiting(): number {
    return this.queue.size + this.postponed.size + this.records.size;
  }

  /** Whether a file in a staging folder is all that this secondary has of a damaged file. */
  isPartNeeded(fileName: string): boolean {
    return this.records.isPartNeeded(fileName);
  }

  /** Whether the file of this name is being repaired. */
  isRepairing(name: string): boolean {
    return !this.records.ofName(name).next().done;
  }

  /** Somebody received a wrong piece from this secondary. */
  requestVerification({ id, piece, accuser }: Messages["suspect"]): void {
    const { index, clock, log } = this.deps;
    const file = index.byId(id);
    if (!file || piece >= pieceCount(file.size) || !this.queue.add(id, piece, clock.now())) return;
    const { name } = file;
    const text = `${accuser} says that piece ${piece} of ${name} from here is wrong; reading it again`;
    log.warn("suspect", text, { name });
    this.startVerifying();
  }

  /** The central says who has a version. */
  sourcesChanged(name: string, id: string, sources: readonly SourceAddress[]): void {
    this.holders.sourcesChanged(name, id, sources);
  }

  /** Files of the shared folder have changed. */
  filesChanged(changes: readonly IndexChange[]): void {
    for (const change of changes) {
      if (change.kind !== "present") continue;
      const { name, id } = change.file;
      this.filePresent(name, id);
      // Who is to put a damaged version back must hear of this name too.
      this.queue.endPause(id);
      this.verifyPostponed(id);
    }
  }

  /** A name is not wanted any more. */
  withdraw(name: string): void {
    for (const [id] of this.records.ofName(name)) this.records.remove(id);
  }

  private filePresent(name: string, present: string): void {
    if (this.records.size === 0) return;
    const { log, index, disk } = this.deps;
    for (const [id, { part, wrongPieces }] of this.records.ofName(name)) {
      this.records.remove(id);
      if (present !== id) continue;
      this.counts.repaired += 1;
      this.pieces.repaired += wrongPieces;
      log.info("repaired", `${name} is repaired`, { name });
      // A file of one piece was copied whole, and what is left of the damaged one is of no use.
      const size = index.get(name)?.size ?? 0;
      if (pieceCount(size) <= 1) disk.remove(part, "real").catch(() => {});
    }
  }

  /** A copy of a version has its name. */
  private verifyPostponed(id: string): void {
    const piece = this.postponed.get(id);
    if (piece === undefined) return;
    this.postponed.delete(id);
    if (this.queue.add(id, piece, this.deps.clock.now())) this.startVerifying();
  }

  private startVerifying(): void {
    if (this.life.is("idle")) this.verifying = this.verifyQueued();
  }

  private async verifyQueued(): Promise<void> {
    this.life.become("verifying");
    for (let next = this.next(); next; next = this.next()) {
      for (const place of [...this.deps.index.placesOf(next.id)]) await this.verifyFile(place, next);
    }
    if (this.life.is("verifying")) this.life.become("idle");
  }

  private next(): VerificationRequest | null {
    return this.life.is("stopped") ? null : this.queue.next(this.deps.clock.now());
  }

  private async verifyFile(place: FilePlace, request: VerificationRequest): Promise<void> {
    const { index, log } = this.deps;
    const { name } = place;
    try {
      const result = await checkDamage(this.deps, place, request);
      if (result.kind === "changed") index.recheck(name);
      else if (result.kind === "sound") this.sound(name);
      else if (result.kind === "damaged") await this.repair(place, request.id, result.hashes, result.sound);
    } catch (error) {
      if (this.life.is("stopped")) return;
      const isGone = error instanceof DiskError && GONE.has(error.failure);
      if (isGone || error instanceof FileChanged) return index.recheck(name);
      const text = `${name} cannot be read: ${(error as Error).message}; delete it to have it copied back`;
      log.error("unreadable", text, { name });
    }
  }

  private sound(name: string): void {
    this.counts.sound += 1;
    this.deps.log.info("sound", `${name} is what it should be`, { name });
  }

  private async repair(place: FilePlace, id: string, hashes: Uint8Array, sound: Bitmap): Promise<void> {
    const { log, clock } = this.deps;
    const { name } = place;
    const bad = sound.length - sound.size;
    const damage = `${name} is damaged on this disk: ${bad} of its ${plural(sound.length, "piece")}`;
    const others = await this.holders.countOtherHolders(name, id);
    if (this.life.is("stopped")) return;
    this.counts[others === 0 ? "unrepairable" : "damaged"] += 1;
    this.pieces.wrong += bad;
    if (others === 0) {
      this.queue.markUnrepairable(id, clock.now());
      const text = `${damage}, and no other secondary is known to hold it; put it back from a backup, it is left as it is`;
      return log.error("damaged", text, { name, pieces: bad });
    }
    if (await this.moveToStaging(place, id, hashes, sound)) {
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
    const { records } = this;
    if (records.size >= MAX_REPAIRS || records.has(id)) return false;
    const work = stagingFilesFor(await this.deps.stagingFor(name), id);
    // A copy of this version to another name has the lock. Nobody may report the damage again before somebody reads it.
    const lock = await tryWorkLock(this.deps, work);
    if (!("journal" in lock)) {
      let wrong = 0;
      while (sound.has(wrong)) wrong += 1;
      if (this.postponed.size < MAX_REPAIRS) this.postponed.set(id, wrong);
      return false;
    }
    try {
      await records.add(id, { name, part: work.part, wrongPieces: sound.length - sound.size });
      if (await disk.lstat(work.part)) await disk.remove(work.part, "real");
      await disk.truncate(lock.journal.fd, 0);
      const moved = await index.quarantine(name, id, work.part);
      const file = moved ? await disk.lstat(work.part) : null;
      if (file) {
        const version = { id, size: fingerprint.size };
        const session = await markSession(disk, file, fingerprint.size);
        const bytes = encodeJournal({ name, version, hashes, session, file, checked: true });
        // After the move, which changes the ctime that the journal records.
        await disk.write(lock.journal.fd, encodeMarks(bytes, fingerprint.size, hashes, sound), 0);
      }
      // A descriptor that is still open must not serve the damaged pieces.
      if (moved) files.invalidate(id);
      return moved;
    } finally {
      try {
        if (records.get(id)?.name === name) await this.cleanUpAfterMove(id, work, sound.length <= 1);
      } finally {
        // Where the disk is gone nothing can be cleaned up, and nobody would get the lock before this process ends.
        await lock.release();
      }
    }
  }

  /** Removes the record of a file that was not moved, and a journal that no copy will use. */
  private async cleanUpAfterMove(id: string, { part, journal }: WorkFiles, isSinglePiece: boolean): Promise<void> {
    const { disk } = this.deps;
    const isMoved = (await disk.lstat(part)) !== null;
    if (!isMoved) this.records.remove(id);
    // A file of one piece is copied whole.
    if (!isMoved || isSinglePiece) await disk.remove(journal, "real");
  }
}
