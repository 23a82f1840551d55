import { afterEach, describe, expect, test } from "bun:test";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BufferedReceiver,
  ConnectError,
  ListenError,
  type Listener,
  type Socket,
  type SocketEvents,
} from "../../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const network = tcpNetwork(systemClock);
const HOST = "127.0.0.1";
const MIB = 1024 * 1024;
const listeners: Listener[] = [];

afterEach(() => {
  for (const listener of listeners.splice(0)) listener.stop();
});

/** One end of a real connection. */
class Peer implements SocketEvents {
  readonly chunks: Uint8Array[] = [];
  readonly ends: (Error | null)[] = [];
  wake: () => void = () => {};
  buffered?: BufferedReceiver;
  private pending: Uint8Array | null = null;

  constructor(readonly socket: Socket) {}

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  data(bytes: Uint8Array): void {
    this.chunks.push(new Uint8Array(bytes));
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

/** Where somebody may connect to, and the end of that connection here. */
function accepting(): { port: number; accepted: Promise<Peer> } {
  const { promise, resolve } = Promise.withResolvers<Peer>();
  const listener = network.listen({ host: HOST, port: 0 }, (socket) => {
    const peer = new Peer(socket);
    resolve(peer);
    return peer;
  });
  listeners.push(listener);
  return { port: listener.port, accepted: promise };
}

/** A connection over loopback. */
async function connected(): Promise<{ near: Peer; far: Peer }> {
  const { port, accepted } = accepting();
  let near: Peer | undefined;
  await network.connect(
    { host: HOST, port },
    (socket) => {
      near = new Peer(socket);
      return near;
    },
    { role: "central" },
  );
  if (!near) throw new Error("resolved without a connection");
  return { near, far: await accepted };
}

describe("TCP", () => {
  test("frees the memory of what has come as soon as it was given", async () => {
    const { near, far } = await connected();
    const seen: { bytes: Uint8Array; length: number }[] = [];
    let total = 0;
    far.data = (bytes) => {
      seen.push({ bytes, length: bytes.length });
      total += bytes.length;
      far.wake();
    };
    near.send(new Uint8Array(100_000));
    await far.until(() => total === 100_000);
    const long = seen.filter(({ length }) => length >= 4096);
    expect(long.length).toBeGreaterThan(0);
    expect(long.map(({ bytes }) => bytes.length)).toEqual(long.map(() => 0));
  });

  test("carries bytes both ways, and tells who is there", async () => {
    const { near, far } = await connected();
    expect(far.socket.remoteHost).toBe(HOST);
    expect(far.socket.isSameMachine).toBe(true);
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

  /** Counts what comes, and keeps nothing of it. */
  function counting(far: Peer): { total: number } {
    const count = { total: 0 };
    far.data = (bytes) => {
      count.total += bytes.length;
      far.wake();
    };
    return count;
  }

  test("tells for how long what has come waits to be read", async () => {
    const { near, far } = await connected();
    far.socket.pause();
    const waited = () => far.socket.progress?.()?.sinceArrival ?? Number.NaN;
    // Before anything has come, it is the time since the connection was made.
    near.send(new Uint8Array(100));
    while (waited() < 100) await Bun.sleep(1);
    while (waited() >= 100) {
      near.send(new Uint8Array(100));
      await Bun.sleep(1);
    }
    expect(waited()).toBeGreaterThanOrEqual(0);
    near.socket.destroy();
  });

  test("tells how much the other end has confirmed, and how long that takes", async () => {
    const { near, far } = await connected();
    const came = counting(far);
    near.send(new Uint8Array(MIB));
    await far.until(() => came.total === MIB);
    // The kernel confirms it in its own time.
    let progress = near.socket.progress?.();
    while (progress && progress.acknowledged < MIB) {
      await Bun.sleep(1);
      progress = near.socket.progress?.();
    }
    expect(progress?.acknowledged).toBeGreaterThanOrEqual(MIB);
    expect(progress?.leastRtt).toBeGreaterThan(0);
    expect(progress?.rtt).toBeGreaterThanOrEqual(progress?.leastRtt ?? Number.POSITIVE_INFINITY);
    near.socket.destroy();
    expect(near.socket.progress?.()).toBeNull();
  });

  test("sends no faster than it may, until it may again", async () => {
    const { near, far } = await connected();
    const came = counting(far);
    near.socket.limitSending?.(4 * MIB);
    const began = performance.now();
    near.send(new Uint8Array(2 * MIB));
    await far.until(() => came.total === 2 * MIB);
    // The kernel sends a little at once.
    expect(performance.now() - began).toBeGreaterThan(200);
    near.socket.limitSending?.(1);
    near.socket.limitSending?.(null);
    // By the limit before it would take weeks.
    near.send(new Uint8Array(2 * MIB));
    await far.until(() => came.total === 4 * MIB);
    near.socket.destroy();
    near.socket.limitSending?.(1);
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
    await network.connect(
      { host: HOST, port: listener.port },
      (socket) => {
        near = new Peer(socket);
        return near;
      },
      { role: "central" },
    );
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

describe("localhost", () => {
  const nobody = () => ({ data() {}, drained() {}, closed() {} });

  test.each([0, 1])("is listened on in both families, at one port (%p)", async (chosen) => {
    const first = network.listen({ host: "localhost", port: 0 }, nobody);
    if (chosen === 1) first.stop();
    const listener = chosen === 0 ? first : network.listen({ host: "localhost", port: first.port }, nobody);
    listeners.push(listener);
    for (const host of ["127.0.0.1", "::1", "localhost"]) {
      await network.connect({ host, port: listener.port }, nobody, { role: "central" });
    }
  });

  test("a port that one family has not free is in use, and nothing is kept of the other", () => {
    const six = network.listen({ host: "::1", port: 0 }, nobody);
    listeners.push(six);
    expect(() => network.listen({ host: "localhost", port: six.port }, nobody)).toThrow(
      "another program listens there",
    );
    listeners.push(network.listen({ host: "127.0.0.1", port: six.port }, nobody));
  });
});

const alone = Bun.spawnSync(["unshare", "--net", "true"]).exitCode === 0;

test.skipIf(!alone).each(["127.0.0.1", "::1", "localhost"])("nobody connects to oneself at %s", async (host) => {
  const script = join(import.meta.dir, "../../../support/connect-to-oneself.ts");
  const setUp = "ip link set lo up && echo 45000 45001 > /proc/sys/net/ipv4/ip_local_port_range";
  const line = `${setUp} && exec "$0" "$1" ${host} 45000 20`;
  const child = Bun.spawn(["unshare", "--net", "bash", "-c", line, process.execPath, script], { stdout: "pipe" });
  const lines = (await new Response(child.stdout).text()).trim().split("\n");
  expect(new Set(lines)).toEqual(new Set(["refused", "listened"]));
  expect(lines).toHaveLength(21);
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
    const { port, accepted } = accepting();
    const whole = Buffer.concat([Buffer.from("before"), FILE, Buffer.from("after")]);
    const taken: Buffer[] = [];
    const all = Promise.withResolvers<void>();
    const far = await Bun.connect({
      hostname: HOST,
      port,
      socket: {
        open: (socket) => void socket.pause(),
        data(_socket, bytes) {
          taken.push(Buffer.from(bytes));
          if (Buffer.concat(taken).length >= whole.length) all.resolve();
        },
      },
    });
    const near = await accepted;
    near.send(Buffer.from("before"));
    let sent = near.socket.writeFile({ fd, position: 0, length: FILE.length });
    expect(sent).toBeLessThan(FILE.length);
    near.drained = () => {
      if (sent === FILE.length) return;
      sent += near.socket.writeFile({ fd, position: sent, length: FILE.length - sent });
      if (sent === FILE.length) near.send(Buffer.from("after"));
    };
    far.resume();
    await all.promise;
    expect(Buffer.concat(taken).equals(whole)).toBe(true);
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

  /** Gathers what comes in one place, which it asks for in parts. */
  function gathering(far: Peer, length = FILE.length) {
    const place = Buffer.alloc(length);
    const counts = { filled: 0, direct: 0 };
    far.data = (bytes) => {
      place.set(bytes, counts.filled);
      counts.filled += bytes.length;
      far.wake();
    };
    far.buffered = {
      nextBuffer: () => (counts.filled < length ? place.subarray(counts.filled, counts.filled + 100_000) : null),
      bufferFilled(count) {
        counts.direct += count;
        counts.filled += count;
        far.wake();
      },
    };
    return { place, counts };
  }

  test("bytes are put where they are wanted", async () => {
    const { near, far } = await connected();
    const { place, counts } = gathering(far);
    near.send(FILE);
    await far.until(() => counts.filled === place.length);
    expect(place.equals(FILE)).toBe(true);
    expect(counts.direct).toBeGreaterThan(0);
    near.socket.destroy();
    await far.until(() => far.ends.length > 0);
    expect(far.ends).toHaveLength(1);
  });

  test("an end in the middle", async () => {
    const { near, far } = await connected();
    const { place, counts } = gathering(far, FILE.length + 1_000_000);
    near.send(FILE);
    await far.until(() => counts.filled === FILE.length);
    near.socket.shutdown();
    await far.until(() => far.ends.length > 0);
    expect(far.ends).toEqual([null]);
    expect(place.subarray(0, FILE.length).equals(FILE)).toBe(true);
  });

  test("a handler that throws where bytes were put, one that ends the connection there", async () => {
    for (const end of ["throws", "destroys"]) {
      const { near, far } = await connected();
      gathering(far);
      const { nextBuffer = () => null } = far.buffered ?? {};
      const bufferFilled = () => {
        if (end === "destroys") return far.socket.destroy();
        throw new Error("a mistake");
      };
      far.buffered = { nextBuffer, bufferFilled };
      near.send(FILE);
      await far.until(() => far.ends.length > 0);
      await near.until(() => near.ends.length > 0);
      expect(far.ends.map((error) => error?.message ?? null)).toEqual([end === "throws" ? "a mistake" : null]);
    }
  });

  test("what comes after a long payload, and much later", async () => {
    const { near, far } = await connected();
    const { place, counts } = gathering(far);
    near.send(FILE);
    await far.until(() => counts.filled === place.length);
    far.data = (bytes) => {
      far.chunks.push(bytes.slice());
      far.wake();
    };
    for (const text of ["a", "b", "c"]) {
      near.send(Buffer.from(text.repeat(300)));
      await far.until(() => far.bytes.toString().endsWith(text) && far.bytes.length % 300 === 0);
    }
    expect(far.bytes.toString()).toBe("a".repeat(300) + "b".repeat(300) + "c".repeat(300));
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
    const refused = network.connect(
      { host: HOST, port: listener.port },
      () => {
        throw new Error("attached");
      },
      { role: "central" },
    );
    const error = await refused.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ failure: "refused" });
  });

  test("a host that does not answer: the clock decides", async () => {
    const clock = new FakeClock();
    // 192.0.2.0/24 is for documentation: nobody has it.
    const silent = tcpNetwork(clock).connect(
      { host: "192.0.2.1", port: 9 },
      () => {
        throw new Error("attached");
      },
      { role: "central" },
    );
    clock.advance(5000);
    const error = await silent.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConnectError);
  });
});
