import type { SeededRandom } from "../../random.ts";
import { EPOCH_MS, type WallOffset } from "../../sim-process.ts";
import type { Simulation } from "../../simulation.ts";
import type { ErrorCode } from "../errors.ts";
import type { FileSystemEvents } from "../file-system/events.ts";
import { syncAll } from "../file-system/file-bytes.ts";
import { fileSystemOf, SimFileSystem } from "../file-system/file-system.ts";
import type { SimFolder } from "../file-system/inodes.ts";
import { losePower } from "../file-system/power-loss.ts";
import { type Actor, POWER, USER } from "./actor.ts";
import { DiskFaults } from "./faults.ts";
import type { DiskObserver } from "./observer.ts";
import type { OpenFile } from "./open-file.ts";
import { topmost } from "./paths.ts";
import { SystemCalls } from "./system-calls.ts";
import { UserFiles } from "./user-files.ts";
import { Watches } from "./watches.ts";

interface Mount {
  readonly path: string;
  readonly fs: SimFileSystem;
  /** Another one each time that a disk is attached. */
  readonly sequence: number;
}

/** The device number of a machine's first file system; the others follow. */
const FIRST_DEVICE = 0xfe00;

/** All that a machine knows of disks: what is mounted where, who has what open, and the hands of its users. */
export class MachineDisk {
  readonly faults = new DiskFaults();
  readonly watches = new Watches();
  readonly user: UserFiles;
  /** Who does what is being done. */
  acting: Actor = USER;
  /** By the id of a process that runs: when it began, in the kernel's own units. */
  readonly processes = new Map<number, string>();
  /** The file system at `/`. */
  readonly system: SimFileSystem;
  readonly calls: SystemCalls;
  private mounts: Mount[] = [];
  private observers: DiskObserver[] = [];
  private attached = 0;
  private boots = 1;
  private readonly events: FileSystemEvents;

  constructor(
    readonly sim: Simulation,
    readonly name: string,
    private readonly wall: WallOffset = { ahead: 0 },
  ) {
    this.events = {
      changed: (folder, name) => this.watches.changed(folder, name),
      contentLost: (file, content, entry, cause) => {
        for (const observer of this.observers)
          observer.contentLost?.({ file, content, entry, cause, actor: this.acting });
      },
      placed: (entry, from) => {
        for (const observer of this.observers) observer.placed?.(entry, from, this.acting);
      },
      made: (entry) => {
        for (const observer of this.observers) observer.made?.(entry, this.acting);
      },
      taken: (entry, cause) => {
        for (const observer of this.observers) observer.taken?.(entry, this.acting, cause);
      },
      grown: () => {
        for (const observer of this.observers) observer.grown?.(this.acting);
      },
    };
    this.system = new SimFileSystem(sim);
    this.attach("/", this.system, null);
    this.calls = new SystemCalls(this.system.root);
    this.user = new UserFiles(this);
  }

  observe(observer: DiskObserver): void {
    this.observers.push(observer);
  }

  /** A process has opened a file for writing. */
  opened(file: OpenFile): void {
    for (const observer of this.observers) observer.opened?.(file, this.acting);
  }

  /** Somebody has changed an open file. */
  changed(file: OpenFile): void {
    for (const observer of this.observers) observer.changed?.(file, this.acting);
  }

  /** The system refuses a call about a path. */
  refused(path: string, code: ErrorCode): void {
    this.faults.countError(code);
    for (const observer of this.observers) observer.refused?.(path, code);
  }

  /** Mounts a file system on a folder, which is made where it is not there; over what is mounted there. */
  mount(path: string, fs: SimFileSystem): void {
    this.mountOn(path, fs);
    this.faults.count("mounted");
  }

  /**
   * Pulls the disk out whose file system is the uppermost at a path: what was not synced is lost by chance, and who has its
   * files open gets EIO. Null where none is mounted.
   */
  pullOut(path: string, random: SeededRandom): SimFileSystem | null {
    const fs = this.detach(path);
    if (!fs) return null;
    this.as(POWER, () => losePower(fs, random));
    this.watches.endOn(fs);
    // The kernel gives it another device number when it is back.
    fs.attachment = null;
    return fs;
  }

  /**
   * Takes the uppermost file system away from a path, with all that was written to it; who has its files open goes on with
   * them. Null where none is mounted.
   */
  unmount(path: string): SimFileSystem | null {
    const fs = this.detach(path);
    if (fs) syncAll(fs);
    return fs;
  }

  get mountPoints(): string[] {
    return [...new Set(this.mounts.map(({ path }) => path))];
  }

  get bootId(): string {
    return `${this.name}-boot-${this.boots}`;
  }

  diskSequence(device: bigint): string {
    return String(this.mounts.find(({ fs }) => fs.device === device)?.sequence ?? "");
  }

  /** The machine goes off at once and comes up again: what was not synced is lost by chance. Its processes are dead by now. */
  powerLoss(random: SeededRandom): void {
    this.boots += 1;
    this.faults.count("power loss");
    this.processes.clear();
    this.user.letGo();
    this.as(POWER, () => {
      for (const { fs } of this.mounts) losePower(fs, random);
    });
    const { mounts } = this;
    this.mounts = [];
    this.attached = 0;
    for (const { path, fs } of mounts) {
      if (path === "/") this.attach(path, fs, null);
      else this.mountOn(path, fs);
    }
  }

  /** Does something in somebody's name. */
  as<T>(actor: Actor, work: () => T): T {
    const { acting } = this;
    this.acting = actor;
    try {
      return work();
    } finally {
      this.acting = acting;
    }
  }

  private detach(path: string): SimFileSystem | null {
    const index = this.mounts.findLastIndex((mount) => mount.path === path && path !== "/");
    const [mount] = index < 0 ? [] : this.mounts.splice(index, 1);
    if (!mount) return null;
    const { attachment } = mount.fs;
    if (attachment?.mountedOn) attachment.mountedOn.cover = null;
    if (attachment) mount.fs.attachment = { ...attachment, mountedOn: null };
    this.faults.count("unmounted");
    return mount.fs;
  }

  private mountOn(path: string, fs: SimFileSystem): void {
    this.user.makeFolder(path);
    const folder = topmost(this.calls.folder(path));
    // It is there after a power loss too.
    fileSystemOf(folder).names.syncAll();
    this.attach(path, fs, folder);
    folder.cover = fs.root;
  }

  private attach(path: string, fs: SimFileSystem, mountedOn: SimFolder | null): void {
    this.attached += 1;
    this.mounts.push({ path, fs, sequence: this.attached });
    const device = fs.attachment?.device ?? BigInt(FIRST_DEVICE + this.attached);
    fs.attachment = { mountedOn, device, events: this.events, wallNs: (stepMs) => this.wallNs(stepMs) };
  }

  private wallNs(stepMs: number): bigint {
    const ms = EPOCH_MS + this.sim.now + this.wall.ahead;
    const microseconds = Math.floor(Math.floor(ms / stepMs) * stepMs * 1000);
    return BigInt(microseconds) * 1000n;
  }
}
