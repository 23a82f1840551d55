import type { Clock } from "../../platform/clock.ts";
import { type Disk, DiskError } from "../../platform/disk/disk.ts";
import { openNameless } from "../../platform/disk/nameless-file.ts";
import { descriptorPath } from "../../platform/linux/libc.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import { formatBytes, saidBytes } from "../../platform/units.ts";
import { newNameFault } from "../../protocol/names/new-name.ts";
import { MAX_SIZE } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import { reasonOf } from "../../sentences/sentence-error.ts";
import {
  type BegunUpload,
  type PossibleUpload,
  refused,
  type StoredUpload,
  type UploadBackend,
  type UploadRefusal,
  type WantedUpload,
} from "./backend.ts";
import { type CurrentVersion, replaceable } from "./put-conditions.ts";
import { noneEnded, outcomeOf, type UploadFigures, type UploadOutcome } from "./upload-counts.ts";

/** Files that come or are sent at once, and of these from one address: each takes a descriptor, and room on the disk. */
export const MAX_UPLOADS = 16;
export const MAX_UPLOADS_OF_ADDRESS = 8;
/** Of the disk, and bytes: what stays free, since the database of this process may be there too. */
const SPARE_SHARE = 0.05;
const MOST_SPARE_BYTES = 4 * 1024 ** 3;
/** Milliseconds after which nothing is written any more by a thread that has died. */
const LAST_WRITE_MS = 30_000;

/** A file that has come, and where it is to go. */
export interface SpooledFile {
  readonly path: string;
  readonly name: string;
  /** See `replaceable`. */
  readonly base?: string | null;
  readonly modified?: number;
}

/** How the way of a file into the cluster has ended. */
export type SentUpload = Omit<StoredUpload, "isNew"> | UploadRefusal;

/** A file that is on its way into the cluster. */
export interface RunningUpload {
  readonly ended: Promise<SentUpload>;
  stop(): void;
}

/** A name under which a file can be put; `version`: that it has now, null where it is free. */
export interface FoundName {
  readonly kind: "found";
  readonly version: CurrentVersion | null;
}

/** The cluster, for files that come over HTTP. Nothing of it rejects. */
export interface UploadTarget {
  /** What a name has, or why a file of this size is not taken under it. */
  find(name: string, size: number): Promise<FoundName | UploadRefusal>;
  send(file: SpooledFile): RunningUpload;
}

export interface UploadDeskDeps {
  readonly clock: Pick<Clock, "after">;
  readonly random: Random;
  readonly log: Pick<Log, "info" | "warn">;
  readonly disk: Pick<Disk, "open" | "remove" | "fstat" | "close" | "freeBytes" | "totalBytes">;
  /** Where files are kept until a secondary has them. */
  readonly folder: string;
  readonly target: UploadTarget;
}

interface DeskUpload {
  readonly wanted: WantedUpload;
  readonly fd: number;
  /** Bytes of it; 0: not known, or all are there. */
  expected: number;
  readonly base: { readonly base?: string | null };
  readonly isNew: boolean;
  /** Null while it comes. */
  running: RunningUpload | null;
  /** "cancelled" until it has ended otherwise. */
  outcome: UploadOutcome;
  /** It is not closed while somebody measures how much of it there is. */
  measured: Promise<unknown>;
}

/**
 * Takes files that come over HTTP. A secondary wants to know the hashes of a file before it takes it, and what is lost on the
 * way must be there to be sent again: so each is kept whole, without a name, until a secondary has it.
 */
export class UploadDesk implements UploadBackend {
  private readonly uploads = new Map<number, DeskUpload>();
  private beginning: WantedUpload[] = [];
  private last = 0;
  private readonly ended = noneEnded();
  /** Those that are over, but not counted yet. */
  private readonly ending = new Set<DeskUpload>();
  /** Bytes that have come of those that are counted. */
  private endedBytes = 0;

  constructor(private readonly deps: UploadDeskDeps) {}

  /** Files that come, or are sent. */
  get count(): number {
    return this.uploads.size;
  }

  get figures(): UploadFigures {
    const sending = [...this.uploads.values()].filter(({ running }) => running !== null).length;
    return { now: { receiving: this.uploads.size - sending, sending }, ended: this.ended };
  }

