import { FileChanged, type Hashing } from "../../hashing/hashing.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { StateMachine } from "../../platform/state-machine.ts";
import { plural } from "../../platform/units.ts";
import {
  type FileDigests,
  PIECE_DIGESTS,
  type PieceDigest,
  PLAIN_DIGESTS,
} from "../../protocol/digests/piece-digests.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { OrderedFile } from "../../protocol/messages/secondary.ts";
import { shownBytes } from "../../text/shown/numbers.ts";
import { texts } from "../../text/texts.ts";
import type { FileIndex, FilePlace } from "../file-index.ts";
import { sameFingerprint } from "../folder/fingerprint.ts";
import type { IndexChange } from "../index/file-record.ts";
import { differingPiece } from "../repair/differing-piece.ts";
import type { Repairs } from "../repair/repairs.ts";
import { AnnouncedDigests } from "./announced-digests.ts";
import { covers, DigestQueue, type QueuedVersion } from "./digest-queue.ts";

/** Who says that a piece is wrong. */
const ACCUSER = "the making of digests";

/** Milliseconds after which the log says that the work goes on: most of it is over sooner. */
const TELL_AFTER_MS = 5000;
/** Milliseconds until a version is tried again that could not be read, or was found to be damaged. */
const RETRY_MS = 600_000;
/** Most such versions: further ones wait for the next start, or until somebody asks for them. */
const MAX_RETRIES = 10_000;
/** Versions whose digests are made until it is waited for that they are stored: in few transactions. */
const MAX_UNSTORED = 200;

/** What is still to be done. */
export interface DigestProgress {
  readonly files: number;
  /** To be read. */
  readonly bytes: number;
}

export interface DigestMakerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly hashing: Pick<Hashing, "digest">;
  readonly index: Pick<
    FileIndex,
    "byId" | "placesOf" | "hashes" | "sha256Of" | "lacksSha256" | "digests" | "recordDigests" | "flush" | "recheck"
  >;
  readonly repairs: Pick<Repairs, "requestVerification">;
}

/** What becomes of a version whose turn it is. `unwanted`: it was interrupted, or nothing has the version any more. */
type Outcome = "made" | "failed" | "unwanted";

/**
 * Makes the digests of versions that were hashed without them: those of files that were there before, and of copies; and
 * what torrents need, of those versions for which somebody asks for it. One after the other, and only while nothing else
 * is hashed. What is made counts only if the same bytes have the hashes of the version, and once the index has it: on the
 * way there it can be lost, when the disk of the folder goes, or files change.
 */
export class DigestMaker {
  private readonly queue = new DigestQueue();
  private readonly announced: AnnouncedDigests;
  /** Versions to be tried again. */
  private readonly failed = new Map<string, QueuedVersion>();
  /** Versions whose digests are made, and perhaps not stored yet. */
  private readonly unstored = new Map<string, QueuedVersion>();
  private cancelRetry: Cancel | null = null;
  private readonly life = new StateMachine<"idle" | "making" | "suspended" | "stopped">(
    "the making of digests",
    {
      idle: ["making", "suspended", "stopped"],
      making: ["idle", "suspended", "stopped"],
      suspended: ["suspended", "idle", "stopped"],
      stopped: ["stopped"],
    },
    "suspended",
  );
  /** What is being made. */
  private work: Promise<void> = Promise.resolve();
  private startedAt = 0;
  private made = 0;
  private isTold = false;

  constructor(private readonly deps: DigestMakerDeps) {
    this.announced = new AnnouncedDigests(deps.log);
  }

  /** Versions whose digests are still to be made or stored, those that failed among them, and bytes to be read for that. */
  get progress(): DigestProgress {
    let { bytes } = this.queue;
    let files = this.remaining;
    for (const { size } of this.failed.values()) [files, bytes] = [files + 1, bytes + size];
    return { files, bytes };
  }

  /** Files of the shared folder have changed. */
  filesChanged(changes: readonly IndexChange[]): void {
    for (const change of changes) {
      if (change.kind === "gone") continue;
      const { name, id, size, sha256 } = change.file;
      // Where another file of its version has them, that is found when its turn comes.
      if (sha256 === null) this.queue.add({ id, size, torrent: false });
      else this.announced.made(name, id, sha256);
    }
    this.proceed();
  }

  /** The central orders copies, and says which digests others have announced. */
  ordered(files: readonly Pick<OrderedFile, "id" | "sha256">[]): void {
    this.announced.add(files);
  }

  /** Somebody waits for digests of a version. Says why they are not there, and the bytes to be read until they are. */
  want(version: QueuedVersion): Pick<Messages["undigested"], "why" | "left"> {
    // Whoever asks again and again must not have a damaged file read again and again.
    if (this.failed.has(version.id)) return { why: "not held", left: 0 };
    const left = covers(this.unstored.get(version.id), version) ? 0 : this.queue.want(version);
    if (left === null) return { why: "busy", left: 0 };
    this.proceed();
    return { why: "making", left };
  }

  /** The shared folder is there. */
  resume(): void {
    if (this.life.is("suspended")) this.life.become("idle");
    this.proceed();
  }

  /** The shared folder is not there. */
  suspend(): void {
    if (this.life.is("stopped")) return;
    this.life.become("suspended");
    // What the index has not stored by now, it forgets.
    for (const version of this.unstored.values()) this.queue.add(version);
    this.unstored.clear();
  }

