import type { FileSlice } from "../../../../../src/net/transport/network.ts";
import type { BlockingDisk, Disk, LastCheck, Reach, Watcher } from "../../../../../src/platform/disk/disk.ts";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { diskCall } from "../../../../../src/platform/disk/disk-errors.ts";
import type { SeededRandom } from "../../random.ts";
import type { SimProcess } from "../../sim-process.ts";
import type { ThreadTime } from "../../sim-thread.ts";
import type { MachineDisk } from "../machine/machine-disk.ts";
import { blockingDisk } from "./blocking-disk.ts";
import { CallContext } from "./call-context.ts";
import { FileCalls } from "./file-calls.ts";
import { type Effort, Latency } from "./latency.ts";
import { PathCalls } from "./path-calls.ts";

/** Units of the kernel's clock in a millisecond. */
const TICKS_PER_MS = 0.1;
/** Of the calls of a process, how many have their effect at the beginning, and how many at the end. */
const [AT_ONCE, AT_THE_END] = [0.3, 0.6];
const CACHED = 0.6;

/** What one process sees of the disks of its machine. The kernel closes its files when it ends. */
export class ProcessDisk {
  readonly disk: Disk;
  private readonly context: CallContext;
  private readonly paths: PathCalls;
  private readonly files: FileCalls;
  private readonly latency: Latency;

  constructor(
    private readonly machine: MachineDisk,
    private readonly process: SimProcess,
    private readonly random: SeededRandom,
  ) {
    this.context = new CallContext(machine, { kind: "process", name: process.name });
    this.paths = new PathCalls(this.context);
    this.files = new FileCalls(this.context);
    this.latency = new Latency(random, machine.faults);
    this.disk = { ...this.byPath(this.paths), ...this.byDescriptor(this.files), ...this.bySystem() };
    machine.processes.set(process.pid, String(Math.floor(process.sim.now * TICKS_PER_MS)));
    process.onEnd(() => {
      this.context.descriptors.closeAll();
      machine.processes.delete(process.pid);
    });
  }

  /** The same files, for a thread of the process. */
  blocking(time: ThreadTime): BlockingDisk {
    const { paths, files, latency } = this;
    return blockingDisk({ paths, files, descriptors: this.context.descriptors, time, latency });
  }

  get openCount(): number {
    return this.context.descriptors.count;
  }

  /** Of the files that are open, as the kernel shows them. */
  get openPaths(): string[] {
    return this.context.descriptors.paths;
  }

  /** The bytes that a socket sends of a file, to be read only. Throws when the file is shorter, or cannot be read. */
  readSlice({ fd, position, length }: FileSlice): Uint8Array {
    const bytes = this.files.slice(fd, position, length);
    if (bytes.length < length) throw new Error(`the file ends ${length - bytes.length} bytes too early`);
    return bytes;
  }

  private byPath(paths: PathCalls) {
    const name = <Args extends unknown[], Result>(call: (...args: Args) => Result) => {
      return (...args: Args) => this.later("name", 0, () => call(...args));
    };
    return {
      stat: name((path: string) => paths.stat(path)),
      lstat: name((path: string) => paths.lstat(path)),
      realpath: name((path: string) => paths.realpath(path)),
      readLink: name((path: string) => paths.readLink(path)),
      list: (folder) => this.whileLimited(() => this.later("name", 0, () => paths.list(folder)), folder),
      makeFolder: name((path: string) => paths.makeFolder(path)),
      makeSubfolder: name((path: string, reach?: Reach) => paths.makeSubfolder(path, reach)),
      checkWritable: name((folder: string) => paths.checkWritable(folder)),
      remove: name((path: string, reach?: Reach) => paths.remove(path, reach)),
      removeIf: name((path: string, isRight: LastCheck, reach?: Reach) => paths.removeIf(path, isRight, reach)),
      removeFolder: name((path: string, reach?: Reach) => paths.removeFolder(path, reach)),
      rename: name((from: string, to: string, reach?: Reach) => paths.rename(from, to, reach)),
      renameNoReplace: name((from: string, to: string, reach?: Reach) => paths.renameNoReplace(from, to, reach)),
      renameIf: name((from: string, to: string, isRight: LastCheck, reach?: Reach) =>
        paths.renameIf(from, to, isRight, reach),
      ),
      link: name((from: string, to: string, reach?: Reach) => paths.link(from, to, reach)),
      open: (path, mode, reach) =>
        this.whileLimited(() => this.later("name", 0, () => paths.open(path, mode, reach)), path),
      syncFolder: (path) => this.whileLimited(() => this.later("sync", 0, () => paths.syncFolder(path)), path),
      watch: (folder, watcher) => this.watch(folder, watcher),
    } satisfies Partial<Disk>;
  }

