import fs from "node:fs";
import { HasherClient } from "../../../src/hashing/hasher-client.ts";
import type { HashReply, HashRequest } from "../../../src/hashing/hasher-messages.ts";
import { hasherHandler } from "../../../src/hashing/hasher-worker.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { type Log, silentLog } from "../../../src/platform/log/log.ts";
import { type RpcAnswer, type RpcCall, type RpcThread, serveRpc } from "../../../src/platform/workers/worker-rpc.ts";
import { temporaryFolder } from "../../support/folder.ts";

/** A file of its own with these bytes. */
export function file(bytes: Uint8Array | string): string {
  const path = `${temporaryFolder()}/file`;
  fs.writeFileSync(path, bytes);
  return path;
}

/** A thread that answers when told to, or dies. */
export class FakeThread implements RpcThread<HashRequest, HashReply> {
  readonly requests: RpcCall<HashRequest>[] = [];
  stopped = false;
  die: (error: Error) => void = () => {};
  private received: (answer: RpcAnswer<HashReply>) => void = () => {};
  private readonly serve = serveRpc(hasherHandler(systemBlockingDisk), (answer) => this.received(answer));

  post(call: RpcCall<HashRequest>): void {
    this.requests.push(call);
  }
  listen(received: (answer: RpcAnswer<HashReply>) => void, failed: (error: Error) => void): void {
    this.received = received;
    this.die = failed;
  }
  stop(): void {
    this.stopped = true;
  }
  answer(): void {
    const request = this.requests.shift();
    if (request) this.serve(request);
  }
}

/** A hasher whose threads are those. */
export function client(log: Log = silentLog) {
  const threads: FakeThread[] = [];
  const start = () => {
    const thread = new FakeThread();
    threads.push(thread);
    return thread;
  };
  return { hashing: new HasherClient({ start, log }), threads };
}