  /** Resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.life.become("stopped");
    this.cancelRetry?.();
    await this.work;
  }

  private proceed(): void {
    if (!this.life.is("idle") || this.remaining === 0) return;
    this.life.become("making");
    this.work = this.work.then(() => this.makeAll());
  }

  private get remaining(): number {
    return this.queue.count + this.unstored.size;
  }

  private async makeAll(): Promise<void> {
    if (!this.isTold) this.startedAt = this.deps.clock.now();
    while (this.life.is("making") && this.remaining > 0) {
      const next = this.unstored.size < MAX_UNSTORED ? this.queue.next() : null;
      if (next) await this.makeNext(next);
      else await this.confirm();
    }
    if (this.life.is("making")) this.life.become("idle");
    if (this.remaining === 0) this.ended();
    // The folder may have gone and come back meanwhile.
    this.proceed();
  }

  private async makeNext(next: QueuedVersion): Promise<void> {
    const outcome = await this.make(next);
    this.queue.finish();
    if (outcome === "made" && !this.isInterrupted) this.unstored.set(next.id, next);
    else if (outcome === "failed") this.retryLater(next);
    // Perhaps it was away for a moment, or what was made is lost.
    else if (this.deps.index.byId(next.id)) this.queue.add(next);
  }

  /** Waits until what was made is stored, and looks whether it is. */
  private async confirm(): Promise<void> {
    const { index } = this.deps;
    const made = [...this.unstored.values()];
    await index.flush();
    for (const version of made) {
      if (!this.unstored.delete(version.id)) continue;
      if (index.lacksSha256(version.id)) this.retryLater(version);
      else this.made += 1;
    }
  }

  private async make(version: QueuedVersion): Promise<Outcome> {
    const { index } = this.deps;
    const { id } = version;
    const known = index.sha256Of(id);
    const kinds = await this.missing(version, known);
    if (this.isInterrupted) return "unwanted";
    if (known !== null && kinds.length === 0) {
      index.recordDigests(id, known, null);
      return "made";
    }
    let hasFailed = false;
    for (const place of [...index.placesOf(id)]) {
      const digests = await this.digest(place, version, kinds);
      if (this.isInterrupted) return "unwanted";
      if (digests === "failed") hasFailed = true;
      if (typeof digests === "string") continue;
      const sha256 = digests.sha256 ?? known;
      if (sha256 === null) continue;
      index.recordDigests(id, sha256, digests.pieces);
      return "made";
    }
    return hasFailed && index.byId(id) ? "failed" : "unwanted";
  }

  /** The kinds of digests that are to be made, and are not stored. `known`: the SHA-256 of the version. */
  private async missing({ id, torrent }: QueuedVersion, known: string | null): Promise<readonly PieceDigest[]> {
    const kinds = torrent ? PIECE_DIGESTS : PLAIN_DIGESTS;
    if (known === null) return kinds;
    // What the database cannot give is made anew.
    const stored = await Promise.all(kinds.map((of) => this.deps.index.digests(id, of).catch(() => null)));
    return kinds.filter((_, place) => !stored[place]);
  }

  private get isInterrupted(): boolean {
    return !this.life.is("making");
  }

  /** Reads a file. `failed`: it does not hold the version, or cannot be read. */
  private async digest(
    { name, path, bounds, fingerprint }: FilePlace,
    { id, size }: QueuedVersion,
    kinds: readonly PieceDigest[],
  ): Promise<FileDigests | Exclude<Outcome, "made">> {
    const { hashing, index, log, repairs } = this.deps;
    let isWanted = true;
    const progressed = (done: number) => {
      isWanted = this.progressed(id, done);
      return isWanted;
    };
    try {
      const hashed = await hashing.digest(path, size, kinds, bounds, progressed);
      if (hashed.id === id) return hashed.digests ?? "failed";
      const wrong = differingPiece(await index.hashes(id), hashed.hashes, size);
      // Somebody has changed it since; or else nobody has, and the disk gives other bytes.
      if (wrong === null || !sameFingerprint(hashed.stat, fingerprint)) index.recheck(name);
      else repairs.requestVerification({ type: "suspect", id, piece: wrong, accuser: ACCUSER });
    } catch (error) {
      if (!isWanted || this.isInterrupted || !index.byId(id)) return "unwanted";
      const isGone = error instanceof DiskError && error.failure === "missing";
      if (isGone || error instanceof FileChanged) index.recheck(name);
      else log.warn("undigested", `no hashes of ${name} could be made: ${(error as Error).message}`, { name });
    }
    return "failed";
  }

  /** Says whether it is still wanted. */
  private progressed(id: string, done: number): boolean {
    this.queue.progressed(done);
    const { clock, index, log } = this.deps;
    if (!this.isTold && clock.now() - this.startedAt >= TELL_AFTER_MS) {
      this.isTold = true;
      log.info("digesting", describeDigests(this.progress), { ...this.progress });
    }
    return !this.isInterrupted && index.byId(id) !== undefined;
  }

  private ended(): void {
    const { made: files } = this;
    if (this.isTold) this.deps.log.info("digested", `hashes of ${plural(files, "file")} made`, { files });
    this.isTold = false;
    this.made = 0;
  }

  private retryLater(version: QueuedVersion): void {
    if (this.failed.size < MAX_RETRIES) this.failed.set(version.id, version);
    this.cancelRetry ??= this.deps.clock.after(RETRY_MS, () => {
      this.cancelRetry = null;
      for (const failed of this.failed.values()) if (this.deps.index.byId(failed.id)) this.queue.add(failed);
      this.failed.clear();
      this.proceed();
    });
  }
}

/** For people: what is still to be done. */
export function describeDigests({ files, bytes }: DigestProgress): string {
  return texts().secondary.makingHashes(texts().common.files(files), shownBytes(bytes));
}
