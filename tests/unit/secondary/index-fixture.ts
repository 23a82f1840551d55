import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import type { Hashing, HashScope } from "../../../src/hashing/hashing.ts";
import type { BlockingDisk, Disk } from "../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";
import { hash, hex } from "../../../src/platform/hash.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import { noBatches } from "../../../src/platform/workers/batch-client.ts";
import { versionId } from "../../../src/protocol/versions/version.ts";
import type { StagedFile } from "../../../src/secondary/changes/staged-file.ts";
import { FileIndex } from "../../../src/secondary/file-index.ts";
import { anchoredDisk } from "../../../src/secondary/folder/anchored-disk.ts";
import { FolderGuard } from "../../../src/secondary/folder/folder-guard.ts";
import type { IndexChange } from "../../../src/secondary/index/file-record.ts";
import { KeptStorage } from "../../../src/secondary/kept/kept-storage.ts";
import { SECONDARY_STORE } from "../../../src/secondary/remote-store.ts";
import { SecondaryStore } from "../../../src/secondary/store.ts";
import { directly } from "../../support/directly.ts";
import { drive, driveThrough } from "../../support/drive.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { notingBatches } from "./noting-batches.ts";

/** The id of a file of less than a piece. */
export function idOf(content: string): string {
  return versionId(Buffer.byteLength(content), content === "" ? new Uint8Array(0) : hash(Buffer.from(content)));
}

/** A index over a real folder with fake time, and what a test wants to see of it. */
export class IndexFixture {
  readonly clock: FakeClock;
  readonly folder: string;
  readonly store: SecondaryStore;
  readonly guard: FolderGuard;
  readonly index: FileIndex;
  readonly kept: KeptStorage;
  readonly hashing: Hashing;
  readonly stagingFor: (name: string) => Promise<string>;
  private readonly days: number;
  readonly changes: IndexChange[] = [];
  readonly warnings: string[] = [];
  /** Paths that were read. */
  readonly hashed: string[] = [];
  /** Names that were looked for in vain. */
  readonly missed: string[] = [];
  /** How often the shared folder itself was listed. */
  scans = 0;
  /** How often a file was found open for writing. */
  writers = 0;
  /** Each time the disk was asked for the state of a file: the call, and the name. */
  readonly statCalls: string[] = [];
  /** What happens to the folder after a part of a file was read to be hashed. */
  afterRead: () => void = () => {};
  /** What the system does when it tells of a change: of a path, which may have been long ago. */
  tellChange: (path: string) => void = () => {};

  /**
   * `days`: for how many what leaves the folder is kept. With `settled`, the wall clock is so far ahead that all files
   * seem old, and none is waited for. Where it is not `watched`, the test alone tells of changes.
   */
  constructor(
    options: {
      folder?: string;
      store?: SecondaryStore;
      disk?: Partial<Disk>;
      /** The same disk as the hasher's thread uses it. */
      blocking?: Partial<BlockingDisk>;
      settled?: boolean;
      /** Milliseconds since 1970 at the beginning, by the fake clock. */
      wall?: number;
      days?: number;
      watched?: boolean;
      stagingFor?: (name: string) => Promise<string>;
      hashScope?: HashScope;
    } = {},
  ) {
    this.clock = new FakeClock(options.settled ? 4_000_000_000_000 : options.wall);
    this.days = options.days ?? 0;
    this.stagingFor = options.stagingFor ?? (async () => this.path(".redes"));
    this.folder = options.folder ?? temporaryFolder();
    this.store = options.store ?? new SecondaryStore(":memory:");
    const warn = (_event: string, message: string) => void this.warnings.push(String(message));
    const log: Log = { info() {}, warn, error: warn };
    const disk = { ...this.disk(options.watched ?? true), ...options.disk };
    const { clock, folder } = this;
    const store = directly(this.store, SECONDARY_STORE);
    // What a test does to the disk must be seen.
    const blocking = { ...this.blockingDisk(), ...options.blocking };
    const batches = options.disk ? noBatches : notingBatches(blocking, this.hashed);
    this.hashing = this.hasherFake(blocking, log);
    const random = systemRandom;
    this.guard = new FolderGuard({ disk, clock, log, random, store, folder, number: 1, adopt: false });
    const { guard } = this;
    const around = { disk: anchoredDisk(disk, guard), clock, log, guard };
    this.kept = new KeptStorage(around, { share: folder, stagingName: ".redes", days: this.days });
    const { hashing, kept } = this;
    const ports = { ...around, batches, random, store };
    this.index = new FileIndex({ ...ports, hashing, kept, hashScope: options.hashScope ?? "whole" });
    this.index.listen((changes) => this.changes.push(...changes));
  }

  async start(): Promise<void> {
    await driveThrough(this.clock, this.guard.open());
    if (this.days > 0) await this.kept.start(this.stagingFor);
    await driveThrough(this.clock, this.index.start());
  }

  async stop(): Promise<void> {
    await this.index.stop();
    await this.kept.stop();
    await this.guard.stop();
  }

