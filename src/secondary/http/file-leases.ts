import type { LeaseEnd, OpenReply } from "../../http/secondary/backend.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { reasonOf } from "../../sentences/sentence-error.ts";
import type { FileIndex } from "../file-index.ts";
import { modifiedOf } from "../folder/fingerprint.ts";
import type { IndexedFile } from "../index/file-record.ts";
import type { DescriptorCache, OpenFile } from "../serving/descriptor-cache.ts";

export interface FileLeasesDeps {
  readonly index: Pick<FileIndex, "get" | "hasFolder">;
  readonly descriptors: Pick<DescriptorCache, "acquire">;
  /** Why no file is served now; null when files are. */
  obstacle(): Told | null;
  /** Why it is not known whether there is a file of a name; null when it is known. */
  whyIncomplete(name: string): Told | null;
  /** What was sent of a version under a name. */
  sent(file: Pick<IndexedFile, "name" | "id" | "size">, end: LeaseEnd): void;
  /** Leases at once. */
  readonly maxLeases: number;
  /** Different versions among them: each takes a descriptor. */
  readonly maxFiles: number;
}

interface Lease {
  readonly record: IndexedFile;
  readonly open: OpenFile;
}

const TOO_MANY_DOWNLOADS = say("too many files are being downloaded from here");
const TOO_MANY_OPEN = say("too many files are open here");
const CHANGED = say("the file was changed just now, and is being verified");
const STARTED_AGAIN = say("the server is being started again");

const unavailable = (reason: Told): OpenReply => ({ kind: "unavailable", reason });

/** The open files that the HTTP thread reads. */
export class FileLeases {
  private readonly leases = new Map<number, Lease>();
  /** How many leases each version has, or is about to have. */
  private users = new Map<string, number>();
  private taken = 0;
  private bytes = 0;
  private last = 0;
  /** Counts the threads: what one has asked for no other gets. */
  private generation = 0;

  constructor(private readonly deps: FileLeasesDeps) {}

  /** Bytes of files that were sent, since the start. */
  get sentBytes(): number {
    return this.bytes;
  }

  /** So many more were. */
  countSent(bytes: number): void {
    this.bytes += bytes;
  }

  async open(name: string): Promise<OpenReply> {
    const { index, obstacle, whyIncomplete } = this.deps;
    const away = obstacle();
    if (away !== null) return unavailable(away);
    const record = index.get(name);
    if (!record) {
      const reason = whyIncomplete(name);
      if (reason !== null) return unavailable(reason);
      return { kind: index.hasFolder(name) ? "folder" : "missing" };
    }
    return this.hasRoom(record.id) ? this.acquire(record) : unavailable(TOO_MANY_DOWNLOADS);
  }

  release(number: number, end: LeaseEnd): void {
    const lease = this.leases.get(number);
    if (!lease) return;
    this.leases.delete(number);
    lease.open.release(end.unreadable);
    this.countDown(lease.record.id);
    this.deps.sent(lease.record, end);
  }

  /** The thread has died, with all connections. */
  releaseAll(): void {
    this.generation += 1;
    for (const { open } of this.leases.values()) open.release();
    this.leases.clear();
    this.users = new Map();
    this.taken = 0;
  }

  /** How many requests each file is being sent for. */
  active(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { record } of this.leases.values()) counts.set(record.name, (counts.get(record.name) ?? 0) + 1);
    return counts;
  }

  private async acquire(record: IndexedFile): Promise<OpenReply> {
    const { id, name, size, sha256 } = record;
    const { generation } = this;
    this.taken += 1;
    this.users.set(id, (this.users.get(id) ?? 0) + 1);
    const open = await this.tryAcquire(id);
    if (generation !== this.generation) {
      if ("fd" in open) open.release();
      return unavailable(STARTED_AGAIN);
    }
    if (!("fd" in open)) {
      this.countDown(id);
      return unavailable(open);
    }
    this.last += 1;
    this.leases.set(this.last, { record, open });
    const version = { name, id, size, modified: modifiedOf(record), sha256 };
    return { kind: "opened", lease: this.last, file: { fd: open.fd, state: open.state }, version };
  }

  /** The open file, or why there is none. */
  private async tryAcquire(id: string): Promise<OpenFile | Sentence> {
    try {
      return (await this.deps.descriptors.acquire(id)) ?? CHANGED;
    } catch (error) {
      if (error instanceof DiskError && error.failure === "limit") return TOO_MANY_OPEN;
      return say("the file cannot be opened: {reason}", reasonOf(error));
    }
  }

  private hasRoom(id: string): boolean {
    const { maxLeases, maxFiles } = this.deps;
    return this.taken < maxLeases && (this.users.has(id) || this.users.size < maxFiles);
  }

  private countDown(id: string): void {
    this.taken -= 1;
    const left = (this.users.get(id) ?? 0) - 1;
    if (left > 0) this.users.set(id, left);
    else this.users.delete(id);
  }
}
