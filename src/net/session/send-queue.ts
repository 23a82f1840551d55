import { BACKLOG_SHARE_BYTES } from "../../protocol/limits.ts";
import { messageOf } from "../../sentences/sentence-error.ts";
import type { FileSlice, Socket } from "../transport/network.ts";
import type { ServerLoad } from "./fairness/server-load.ts";

/** What is sent after a header. */
export type Payload = Uint8Array | FileSlice;

export interface SendQueueOwner {
  /** A file could not be sent. The session must end: the peer waits for these bytes, and nothing else may follow. */
  fileFailed(message: string): void;
}

/** What a session sends, in order. Bytes go to the socket at once; those that it does not take are queued. */
export class SendQueue {
  private queue: Payload[] = [];
  private bytes = 0;
  /** Of these, those that are in memory, and not in a file. */
  private inMemory = 0;
  private taken = 0;
  /** Writes that `cork` holds back; null when the queue is not corked. */
  private corked: Uint8Array[] | null = null;

  /** `load`: what this is counted with; null at the side that connects. */
  constructor(
    private readonly socket: Socket,
    private readonly owner: SendQueueOwner,
    private readonly load: ServerLoad | null = null,
  ) {}

  /** Bytes that the network has not taken yet. */
  get queuedBytes(): number {
    return this.bytes;
  }

  /** Whether it has more in memory than its share, while the server has too much. */
  get isTooLong(): boolean {
    return this.load?.isFull === true && this.inMemory > BACKLOG_SHARE_BYTES;
  }

  /** Another number whenever the network has taken something of the queue; null while it is empty. */
  get progress(): number | null {
    return this.isEmpty ? null : this.taken;
  }

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  /** Whether all that is queued are bytes, and no files. */
  get hasNoFiles(): boolean {
    return this.queue.every((payload) => payload instanceof Uint8Array);
  }

  write(payload: Payload): void {
    if (this.corked) {
      if (payload instanceof Uint8Array) {
        this.corked.push(payload);
        return;
      }
      this.uncork();
    }
    const taken = this.queue.length === 0 ? this.writeNow(payload) : 0;
    if (taken === null || taken === payload.length) return;
    this.queue.push(restOf(payload, taken));
    this.count(payload, payload.length - taken);
  }

  /** What `work` writes goes out in one write, up to a file: many small ones would each cost both ends a packet. */
  cork(work: () => void): void {
    this.corked ??= [];
    try {
      work();
    } finally {
      this.uncork();
    }
  }

  uncork(): void {
    const parts = this.corked;
    this.corked = null;
    if (parts && parts.length > 0) this.write(Buffer.concat(parts));
  }

  /** Gives the socket as much as it takes; true when nothing is left. */
  flush(): boolean {
    for (let next = this.queue[0]; next; next = this.queue[0]) {
      const taken = this.writeNow(next);
      if (taken === null) return false;
      this.taken += taken;
      this.count(next, -taken);
      if (taken < next.length) {
        this.queue[0] = restOf(next, taken);
        return false;
      }
      this.queue.shift();
    }
    return true;
  }

  /** Drops what is queued. */
  discard(): void {
    this.queue = [];
    this.bytes = 0;
    this.load?.add(-this.inMemory);
    this.inMemory = 0;
  }

  private count(payload: Payload, bytes: number): void {
    this.bytes += bytes;
    if (!(payload instanceof Uint8Array)) return;
    this.inMemory += bytes;
    this.load?.add(bytes);
  }

  /** How many bytes the socket took; null when a file failed; the owner has been notified. */
  private writeNow(payload: Payload): number | null {
    if (payload instanceof Uint8Array) return this.socket.write(payload);
    try {
      return this.socket.writeFile(payload);
    } catch (error) {
      this.owner.fileFailed(messageOf(error));
      return null;
    }
  }
}

/** What is left of a payload after its first `taken` bytes. */
function restOf(payload: Payload, taken: number): Payload {
  if (payload instanceof Uint8Array) return payload.subarray(taken);
  const { fd, position, length } = payload;
  return { fd, position: position + taken, length: length - taken };
}