  async restart(): Promise<IndexFixture> {
    await this.stop();
    const next = new IndexFixture({ folder: this.folder, store: this.store, days: this.days });
    await next.start();
    return next;
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, content: string): void {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), content);
  }

  read(name: string): string | null {
    return fs.existsSync(this.path(name)) ? fs.readFileSync(this.path(name), "utf8") : null;
  }

  /** All files are the first versions of their names, as the central says. */
  agree(vector = "aaaaaaaa:1"): Promise<void> {
    return this.index.applyAgreed([...this.index.files()].map(({ name, id, edits }) => ({ name, id, vector, edits })));
  }

  /** The first version of a name, with this content, was removed from the cluster. */
  async remove(name: string, content: string, vector = "aaaaaaaa:2"): Promise<boolean> {
    const [outcome] = await this.index.remove([{ name, id: idOf(content), vector, edits: "", moved: null }]);
    if (outcome instanceof Error) throw outcome;
    return outcome === "gone";
  }

  /** A verified file with this content, as replication stages it. */
  stage(name: string, content: string, vector = "aaaaaaaa:2"): StagedFile {
    const temp = `.redes/${Bun.hash(name + content)}`;
    this.write(temp, content);
    const hashes = content === "" ? new Uint8Array(0) : hash(Buffer.from(content));
    const version = { id: idOf(content), size: Buffer.byteLength(content) };
    return {
      name,
      version,
      hashes,
      vector,
      edits: "dddddddd",
      modified: 0,
      blake3: null,
      temp: this.path(temp),
      unnamed: null,
    };
  }

  /** The same, of a file that has no name yet; its descriptor is the caller's to close. */
  stageUnnamed(name: string, content: string, vector = "aaaaaaaa:2"): StagedFile {
    const staged = this.stage(name, content, vector);
    fs.rmSync(staged.temp);
    const unnamed = systemBlockingDisk.openTmpfile(this.folder);
    if (unnamed === null) throw new Error("this file system has no files without names");
    systemBlockingDisk.write(unnamed, Buffer.from(content), 0);
    return { ...staged, unnamed };
  }

  /** `step`: milliseconds that pass in each turn; small where the disk must keep up with the time. */
  until(what: string, condition: () => boolean, step?: number): Promise<void> {
    return drive(this.clock, what, condition, step);
  }

  /** Until a whole regular scan has passed, and what it found has settled. */
  async nextScans(): Promise<void> {
    const enough = this.scans + 3;
    await drive(this.clock, "three more scans", () => this.scans >= enough, 400);
  }

  /** Until `name` is there with this content, or is gone. */
  untilHolds(name: string, content: string | null): Promise<void> {
    const id = content === null ? undefined : idOf(content);
    return this.until(`${name} is ${content}`, () => this.index.get(name)?.id === id);
  }

  /** All names with the first 8 digits of their ids, sorted. */
  heldFiles(): string[] {
    return [...this.index.files()].map(({ name, id }) => `${name} ${id.slice(0, 8)}`).sort();
  }

  kinds(name: string): string[] {
    return this.changes
      .filter((change) => (change.kind === "gone" ? change.name : change.file.name) === name)
      .map((change) => change.kind);
  }

  private disk(watched: boolean): Disk {
    return {
      ...systemDisk,
      stat: (wanted) => {
        this.noteStat("stat", wanted);
        return systemDisk.stat(wanted);
      },
      lstat: async (wanted) => {
        this.noteStat("lstat", wanted);
        const stat = await systemDisk.lstat(wanted);
        if (!stat) this.missed.push(path.relative(this.folder, wanted));
        return stat;
      },
      list: (wanted) => {
        if (wanted === this.folder) this.scans += 1;
        return systemDisk.list(wanted);
      },
      hasWriters: (fd) => this.hasWriters(fd),
      watch: (wanted, listener, except) => {
        this.tellChange = listener.changed;
        return watched ? systemDisk.watch(wanted, listener, except) : () => {};
      },
    };
  }

  private hasWriters(fd: number): boolean | null {
    const writing = systemDisk.hasWriters(fd);
    if (writing) this.writers += 1;
    return writing;
  }

  private blockingDisk(): BlockingDisk {
    const opened = new Map<number, string>();
    return {
      ...systemBlockingDisk,
      hasWriters: (fd) => this.hasWriters(fd),
      lstat: (wanted) => {
        this.noteStat("lstat", wanted);
        return systemBlockingDisk.lstat(wanted);
      },
      open: (wanted, mode, bounds) => {
        const fd = systemBlockingDisk.open(wanted, mode, bounds);
        opened.set(fd, wanted);
        return fd;
      },
      fstat: (fd) => {
        this.noteStat("fstat", opened.get(fd) ?? "");
        return systemBlockingDisk.fstat(fd);
      },
      read: (fd, buffer, position) => {
        const count = systemBlockingDisk.read(fd, buffer, position);
        this.afterRead();
        return count;
      },
    };
  }

  private noteStat(call: string, wanted: string): void {
    this.statCalls.push(`${call} ${path.relative(this.folder, wanted)}`);
  }

  private hasherFake(disk: BlockingDisk, log: Log): Hashing {
    const inner = inlineHashing(disk, log);
    // A test may call a method of it by itself.
    const get = (_: Hashing, name: string | symbol) => inner[name as "hash"].bind(inner);
    const fake: Hashing = Object.create(new Proxy(inner, { get }));
    fake.hash = (wanted, size, scope, bounds) => {
      this.hashed.push(path.relative(this.folder, wanted));
      return inner.hash(wanted, size, scope === "digests" ? scope : "pieces", bounds);
    };
    return fake;
  }
}

export const short = (content: string) => idOf(content).slice(0, 8);
export const hexHash = (content: string) => hex(hash(Buffer.from(content)));

/** One edit after others. */
export function edited(...before: string[]): RegExp {
  return new RegExp(`^[0-9a-f]{8}${before.map((edit) => ` ${edit}`).join("")}$`);
}

/** An index of a folder with these files, by name, that has started. */
export async function started(
  files: Record<string, string> = {},
  options: ConstructorParameters<typeof IndexFixture>[0] = {},
) {
  const fixture = new IndexFixture(options);
  for (const [name, content] of Object.entries(files)) fixture.write(name, content);
  await fixture.start();
  return fixture;
}
