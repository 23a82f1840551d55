import { sameContent } from "../../../../../src/platform/content-state.ts";
import { type BlockingDisk, DiskError } from "../../../../../src/platform/disk/disk.ts";
import type { ThreadTime } from "../../sim-thread.ts";
import type { Descriptors } from "./descriptors.ts";
import type { FileCalls } from "./file-calls.ts";
import type { Effort, Latency } from "./latency.ts";
import type { PathCalls } from "./path-calls.ts";
import { SimWriteQueue } from "./write-queue.ts";

/** Milliseconds between two tries when too much is open, and how often; as the real disk has them. */
const LIMIT_PAUSE_MS = 50;
const LIMIT_TRIES = 20;

export interface BlockingDiskParts {
  readonly paths: PathCalls;
  readonly files: FileCalls;
  readonly descriptors: Descriptors;
  readonly time: ThreadTime;
  readonly latency: Latency;
}

/** The disk as a thread has it that waits for it: all is done at once, and the time it takes is the thread's. */
export function blockingDisk({ paths, files, descriptors, time, latency }: BlockingDiskParts): BlockingDisk {
  const spend = (effort: Effort, bytes = 0) =>
    time.spend(latency.draw(effort, bytes, time.process.sim.now + time.behind));
  const timed = <Args extends unknown[], Result>(effort: Effort, call: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      spend(effort);
      return call(...args);
    };
  };
  return {
    lstat: timed("name", (path) => paths.lstat(path)),
    realpath: timed("name", (path) => paths.realpath(path)),
    makeSubfolder: timed("name", (path, reach) => paths.makeSubfolder(path, reach)),
    removeFolder: timed("name", (path, reach) => paths.removeFolder(path, reach)),
    checkWritable: timed("name", (folder) => paths.checkWritable(folder)),
    renameNoReplace: timed("name", (from, to) => paths.renameNoReplace(from, to)),
    linkFd: timed("name", (fd, { path }, name) => files.linkFd(fd, `${path}/${name}`)),
    openFolder: timed("name", (path, spot) => (paths.holds(path, spot) ? { path, fd: null, release() {} } : null)),
    openTmpfile: timed("name", (folder) => paths.openTmpfile(folder)),
    open(path, mode, reach) {
      for (let tries = 1; ; tries++) {
        spend("name");
        try {
          return paths.open(path, mode, reach);
        } catch (error) {
          if (!(error instanceof DiskError) || error.failure !== "limit" || tries >= LIMIT_TRIES) throw error;
        }
        // Nothing else goes on meanwhile, so that it does not end: but it takes its time.
        time.spend(LIMIT_PAUSE_MS);
      }
    },
    fstat: timed("name", (fd) => files.fstat(fd)),
    isUnchanged: timed("name", (fd, state) => sameContent(files.fstat(fd), state)),
    read(fd, buffer, position) {
      spend("data", buffer.length);
      return files.read(fd, buffer, position);
    },
    holes: timed("sync", (fd, position, length) => files.holes(fd, position, length)),
    write(fd, bytes, position) {
      spend("data", bytes.length);
      files.write(fd, bytes, position);
    },
    truncate: timed("name", (fd, size) => files.truncate(fd, size)),
    allocate: timed("name", (fd, position, length) => files.allocate(fd, position, length)),
    clone: timed("name", (from, to) => files.clone(from, to)),
    setModified: timed("name", (fd, modified) => files.setModified(fd, modified)),
    punchHole: timed("name", (fd, position, length) => files.punchHole(fd, position, length)),
    writeQueue: () => new SimWriteQueue(files, descriptors, time, latency),
    hasWriters: timed("name", (fd) => files.hasWriters(fd)),
    syncfs: timed("sync", (fd) => files.syncfs(fd)),
    // The next sync brings all to the disk anyway.
    startWriteback() {},
    close: timed("name", (fd) => files.close(fd)),
  };
}
