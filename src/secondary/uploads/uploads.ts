import type { HashedFile, Hashing, HashScope } from "../../hashing/hashing.ts";
import { zeroPieces } from "../../hashing/zero-pieces.ts";
import { type Cancel, type Clock, delay, every, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { bytesEqual } from "../../platform/hash.ts";
import type { Log } from "../../platform/log/log.ts";
import { formatBytes } from "../../platform/units.ts";
import { MAX_UPLOADS } from "../../protocol/limits.ts";
import { nextConflictName } from "../../protocol/name.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash } from "../../protocol/versions/version.ts";
import { counted, say } from "../../sentences/sentence.ts";
import type { FileIndex } from "../file-index.ts";
import { CHANGED } from "../folder/obstacle.ts";
import type { DiskSpace } from "../replication/placement/disk-space.ts";
import { type Placement, stagingOf } from "../replication/placement/placement-finder.ts";
import { whoMakesWay } from "./fair-places.ts";
import type { HalfUploads } from "./half-uploads.ts";
import { Upload, type UploadSpec } from "./upload.ts";
import { refusalIn, refusedBy, UploadRefused } from "./upload-refused.ts";

/** Milliseconds between two checks of what is kept of uploads. */
const TRIM_INTERVAL_MS = 3600 * 1000;
/** Milliseconds between two tries to give a file a name at which somebody is at work, and how many there are. */
const CHANGING_RETRY_MS = 500;
const MAX_CHANGING_TRIES = 30;
/** Names that are tried where others take the name, and the one that it gets instead. */
const MAX_NAMES = 4;
const CROWDED = say("others want to send files here too, and this client sends most: it goes on when there is a place");

export interface UploadsDeps {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Pick<Log, "info" | "warn">;
  readonly hashing: Pick<Hashing, "hash" | "hashPiece" | "hashPieces">;
  readonly hashScope: HashScope;
  readonly index: Pick<FileIndex, "put" | "get" | "flush" | "obstacleTo" | "recheck">;
  readonly space: Pick<DiskSpace, "reserveGradually">;
  readonly halves: HalfUploads;
  /** Where parts may be. Rejects with DiskError. */
  stagingFolders(): Promise<readonly string[]>;
  findPlacements(names: readonly string[]): Promise<readonly Placement[]>;
}

/** Takes files from clients into the shared folder, where each counts as put there by a user. */
export class Uploads {
  private readonly active = new Set<Upload>();
  /** Those that get their names, and what becomes of it. */
  private readonly publishing = new Map<Upload, Promise<unknown>>();
  /** Files that are to be sent, while that is prepared. */
  private readonly beginning = new Set<UploadSpec>();
  private endedBytes = 0;
  private state: "running" | "suspended" | "stopped" = "running";
  private readonly ended = new AbortController();
  private cancelTrim: Cancel = NOTHING_TO_CANCEL;

  constructor(private readonly deps: UploadsDeps) {}

  start(): void {
    this.cancelTrim = every(this.deps.clock, TRIM_INTERVAL_MS, () => void this.trim());
  }

  /** Bytes that clients have sent since the start. */
  get receivedBytes(): number {
    return [...this.active].reduce((sum, { receivedBytes }) => sum + receivedBytes, this.endedBytes);
  }

  /** The shared folder is not there: what has come stays. */
  async suspend(): Promise<void> {
    if (this.state === "running") this.state = "suspended";
    await this.endAll();
  }

  resume(): void {
    if (this.state === "suspended") this.state = "running";
  }

  async stop(): Promise<void> {
    this.state = "stopped";
    this.ended.abort();
    this.cancelTrim();
    await this.endAll();
  }

  /** Makes room for a file, and finds what an earlier try has left. To be followed by `end`. Rejects with UploadRefused. */
  async begin(spec: UploadSpec): Promise<Upload> {
    this.requireRunning();
    if (this.active.size + this.beginning.size >= MAX_UPLOADS) this.makeWay(spec.by);
    this.beginning.add(spec);
    try {
      return await this.prepare(spec);
    } catch (error) {
      throw refusalIn(error);
    } finally {
      this.beginning.delete(spec);
    }
  }

  /** Gives the file its name once all pieces are there; resolves with that name. Throws ProtocolError at once; rejects with UploadRefused. */
  publish(upload: Upload): Promise<string> {
    upload.beginPublishing();
    const published = this.tryPublish(upload)
      .catch((error: unknown) => {
        throw refusalIn(error);
      })
      .finally(() => this.publishing.delete(upload));
    this.publishing.set(upload, published);
    return published;
  }

  /** No more of it comes; what has come stays for another try, unless it has its name. Does not reject. */
  async end(upload: Upload, published = false, why?: UploadRefused): Promise<void> {
    const { disk, halves } = this.deps;
    if (!this.active.delete(upload)) return;
    this.endedBytes += upload.receivedBytes;
    const { path, staging, fd } = upload.part;
    await upload.end(why);
    await disk.close(fd).catch(() => {});
    await halves.stopped(path, staging, published ? null : upload.have);
  }

  /** All places are taken: one of whoever has most is free now. Throws UploadRefused where nobody has more than is fair. */
  private makeWay(by: string): void {
    const sent = [...this.active].map((upload) => ({ by: upload.spec.by, isEndable: !upload.isPublishing, upload }));
    const begun = [...this.beginning].map(({ by }) => ({ by, isEndable: false, upload: null }));
    const found = whoMakesWay([...sent, ...begun], by);
    if (!found?.upload)
      throw new UploadRefused(
        "busy",
        say("{files} are being sent here already", { files: counted(MAX_UPLOADS, "file") }),
      );
    void this.end(found.upload, false, new UploadRefused("busy", CROWDED));
  }

  /** Ends all; each that gets its name just now when that is over, for which its file must stay open. */
  private async endAll(): Promise<void> {
    const endOne = async (upload: Upload) => {
      await this.publishing.get(upload)?.catch(() => {});
      await this.end(upload);
    };
    await Promise.all([...this.active].map(endOne));
  }

  private async trim(): Promise<void> {
    if (this.state !== "running") return;
    const folders = await this.deps.stagingFolders().catch(() => []);
    for (const folder of folders) await this.deps.halves.trim(folder);
  }

  private requireRunning(): void {
    if (this.state === "stopped") throw new UploadRefused("stopping", say("this secondary is stopping"));
    if (this.state === "suspended") throw new UploadRefused("busy", say("the shared folder is not there"));
  }

  private async prepare(spec: UploadSpec): Promise<Upload> {
    const { disk, halves, space, findPlacements } = this.deps;
    const { name, version } = spec;
    const [placement] = await findPlacements([name]);
    const staging = stagingOf(placement ?? CHANGED);
    if (version.size > (await disk.totalBytes(staging)))
      throw new UploadRefused("unwritable", say("it is larger than the disk here"));
    const path = halves.pathIn(staging, version.id);
    if (!halves.claim(path)) throw new UploadRefused("busy", say("the same content is being sent here already"));
    let fd: number | null = null;
    let have: Bitmap | null = null;
    try {
      fd = await disk.open(path, "update", "real");
      have = await this.piecesIn(fd, path, spec);
      const upload = new Upload(this.deps, spec, { path, staging, fd }, have);
      await upload.reserve(space);
      this.active.add(upload);
      // From here on it is among those that end then.
      if (this.state === "running") return upload;
      await this.end(upload);
    } catch (error) {
      if (fd !== null) await disk.close(fd).catch(() => {});
      await halves.stopped(path, staging, have);
      throw error;
    }
    this.requireRunning();
    throw new UploadRefused("busy", say("the shared folder was away just now"));
  }

  /** The pieces of a part that are right. The part gets its length. */
  private async piecesIn(fd: number, path: string, { version, hashes }: UploadSpec): Promise<Bitmap> {
    const { disk, hashing, halves } = this.deps;
    const { size } = version;
    const stat = await disk.fstat(fd);
    const count = pieceCount(size);
    if (stat.size === size && size > 0) {
      const known = halves.piecesOf(path, stat);
      if (known) return known;
      const found = await hashing.hashPieces(path, size, 0, count, "real");
      const have = new Bitmap(count);
      for (let piece = 0; piece < count; piece++)
        if (bytesEqual(pieceHash(found, piece), pieceHash(hashes, piece))) have.add(piece);
      return have;
    }
    await disk.truncate(fd, 0);
    await disk.truncate(fd, size);
    return zeroPieces(version, hashes);
  }

  private async tryPublish(upload: Upload): Promise<string> {
    const { disk, log } = this.deps;
    const { name, version, modified, by } = upload.spec;
    const { fd, path } = upload.part;
    disk.setModified(fd, modified);
    await disk.sync(fd);
    const verified = await this.verified(upload);
    const as = await this.install(upload, verified);
    await this.deps.index.flush();
    // The same content was there: nothing is to be kept of what came.
    if ((await disk.lstat(path)) !== null) await disk.remove(path, "real").catch(() => {});
    await this.end(upload, true);
    const fields = { name: as, size: version.size, by };
    if (as === name) log.info("put", `${by} has put ${name} (${formatBytes(version.size)})`, fields);
    else log.warn("conflict", `${by} has put ${name}, which somebody else has replaced meanwhile: it is ${as}`, fields);
    return as;
  }

  /** The whole file as it is read once more: only what has the right id gets a name. */
  private async verified(upload: Upload): Promise<HashedFile> {
    const { disk, hashing, hashScope } = this.deps;
    const { version } = upload.spec;
    const { path } = upload.part;
    const verified = await hashing.hash(path, version.size, hashScope, "real");
    if (verified.id === version.id) return verified;
    await disk.remove(path, "real").catch(() => {});
    throw new UploadRefused(
      "unreadable",
      say("what was written is not what is read: the disk, or somebody, has changed it"),
    );
  }

  /** Gives it its name, or the one of a conflict; resolves with that. */
  private async install({ spec, part }: Upload, verified: HashedFile): Promise<string> {
    const { clock, index } = this.deps;
    let { name, base } = spec;
    for (let turn = 0, names = 1; turn < MAX_CHANGING_TRIES; turn++) {
      const result = await index.put(name, part.path, verified, base);
      if (result === "put" || result === "there") return name;
      if (result === "taken") {
        if (names === MAX_NAMES) break;
        [name, base, names] = [nextConflictName(name, verified.id), null, names + 1];
        continue;
      }
      const obstacle = await index.obstacleTo(name);
      if (obstacle?.lasting && (names === 1 || names === MAX_NAMES)) throw refusedBy(obstacle);
      if (obstacle?.lasting) {
        [name, names] = [nextConflictName(name, verified.id), names + 1];
        continue;
      }
      index.recheck(name);
      await delay(clock, CHANGING_RETRY_MS, this.ended.signal);
      this.requireRunning();
    }
    throw new UploadRefused(
      "busy",
      say("{name} is being changed there just now; try again in a moment", { name: spec.name }),
    );
  }
}
