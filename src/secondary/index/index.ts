import type { Hashing } from "../../hashing/hasher-client.ts";
import type { Clock } from "../../platform/clock.ts";
import type { BatchDisk } from "../../platform/disk/batch-disk.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import type { AgreedFile } from "../../protocol/messages/secondary.ts";
import {
  type Adoption,
  type Delivery,
  Moves,
  type RemovalOutcome,
  type RemovedFile,
} from "../changes/folder-changes.ts";
import type { Keeper } from "../changes/keeper.ts";
import type { FolderGuard } from "../folder/folder-guard.ts";
import { NameCheck } from "../folder/name-check.ts";
import type { Obstacle } from "../folder/obstacle.ts";
import { Rounds } from "../folder/scanner.ts";
import { Sight } from "../folder/shared-folder.ts";
import { Intake } from "./file-checker.ts";
import { Ledger } from "./file-index.ts";
import type { LibraryChange, LibraryFile, LibraryStore, Stamp } from "./file-record.ts";

export interface LibraryDeps {
  readonly disk: Disk;
  readonly batches: BatchDisk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Knows whether the shared folder is there. */
  readonly guard: FolderGuard;
  readonly store: LibraryStore;
  readonly hashing: Hashing;
  /** Takes what leaves the shared folder by the library's own doing. */
  readonly keeper: Keeper;
}

/** A file that holds a version, and the stamp by which that can be told. */
export interface Place {
  readonly name: string;
  readonly path: string;
  readonly stamp: Stamp;
}

/** What works only between start and stop. */
interface Parts {
  readonly sight: Sight;
  readonly intake: Intake;
  readonly rounds: Rounds;
  readonly moves: Moves;
  readonly names: NameCheck;
}

/** The shared folder as a set of verified versions. The hashing and the store stay the caller's to stop and close. */
export class Library {
  private readonly deps: LibraryDeps;
  private readonly ledger: Ledger;
  private parts: Parts | null = null;

  constructor(deps: LibraryDeps) {
    this.deps = deps;
    this.ledger = new Ledger(deps);
  }

  /**
   * Scans, and hashes what is new. Resolves once every file that is not changing right now is known; also when the folder
   * is lost meanwhile. Throws DiskError when it cannot be read.
   */
  async start(): Promise<void> {
    const sight = new Sight(this.deps);
    await sight.loadRules();
    await this.ledger.load(() => sight.rootIsThere());
    const intake = new Intake({ ...this.deps, sight, ledger: this.ledger });
    const shared = { ...this.deps, sight, intake, ledger: this.ledger };
    const rounds = new Rounds(shared);
    const names = new NameCheck(shared);
    this.parts = { sight, intake, rounds, names, moves: new Moves({ ...shared, names }) };
    this.deps.guard.watchInner(() => rounds.exclude());
    await rounds.start();
    await this.settle(intake);
  }

  /** The folder is not there: it is not watched or scanned until `resume`. What is known stays. */
  pause(): void {
    this.parts?.rounds.pause();
  }

  /** The folder is there again. Resolves, as start does, once its files are known. */
  async resume(): Promise<void> {
    const parts = this.running();
    await parts.rounds.resume();
    await this.settle(parts.intake);
  }

  /** Waits for what a full scan has found. Where the folder was lost meanwhile, that was not all of it. */
  private async settle(intake: Intake): Promise<void> {
    await intake.judged();
    if (await this.deps.guard.check()) await this.ledger.scanned();
  }

  /** The path of the shared folder, without links. */
  get root(): string {
    return this.running().sight.pathOf("");
  }

  /** What would keep a file of this name from being put into place, as far as can be told before; null for nothing. */
  obstacleTo(name: string): Promise<Obstacle | null> {
    return this.running().names.obstacleTo(name);
  }

  /** The path of the innermost folder of a name that is there. Rejects with DiskError. */
  nearestFolder(name: string): Promise<string> {
    return this.running().names.nearestFolder(name);
  }