  private byDescriptor(files: FileCalls) {
    return {
      linkFd: (fd, to, reach) => {
        return this.later("name", 0, () => files.linkFd(fd, to, () => this.paths.checkReach(to, reach)));
      },
      openDirect: (fd) => this.later("name", 0, () => files.openDirect(fd)),
      fstat: (fd) => this.later("name", 0, () => files.fstat(fd)),
      read: (fd, buffer, position) => this.later("data", buffer.length, () => files.read(fd, buffer, position)),
      fstatNow: (fd) => files.fstat(fd),
      isCached: () => this.random.chance(CACHED),
      hasHole: (fd, position, length) => files.hasHole(fd, position, length),
      nextHole: (fd, position) => files.nextHole(fd, position),
      watchWriters: (fd) => files.watchWriters(fd),
      write: (fd, bytes, position) => this.later("data", bytes.length, () => files.write(fd, bytes, position)),
      zeroRange: (fd, position, length) => this.later("name", 0, () => files.zeroRange(fd, position, length)),
      truncate: (fd, size) => this.later("name", 0, () => files.truncate(fd, size)),
      sync: (fd) => this.later("sync", 0, () => files.sync(fd)),
      close: (fd) => this.later("name", 0, () => files.close(fd)),
      setModified: (fd, modified) => files.setModified(fd, modified),
      lock: (fd) => files.lock(fd),
      lockBeyondEnd: (fd) => files.lockBeyondEnd(fd),
      hasWriters: (fd) => files.hasWriters(fd),
    } satisfies Partial<Disk>;
  }

  private bySystem() {
    return {
      freeBytes: (folder) => this.later("name", 0, () => this.paths.freeBytes(folder)),
      totalBytes: (folder) => this.later("name", 0, () => this.paths.totalBytes(folder)),
      acceptsAnyName: (folder) => this.later("name", 0, () => this.paths.acceptsAnyName(folder)),
      mountPoints: () => this.later("name", 0, () => this.machine.mountPoints),
      bootId: () => this.later("name", 0, () => this.machine.bootId),
      diskSequence: (device) => this.later("name", 0, () => this.machine.diskSequence(device)),
      processId: this.process.pid,
      processStart: (pid) => this.later("name", 0, () => this.machine.processes.get(pid) ?? null),
    } satisfies Partial<Disk>;
  }

  /** Carries out a call at some moment between now and its answer, so that another call may overtake it. */
  private later<T>(effort: Effort, bytes: number, call: () => T): Promise<T> {
    const { process, random } = this;
    const ms = this.latency.draw(effort, bytes, process.sim.now);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const moment = random.fraction();
    if (moment < AT_ONCE && this.machine.faults.hangsUntil <= process.sim.now) {
      const settle = settled(call, resolve, reject);
      process.deliver(ms, settle);
    } else if (moment < AT_THE_END) process.deliver(ms, () => settled(call, resolve, reject)());
    else {
      const before = ms * random.fraction();
      process.deliver(before, () => process.deliver(ms - before, settled(call, resolve, reject)));
    }
    return promise;
  }

  /** As the real disk does when too much is open. */
  private whileLimited<T>(work: () => Promise<T>, path: string): Promise<T> {
    return diskCall("open", path, work, this.process.clock);
  }

  private watch(folder: string, watcher: Watcher): () => void {
    const { machine, process, random } = this;
    const { watchLimit } = machine.faults;
    if (watchLimit !== null) {
      machine.faults.count("watch limit");
      watcher.limited(watchLimit);
      if (watchLimit === "instances") return () => {};
    }
    const stat = this.paths.stat(folder);
    if (stat?.kind !== "folder")
      throw new DiskError("missing", folder, `cannot watch ${folder}: there is no such folder`);
    const stop = machine.watches.add(machine.calls.folder(folder), watcher, process, random);
    process.onEnd(stop);
    return stop;
  }
}

/** Does a call, and returns how to tell its result. What the disk does not say by {@link DiskError} ends the simulation. */
function settled<T>(call: () => T, resolve: (result: T) => void, reject: (error: unknown) => void): () => void {
  try {
    const result = call();
    return () => resolve(result);
  } catch (error) {
    if (!(error instanceof DiskError || error instanceof RangeError)) throw error;
    return () => reject(error);
  }
}
