import { beforeEach, describe, expect, test } from "bun:test";
import { type Payload, SendQueue } from "../../../../src/net/session/send-queue.ts";
import type { FileSlice, Socket } from "../../../../src/net/transport/network.ts";

const SLICE: FileSlice = { fd: 7, position: 100, length: 10 };

/** A socket that takes only so much. */
class NarrowSocket implements Socket {
  readonly remoteHost = "peer";
  readonly remotePeer = null;
  pause(): void {}
  resume(): void {}
  /** How many bytes it takes until it is given more room. */
  room = Number.POSITIVE_INFINITY;
  /** What it took, each call for itself. */
  readonly taken: (string | FileSlice)[] = [];
  fault: Error | null = null;
  writes = 0;

  write(bytes: Uint8Array): number {
    this.writes += 1;
    const length = this.use(bytes.length);
    if (length > 0) this.taken.push(Buffer.from(bytes.subarray(0, length)).toString());
    return length;
  }

  writeFile(slice: FileSlice): number {
    if (this.fault) throw this.fault;
    const length = this.use(slice.length);
    if (length > 0) this.taken.push({ ...slice, length });
    return length;
  }

  shutdown(): void {}
  destroy(): void {}

  private use(length: number): number {
    const used = Math.min(length, this.room);
    this.room -= used;
    return used;
  }
}

let socket: NarrowSocket;
let faults: string[];
let queue: SendQueue;

beforeEach(() => {
  socket = new NarrowSocket();
  faults = [];
  queue = new SendQueue(socket, { fileFailed: (message) => void faults.push(message) });
});

function write(...payloads: (string | FileSlice)[]): void {
  for (const payload of payloads)
    queue.write(typeof payload === "string" ? Buffer.from(payload) : (payload as Payload));
}

describe("a queue of what is sent", () => {
  test("hands on at once what the socket takes", () => {
    write("one", SLICE, "two");
    expect(socket.taken).toEqual(["one", SLICE, "two"]);
    expect([queue.isEmpty, queue.queuedBytes, queue.hasNoFiles]).toEqual([true, 0, true]);
  });

  test("keeps the rest, and everything after it, in order", () => {
    socket.room = 2;
    write("one", SLICE, "two");
    expect(socket.taken).toEqual(["on"]);
    expect([queue.isEmpty, queue.queuedBytes, queue.hasNoFiles]).toEqual([false, 14, false]);
    socket.room = 5;
    expect(queue.flush()).toBe(false);
    expect(socket.taken).toEqual(["on", "e", { fd: 7, position: 100, length: 4 }]);
    expect(queue.queuedBytes).toBe(9);
    socket.room = 100;
    expect(queue.flush()).toBe(true);
    expect(socket.taken.slice(3)).toEqual([{ fd: 7, position: 104, length: 6 }, "two"]);
    expect([queue.isEmpty, queue.queuedBytes]).toEqual([true, 0]);
    expect(queue.flush()).toBe(true);
  });

  test("forgets what it has kept when it is told to", () => {
    socket.room = 0;
    write("one", SLICE);
    queue.discard();
    socket.room = 100;
    expect([queue.isEmpty, queue.queuedBytes, queue.hasNoFiles, queue.flush()]).toEqual([true, 0, true, true]);
    expect(socket.taken).toEqual([]);
  });
});

describe("a corked queue", () => {
  test("writes together what is written in its work", () => {
    queue.cork(() => {
      write("one", "two");
      expect(socket.taken).toEqual([]);
    });
    write("three");
    expect(socket.taken).toEqual(["onetwo", "three"]);
  });

  test("writes up to a file before the file, and what follows it at once", () => {
    queue.cork(() => {
      write("one", "two", SLICE, "three");
    });
    expect(socket.taken).toEqual(["onetwo", SLICE, "three"]);
  });

  test("is corked once where works are inside each other", () => {
    queue.cork(() => {
      write("one");
      queue.cork(() => write("two"));
      write("three");
    });
    expect(socket.taken).toEqual(["onetwo", "three"]);
  });

  test("writes what came before its work has thrown", () => {
    const work = () => {
      write("one");
      throw new Error("no");
    };
    expect(() => queue.cork(work)).toThrow("no");
    expect(socket.taken).toEqual(["one"]);
  });

  test("writes nothing where there is nothing", () => {
    queue.cork(() => {});
    queue.uncork();
    expect(socket.writes).toBe(0);
  });
});

describe("a file that cannot be sent", () => {
  test("is reported, and not kept", () => {
    socket.fault = new Error("it has become shorter");
    write("one", SLICE);
    expect([faults, queue.isEmpty, queue.queuedBytes]).toEqual([["it has become shorter"], true, 0]);
  });

  test("is reported when its turn comes, and nothing follows it", () => {
    socket.room = 2;
    write("one", SLICE, "two");
    socket.fault = new Error("it has become shorter");
    socket.room = 100;
    expect(queue.flush()).toBe(false);
    expect(faults).toEqual(["it has become shorter"]);
    expect(socket.taken).toEqual(["on", "e"]);
  });
});
