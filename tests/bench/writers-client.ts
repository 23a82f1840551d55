import "../../src/main.ts";
import { DirectReader } from "../../src/net/transport/direct-reader.ts";
import { tcpNetwork } from "../../src/net/transport/tcp.ts";
import { systemClock } from "../../src/platform/clock.ts";
import type { BlockingDisk, WriteQueue } from "../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../src/platform/disk/system-blocking-disk.ts";
import { threadLimiter } from "../../src/platform/pacing/thread-limiter.ts";
import type { ThreadMessage } from "../../src/transfer/connection/connections-thread.ts";
import { serveConnectionsThread } from "../../src/transfer/connection/serve-thread.ts";
import { READER, type ReaderKind, WRITER, type WriterKind } from "./writer-kinds.ts";

/**
 * `redes` whose connections write and read in the ways that {@link WRITER} and {@link READER} of the environment name.
 * Built and run by writers.ts, which measures what each way is worth.
 */

declare const self: Worker;

/** Direct writes that are over when they have begun. */
class WaitingQueue implements WriteQueue {
  private readonly ended: (() => void)[] = [];

  get pending(): number {
    return this.ended.length;
  }

  begin(fd: number, bytes: Uint8Array, position: number, done: (written: boolean) => void): boolean {
    systemBlockingDisk.write(fd, bytes, position);
    this.ended.push(() => done(true));
    return true;
  }

  reap(): void {
    for (const tell of this.ended.splice(0)) tell();
  }
}

const DISKS: Readonly<Record<WriterKind, BlockingDisk>> = {
  asynchronous: systemBlockingDisk,
  direct: { ...systemBlockingDisk, writeQueue: () => new WaitingQueue() },
  buffered: { ...systemBlockingDisk, writeQueue: () => null, allocate() {} },
};

if (!Bun.isMainThread && process.argv[2] === "connections") {
  const disk = DISKS[process.env[WRITER] as WriterKind];
  const reader = (process.env[READER] as ReaderKind) === "event loop" ? null : new DirectReader(systemClock);
  const network = tcpNetwork(systemClock, { reader });
  const deps = { clock: systemClock, network, disk, keys: null, limiter: threadLimiter };
  const serve = serveConnectionsThread(deps, (events) => postMessage(events));
  // In place of the connections as they always are.
  self.onmessage = ({ data }: MessageEvent<ThreadMessage>) => serve(data);
}
