import { FileChanged, type Hashing } from "../../hashing/hashing.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import { StateMachine } from "../../platform/state-machine.ts";
import { formatBytes, plural } from "../../platform/units.ts";
import type { OrderedFile } from "../../protocol/messages/secondary.ts";
import type { FileIndex, FilePlace } from "../file-index.ts";
import { sameFingerprint } from "../folder/fingerprint.ts";
import type { IndexChange } from "../index/file-record.ts";
import { differingPiece } from "../repair/differing-piece.ts";
import type { Repairs } from "../repair/repairs.ts";
import { AnnouncedDigests } from "./announced-digests.ts";
import { DigestQueue, type QueuedVersion } from "./digest-queue.ts";

/** Who says that a piece is wrong. */
const ACCUSER = "the making of digests";

/** Milliseconds after which the log says that the work goes on: most of it is over sooner. */
const TELL_AFTER_MS = 5000;
/** Milliseconds until a version is tried again that could not be read, or was found to be damaged. */
const RETRY_MS = 600_000;
/** Most such versions: further ones wait for the next start, or until somebody asks for them. */
const MAX_RETRIES = 10_000;

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
  readonly index: Pick<FileIndex, "byId" | "placesOf" | "hashes" | "sha256Of" | "recordDigests" | "recheck">;
  readonly repairs: Pick<Repairs, "requestVerification">;
}

/**
 * Makes the digests of versions that were hashed without them: those of files that were there before, and of copies. One
 * after the other, and only while nothing else is hashed. What is made counts only if the same bytes have the hashes of
 * the version.
 */
export class DigestMaker {
  private readonly queue = new DigestQueue();
  private readonly announced: AnnouncedDigests;
  /** Versions to be tried again. */
  private readonly failed = new Map<string, QueuedVersion>();
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

  /** Versions whose digests are still to be made, those that failed among them, and bytes to be read for that. */
  get progress(): DigestProgress {
    let { count: files, bytes } = this.queue;
    for (const { size } of this.failed.values()) [files, bytes] = [files + 1, bytes + size];
    return { files, bytes };
  }

  /** Files of the shared folder have changed. */
  filesChanged(changes: readonly IndexChange[]): void {
    for (const change of changes) {
      if (change.kind === "gone") continue;
      const { id, size, sha256 } = change.file;
      if (sha256 === null) this.queue.add({ id, size });
      else {
        this.queue.remove(id);
        this.announced.made(change.file.name, id, sha256);
      }
    }
    this.proceed();
  }

  /** The central orders copies, and says which digests others have announced. */
  ordered(files: readonly Pick<OrderedFile, "id" | "sha256">[]): void {
    this.announced.add(files);
  }

  /** Somebody waits for the digests of a version. Gives the bytes to be read until they are made. */
  want(version: QueuedVersion): number {
    this.failed.delete(version.id);
    const bytes = this.queue.want(version);
    this.proceed();
    return bytes;
  }

  /** The shared folder is there. */
  resume(): void {
    if (this.life.is("suspended")) this.life.become("idle");
    this.proceed();
  }

  /** The shared folder is not there. */
  suspend(): void {
    if (!this.life.is("stopped")) this.life.become("suspended");
  }

  /** Resolves once nothing is under way. */
  async stop(): Promise<void> {
    this.life.become("stopped");
    this.cancelRetry?.();
    await this.work;
  }

  private proceed(): void {
    if (!this.life.is("idle") || this.queue.count === 0) return;
    this.life.become("making");
    this.work = this.work.then(() => this.makeAll());
  }

  private async makeAll(): Promise<void> {
    if (!this.isTold) this.startedAt = this.deps.clock.now();
    while (this.life.is("making")) {
      const next = this.queue.next();
      if (!next) break;
      const outcome = await this.make(next);
      this.queue.finish();
      if (outcome === "made") this.made += 1;
      else if (outcome === "failed") this.retryLater(next);
      else if (outcome === "interrupted") this.queue.add(next);
    }
    if (this.life.is("making")) this.life.become("idle");
    if (this.queue.count === 0) this.ended();
    // The folder may have gone and come back meanwhile.
    this.proceed();
  }

  private async make({ id, size }: QueuedVersion): Promise<"made" | "gone" | "failed" | "interrupted"> {
    const { index } = this.deps;
    // Another file of the same version has them.
    const known = index.sha256Of(id);
    if (known !== null) {
      index.recordDigests(id, known, null);
      return "made";
    }
    for (const place of [...index.placesOf(id)]) {
      const digests = await this.digest(place, id, size);
      if (this.isInterrupted) return "interrupted";
      if (!digests) continue;
      index.recordDigests(id, digests.sha256, digests);
      return "made";
    }
    return index.byId(id) ? "failed" : "gone";
  }

  private get isInterrupted(): boolean {
    return !this.life.is("making");
  }

  /** Reads a file. Null when it does not hold the version, or cannot be read. */
  private async digest({ name, path, bounds, fingerprint }: FilePlace, id: string, size: number) {
    const { hashing, index, log, repairs } = this.deps;
    try {
      const hashed = await hashing.digest(path, size, bounds, (done) => this.progressed(id, done));
      if (hashed.id === id) return hashed.digests;
      const wrong = differingPiece(await index.hashes(id), hashed.hashes, size);
      // Somebody has changed it since; or else nobody has, and the disk gives other bytes.
      if (wrong === null || !sameFingerprint(hashed.stat, fingerprint)) index.recheck(name);
      else repairs.requestVerification({ type: "suspect", id, piece: wrong, accuser: ACCUSER });
    } catch (error) {
      if (this.isInterrupted || !index.byId(id)) return null;
      const isGone = error instanceof DiskError && error.failure === "missing";
      if (isGone || error instanceof FileChanged) index.recheck(name);
      else log.warn("undigested", `no SHA-256 of ${name} could be made: ${(error as Error).message}`, { name });
    }
    return null;
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
    if (this.isTold) this.deps.log.info("digested", `SHA-256 of ${plural(files, "file")} made`, { files });
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
  return `making SHA-256 of ${plural(files, "file")} for HTTP, in the background: ${formatBytes(bytes)} to go`;
}