  /** Ends what is under way. Files being hashed are forgotten until the next start. */
  async stop(): Promise<void> {
    const parts = this.parts;
    this.parts = null;
    if (parts) {
      const scanned = parts.rounds.stop();
      await parts.moves.idle();
      parts.intake.stop();
      await scanned;
    }
    await this.ledger.stop();
  }

  /** Replaces the listener, who is told in batches. Listen before start: every file is told once it is known. */
  listen(listener: (changes: readonly LibraryChange[]) => void): void {
    this.ledger.listen(listener);
  }

  /** Replaces the listener, who is told of a version just before a name loses it, while its hashes can still be read. */
  onLeaving(listener: (id: string) => void): void {
    this.ledger.onLeaving(listener);
  }

  get count(): number {
    return this.ledger.catalog.count;
  }

  files(): Iterable<LibraryFile> {
    return this.ledger.catalog.records();
  }

  get(name: string): LibraryFile | undefined {
    return this.ledger.catalog.get(name);
  }

  /** A file that holds version `id`. */
  byId(id: string): LibraryFile | undefined {
    const name = this.ledger.catalog.nameOf(id);
    return name === undefined ? undefined : this.ledger.catalog.get(name);
  }

  /** The 32-byte piece hashes of a version that some file has now, one after the other; null when none has. */
  hashes(id: string): Promise<Uint8Array | null> {
    return this.ledger.hashes(id);
  }

  /** All places where version `id` should be. */
  *whereIs(id: string): Generator<Place> {
    const sight = this.parts?.sight;
    if (!sight) return;
    for (const name of this.ledger.catalog.namesOf(id)) {
      const record = this.ledger.catalog.get(name);
      if (record) yield { name, path: sight.pathOf(name), stamp: record };
    }
  }

  /** Somebody saw that the file is not what it should be, or has reason to think so. */
  look(name: string): void {
    this.parts?.intake.look(name);
  }

  /** The central has numbered these as the cluster's versions; those that are not here are ignored. */
  agreed(files: readonly AgreedFile[]): Promise<void> {
    return this.ledger.agreed(files);
  }

  /**
   * Puts verified files from their temporary paths under their names, all recorded in one transaction. What a user made
   * or changed meanwhile, or has open for writing, is an obstacle; so is what the disk refuses. The temporary file of
   * what is not adopted stays. The content must be on the disk already.
   */
  adopt(deliveries: readonly Delivery[]): Promise<Adoption[]> {
    return this.running().moves.adopt(deliveries);
  }

  /**
   * Takes the file out, to be kept, and the folders that it leaves empty, when it is the removed version or one that came
   * before and nobody has changed it, and says whether it is gone. Rejects with DiskError when the disk refuses.
   */
  remove(removed: readonly RemovedFile[]): Promise<RemovalOutcome[]> {
    return this.running().moves.remove(removed);
  }

  /**
   * Puts a kept file, at `from`, under its name, where it counts as put there by a user; what stands there is kept. False
   * when that was changed just now, or is being written to. Rejects with DiskError when the disk refuses.
   */
  restore(name: string, from: string): Promise<boolean> {
    return this.running().moves.restore(name, from);
  }

  /**
   * Gives the file another name when it is still exactly version `id`, and never replaces anything: where `as` is the
   * same version already, only the original goes. Rejects with DiskError when the disk refuses.
   */
  moveAside(name: string, id: string, as: string): Promise<boolean> {
    return this.running().moves.moveAside(name, id, as);
  }

  /**
   * Takes the file out of the folder, to `to` on the same file system, which must be free, when it is still exactly
   * version `id`; says whether it did. Rejects with DiskError when the disk refuses.
   */
  demote(name: string, id: string, to: string): Promise<boolean> {
    return this.running().moves.demote(name, id, to);
  }

  private running(): Parts {
    if (!this.parts) throw new Error("the library is not running");
    return this.parts;
  }
}
