import { afterEach, describe, expect, test } from "bun:test";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { ConnectError, ListenError, type Listener, type Socket, type SocketEvents } from "../../../src/net/network.ts";
import { tcpNetwork } from "../../../src/net/tcp.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { temporaryFolder } from "../../support/folder.ts";

const network = tcpNetwork(systemClock);
const HOST = "127.0.0.1";
const listeners: Listener[] = [];

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop();
});

/** One end of a real connection. */
class Peer implements SocketEvents {
  readonly chunks: Uint8Array[] = [];
  readonly ends: (Error | null)[] = [];
  wake: () => void = () => {};
  room?: () => Uint8Array | null;
  private pending: Uint8Array | null = null;

  constructor(readonly socket: Socket) {}

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  data(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.wake();
  }

  drained(): void {
    if (this.pending) this.send(this.pending);
  }

  closed(error: Error | null): void {
    this.ends.push(error);
    this.wake();
  }

  /** Writes all of it, whenever the socket takes some. */
  send(bytes: Uint8Array): void {
    const taken = this.socket.write(bytes);
    this.pending = taken < bytes.length ? bytes.subarray(taken) : null;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

/** A connection over loopback. */
async function connected(): Promise<{ near: Peer; far: Peer }> {
  const far = Promise.withResolvers<Peer>();
  const listener = network.listen({ host: HOST, port: 0 }, (socket) => {
    const peer = new Peer(socket);
    far.resolve(peer);
    return peer;
  });
  listeners.push(listener);
  let near: Peer | undefined;
  await network.connect({ host: HOST, port: listener.port }, (socket) => {
    near = new Peer(socket);
    return near;
  });
  if (!near) throw new Error("resolved without a connection");
  return { near, far: await far.promise };
}

describe("TCP", () => {
  test("carries bytes both ways, and tells who is there", async () => {
    const { near, far } = await connected();
    expect(far.socket.remoteHost).toBe(HOST);
    near.send(Buffer.from("over"));
    await far.until(() => far.bytes.toString() === "over");
    far.send(Buffer.from("back"));
    await near.until(() => near.bytes.toString() === "back");
    near.socket.destroy();
  });

  test("takes what it can of much, and says when it has room again", async () => {
    const { near, far } = await connected();
    const much = Buffer.alloc(32 * 1024 * 1024, "redes!");
    near.send(much);
    await far.until(() => far.bytes.length >= much.length);
    expect(far.bytes.equals(much)).toBe(true);
    near.socket.destroy();
  });

  test("holds the other end back while it is paused", async () => {
    const { near, far } = await connected();
    far.socket.pause();
    const block = Buffer.alloc(1024 * 1024);
    let sent = 0;
    for (let taken = block.length; taken > 0; sent += taken) taken = near.socket.write(block);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(far.chunks).toEqual([]);
    far.socket.resume();
    await far.until(() => far.bytes.length === sent);
    near.socket.destroy();
  });

  test("delivers a last message before the end", async () => {
    const { near, far } = await connected();
    near.send(Buffer.from("bye"));
    near.socket.shutdown();
    await far.until(() => far.ends.length > 0);
    expect(far.bytes.toString()).toBe("bye");
    await near.until(() => near.ends.length > 0);
  });

  test("tells each end once that it is over, whoever ends it", async () => {
    const { near, far } = await connected();
    near.socket.destroy();
    near.socket.destroy();
    await far.until(() => far.ends.length > 0);
    expect(near.ends).toEqual([null]);
    expect(far.ends).toHaveLength(1);
    expect(near.socket.write(Buffer.from("x"))).toBe(0);
    expect(far.socket.write(Buffer.from("x"))).toBe(0);
  });

  test("ends a connection whose handler throws", async () => {
    const thrown = Promise.withResolvers<Error | null>();
    const listener = network.listen({ host: HOST, port: 0 }, () => ({
      data() {
        throw new Error("a mistake");
      },
      drained() {},
      closed: thrown.resolve,
    }));
    listeners.push(listener);
    let near: Peer | undefined;
    await network.connect({ host: HOST, port: listener.port }, (socket) => {
      near = new Peer(socket);
      return near;
    });
    near?.send(Buffer.from("x"));
    expect((await thrown.promise)?.message).toBe("a mistake");
    await near?.until(() => (near?.ends.length ?? 0) > 0);
  });

  test("stops listening and keeps what is connected", async () => {
    const { near, far } = await connected();
    const [listener] = listeners;
    listener?.stop();
    near.send(Buffer.from("still"));
    await far.until(() => far.bytes.toString() === "still");
    near.socket.destroy();
  });
});

describe("long payloads", () => {
  const FILE = Buffer.from(new Uint32Array(2 * 1024 * 1024).map((_, index) => index * 2654435761).buffer);

  function fileOf(bytes: Uint8Array): number {
    const path = join(temporaryFolder(), "file");
    writeFileSync(path, bytes);
    return openSync(path, "r");
  }

  test("a file goes out between other bytes, however slowly it is taken", async () => {
    const fd = fileOf(FILE);
    const { near, far } = await connected();
    far.socket.pause();
    near.send(Buffer.from("before"));
    let sent = near.socket.writeFile({ fd, position: 0, length: FILE.length });
    expect(sent).toBeLessThan(FILE.length);
    near.drained = () => {
      if (sent === FILE.length) return;
      sent += near.socket.writeFile({ fd, position: sent, length: FILE.length - sent });
      if (sent === FILE.length) near.send(Buffer.from("after"));
    };
    far.socket.resume();
    const whole = Buffer.concat([Buffer.from("before"), FILE, Buffer.from("after")]);
    await far.until(() => far.bytes.length >= whole.length);
    expect(far.bytes.equals(whole)).toBe(true);
    near.socket.destroy();
    closeSync(fd);
  });

  test("a file that is shorter than was promised", async () => {
    const fd = fileOf(Buffer.alloc(1000));
    const { near } = await connected();
    expect(() => near.socket.writeFile({ fd, position: 0, length: 1001 })).toThrow("shorter");
    near.socket.destroy();
    expect(near.socket.writeFile({ fd, position: 0, length: 1000 })).toBe(0);
    closeSync(fd);
  });

  test("bytes are put where they are wanted", async () => {
    const { near, far } = await connected();
    const place = Buffer.alloc(FILE.length);
    let filled = 0;
    let inPlace = 0;
    far.socket.pause();
    near.send(FILE);
    far.data = (bytes) => {
      if (bytes.buffer === place.buffer) inPlace += bytes.length;
      else place.set(bytes, filled);
      filled += bytes.length;
      far.wake();
    };
    far.room = () => (filled < place.length ? place.subarray(filled, filled + 100_000) : null);
    far.socket.resume();
    await far.until(() => filled === place.length);
    expect(place.equals(FILE)).toBe(true);
    expect(inPlace).toBeGreaterThan(0);
    near.socket.destroy();
  });
});

describe("what cannot be", () => {
  test("a port that is taken, an address that is not ours", () => {
    const nobody = { data() {}, drained() {}, closed() {} };
    const listener = network.listen({ host: HOST, port: 0 }, () => nobody);
    listeners.push(listener);
    const failure = (host: string, port: number) => {
      try {
        listeners.push(network.listen({ host, port }, () => nobody));
        return null;
      } catch (error) {
        return error instanceof ListenError ? error.failure : "another error";
      }
    };
    expect(failure(HOST, listener.port)).toBe("in-use");
    expect(failure("192.0.2.1", 0)).toBe("no-such-address");
  });

  test("a server that is not there", async () => {
    const listener = network.listen({ host: HOST, port: 0 }, () => ({ data() {}, drained() {}, closed() {} }));
    listener.stop();
    const refused = network.connect({ host: HOST, port: listener.port }, () => {
      throw new Error("attached");
    });
    const error = await refused.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ failure: "refused" });
  });

  test("a host that does not answer: the clock decides", async () => {
    const clock = new FakeClock();
    // 192.0.2.0/24 is for documentation: nobody has it.
    const silent = tcpNetwork(clock).connect({ host: "192.0.2.1", port: 9 }, () => {
      throw new Error("attached");
    });
    clock.advance(5000);
    const error = await silent.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectError);
  });
});