  /** Bytes that have come since the start. */
  async receivedBytes(): Promise<number> {
    const { endedBytes } = this;
    const sizes = [...this.uploads.values(), ...this.ending].map((upload) => this.written(upload));
    return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, endedBytes);
  }

  async possibleUpload(wanted: WantedUpload): Promise<PossibleUpload | UploadRefusal> {
    const found = await this.find(wanted);
    if (found.kind === "refused") return found;
    const room = await this.room(wanted);
    return typeof room === "number" ? { kind: "possible", replaces: found.version?.id ?? null } : room;
  }

  async beginUpload(wanted: WantedUpload): Promise<BegunUpload | UploadRefusal> {
    const busy = this.whyBusy(wanted);
    if (busy) return this.countRefused(busy);
    this.beginning.push(wanted);
    try {
      const begun = await this.begin(wanted);
      return begun.kind === "refused" ? this.countRefused(begun) : begun;
    } finally {
      this.beginning = this.beginning.filter((one) => one !== wanted);
    }
  }

  async sendUpload(upload: number, size: number): Promise<StoredUpload | UploadRefusal> {
    const own = this.uploads.get(upload);
    if (!own || own.running) return refused(503, say("the upload was ended"));
    own.expected = 0;
    const { wanted, fd, base, isNew } = own;
    const { name, modified, by } = wanted;
    const file = { path: descriptorPath(fd), name, ...base, ...(modified !== null && { modified }) };
    own.running = this.deps.target.send(file);
    const sent = await own.running.ended;
    // Who has ended it before counts for it.
    const isWanted = this.uploads.has(upload);
    if (sent.kind === "refused") {
      if (isWanted) own.outcome = outcomeOf(sent);
      return sent;
    }
    own.outcome = sent.name === name ? "done" : "conflict";
    const { log } = this.deps;
    const fields = { name: sent.name, size, by };
    if (sent.name === name) {
      log.info("put", `${by} has put ${name} (${formatBytes(size)})`, fields);
      return { ...sent, isNew };
    }
    const what = say("somebody else has replaced {name} meanwhile: what was put is {as}", { name, as: sent.name });
    log.warn("conflict", `${by} has put ${name}, and ${what}`, fields);
    return refused(409, what);
  }

  async endUpload(upload: number): Promise<void> {
    const own = this.uploads.get(upload);
    if (!own) return;
    this.uploads.delete(upload);
    this.ending.add(own);
    own.running?.stop();
    await own.running?.ended;
    const bytes = await this.written(own);
    this.ending.delete(own);
    this.endedBytes += bytes;
    this.ended[own.outcome] += 1;
    await own.measured;
    await this.deps.disk.close(own.fd).catch(() => {});
  }

  /** Whoever was writing has died. */
  abandoned(): void {
    for (const [upload, { running }] of this.uploads) {
      running?.stop();
      this.deps.clock.after(LAST_WRITE_MS, () => void this.endUpload(upload));
    }
  }

  /** Ends all; resolves when nothing is sent any more. */
  async stop(): Promise<void> {
    await Promise.all([...this.uploads.keys()].map((upload) => this.endUpload(upload)));
  }

  private countRefused(refusal: UploadRefusal): UploadRefusal {
    this.ended[outcomeOf(refusal)] += 1;
    return refusal;
  }

  private written(upload: DeskUpload): Promise<number> {
    const size = this.deps.disk.fstat(upload.fd).then(
      ({ size }) => size,
      () => 0,
    );
    const { measured } = upload;
    upload.measured = size.then(() => measured);
    return size;
  }

  private async begin(wanted: WantedUpload): Promise<BegunUpload | UploadRefusal> {
    const found = await this.find(wanted);
    if (found.kind === "refused") return found;
    const room = await this.room(wanted);
    if (typeof room !== "number") return room;
    const { disk, folder, random } = this.deps;
    let fd: number;
    try {
      fd = await openNameless(disk, random, folder, ".redes-upload-");
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      const why = say("the file cannot be kept here: {reason}", reasonOf(error));
      return refused(error.failure === "full" ? 507 : 500, why);
    }
    this.last += 1;
    const { version, base } = found;
    const expected = wanted.size ?? 0;
    const state = { running: null, outcome: "cancelled", measured: Promise.resolve() } as const;
    this.uploads.set(this.last, { wanted, fd, expected, base, isNew: version === null, ...state });
    return { kind: "begun", upload: this.last, fd, most: Math.min(wanted.size ?? room, MAX_SIZE) };
  }

  /** What the name has, and what of it may be replaced; or why the file is not taken. */
  private async find({ name, size, conditions }: WantedUpload) {
    const fault = newNameFault(name);
    if (fault !== null) return refused(400, fault);
    const found = await this.deps.target.find(name, size ?? 0);
    if (found.kind === "refused") return found;
    const base = replaceable(conditions, found.version);
    if (base) return { ...found, base };
    if (conditions["if-none-match"] === "*")
      return refused(412, say("there is a file {name}: nothing was replaced", { name }));
    const why = found.version
      ? say("{name} has another version: nothing was replaced", { name })
      : say("there is no file {name}: nothing was replaced", { name });
    return refused(412, why);
  }

  /** Bytes that may be written for it, with what others will write taken off; or that there are too few. */
  private async room({ size }: WantedUpload): Promise<number | UploadRefusal> {
    const { disk, folder } = this.deps;
    try {
      const [free, total] = [await disk.freeBytes(folder), await disk.totalBytes(folder)];
      const spare = Math.min(SPARE_SHARE * total, MOST_SPARE_BYTES);
      const room = Math.max(0, Math.floor(free - spare - (await this.bytesToCome())));
      if (room >= (size ?? 1)) return room;
      return refused(
        507,
        say("there is room for {room} here, where a file is kept until a secondary has it", { room: saidBytes(room) }),
      );
    } catch (error) {
      return refused(500, say("the file cannot be kept here: {reason}", reasonOf(error)));
    }
  }

  /** Bytes that are still to come of all that come now. */
  private async bytesToCome(): Promise<number> {
    const { disk } = this.deps;
    const coming = [...this.uploads.values()].filter(({ expected }) => expected > 0);
    const left = coming.map(async ({ fd, expected }) => {
      const written = await disk.fstat(fd).catch(() => null);
      return Math.max(0, expected - (written?.size ?? expected));
    });
    return (await Promise.all(left)).reduce((sum, bytes) => sum + bytes, 0);
  }

  private whyBusy({ from }: WantedUpload): UploadRefusal | null {
    const all = [...this.beginning, ...[...this.uploads.values()].map(({ wanted }) => wanted)];
    const own = all.filter((wanted) => wanted.from === from);
    if (all.length < MAX_UPLOADS && own.length < MAX_UPLOADS_OF_ADDRESS) return null;
    return refused(503, say("too many files are being put at once: try again when one is done"));
  }
}
