import { type BlockingDisk, DiskError } from "../../../../../src/platform/disk/disk.ts";
import type { ThreadTime } from "../../sim-thread.ts";
import type { DiskCalls } from "./disk-calls.ts";
import type { Effort, Latency } from "./latency.ts";
import { SimWriteQueue } from "./write-queue.ts";

/** Milliseconds between two tries when too much is open, and how often; as the real disk has them. */
const LIMIT_PAUSE_MS = 50;
const LIMIT_TRIES = 20;

/** The disk as a thread has it that waits for it: all is done at once, and the time it takes is the thread's. */
export function blockingDisk(calls: DiskCalls, time: ThreadTime, latency: Latency): BlockingDisk {
  const spend = (effort: Effort, bytes = 0) =>
    time.spend(latency.draw(effort, bytes, time.process.sim.now + time.behind));
  const timed = <Args extends unknown[], Result>(effort: Effort, call: (...args: Args) => Result) => {
    return (...args: Args): Result => {
      spend(effort);
      return call(...args);
    };
  };
  return {
    lstat: timed("name", (path) => calls.lstat(path)),
    realpath: timed("name", (path) => calls.realpath(path)),
    makeSubfolder: timed("name", (path) => calls.makeSubfolder(path)),
    checkWritable: timed("name", (folder) => calls.checkWritable(folder)),
    renameNoReplace: timed("name", (from, to) => calls.renameNoReplace(from, to)),
    linkFd: timed("name", (fd, to) => calls.linkFd(fd, to)),
    openTmpfile: timed("name", (folder) => calls.openTmpfile(folder)),
    open(path, mode) {
      for (let tries = 1; ; tries++) {
        spend("name");
        try {
          return calls.open(path, mode);
        } catch (error) {
          if (!(error instanceof DiskError) || error.failure !== "limit" || tries >= LIMIT_TRIES) throw error;
        }
        // Nothing else goes on meanwhile, so that it does not end: but it takes its time.
        time.spend(LIMIT_PAUSE_MS);
      }
    },
    fstat: timed("name", (fd) => calls.fstat(fd)),
    read(fd, buffer, position) {
      spend("data", buffer.length);
      return calls.read(fd, buffer, position);
    },
    holes: timed("sync", (fd, position, length) => calls.holes(fd, position, length)),
    write(fd, bytes, position) {
      spend("data", bytes.length);
      calls.write(fd, bytes, position);
    },
    truncate: timed("name", (fd, size) => calls.truncate(fd, size)),
    allocate: timed("name", (fd, position, length) => calls.allocate(fd, position, length)),
    clone: timed("name", (from, to) => calls.clone(from, to)),
    setModified: timed("name", (fd, modified) => calls.setModified(fd, modified)),
    punchHole: timed("name", (fd, position, length) => calls.punchHole(fd, position, length)),
    writeQueue: () => new SimWriteQueue(calls, time, latency),
    hasWriters: timed("name", (fd) => calls.hasWriters(fd)),
    syncfs: timed("sync", (fd) => calls.syncfs(fd)),
    // The next sync brings all to the disk anyway.
    startWriteback() {},
    close: timed("name", (fd) => calls.close(fd)),
  };
}
