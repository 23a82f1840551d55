import { expect, test } from "bun:test";
import { pacedNetwork } from "../../../../src/net/pacing/paced-network.ts";
import type { Socket, SocketEvents } from "../../../../src/net/transport/network.ts";
import { RateLimiter } from "../../../../src/platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";

const KIB = 1024;
const ADDRESS = { host: "s", port: 1 };
const SERVER = { role: "secondary", number: 1 } as const;

/** Receives from sources that send as fast as they can. */
class Fixture {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly limiter = new RateLimiter({ clock: this.clock, now: () => this.clock.now() }, new TokenBucket());
  readonly received: number[] = [];
  heldBack = 0;
  readonly ends: string[] = [];
  near: Socket | null = null;
  private far: Socket[] = [];

  constructor(rate: number | null) {
    this.limiter.setRate(rate);
    this.network.shape(ADDRESS, { latency: 1, chunk: 4 * KIB, buffer: 64 * 1024 * KIB });
    this.network.listen(ADDRESS, (socket) => {
      this.far.push(socket);
      return { data() {}, drained() {}, closed() {} };
    });
  }

  async connect(): Promise<void> {
    const { clock, limiter } = this;
    const paced = pacedNetwork(this.network, { clock, allowance: () => limiter });
    const place = this.received.push(0) - 1;
    const attach = (socket: Socket): SocketEvents => {
      this.near = socket;
      return {
        data: (bytes) => {
          this.received[place] = (this.received[place] ?? 0) + bytes.length;
        },
        drained() {},
        heldBack: () => {
          this.heldBack += 1;
        },
        closed: () => void this.ends.push("closed"),
      };
    };
    const connected = paced.connect(ADDRESS, attach, SERVER);
    clock.advance(10);
    await connected;
  }

  /** Of each source. */
  send(bytes: number): void {
    for (const socket of this.far) socket.write(new Uint8Array(bytes));
  }

  get sum(): number {
    return this.received.reduce((sum, bytes) => sum + bytes, 0);
  }
}

test("no more is read than is allowed, and no less", async () => {
  const fixture = new Fixture(100 * KIB);
  await fixture.connect();
  fixture.send(2000 * KIB);
  fixture.clock.advance(10_000);
  expect(fixture.sum / (1000 * KIB)).toBeGreaterThan(0.98);
  expect(fixture.sum).toBeLessThanOrEqual((1000 + 10 + 4) * KIB);
});

test("several sources share what is allowed", async () => {
  const fixture = new Fixture(100 * KIB);
  for (let source = 0; source < 5; source++) await fixture.connect();
  fixture.send(300 * KIB);
  fixture.clock.advance(10_000);
  expect(fixture.sum).toBeLessThanOrEqual((1000 + 10 + 5 * 4) * KIB);
  for (const bytes of fixture.received) expect(bytes / (200 * KIB)).toBeCloseTo(1, 1);
});

test("while a source is not read its owner is told again and again, and no longer", async () => {
  const fixture = new Fixture(KIB);
  await fixture.connect();
  fixture.send(32 * KIB);
  fixture.clock.advance(30_000);
  expect(fixture.heldBack).toBeGreaterThanOrEqual(28);
  fixture.clock.advance(10_000);
  const told = fixture.heldBack;
  fixture.clock.advance(60_000);
  expect(fixture.heldBack).toBe(told);
  expect(fixture.clock.pending).toBe(0);
});

test("when the limit is lifted all that waits comes at once", async () => {
  const fixture = new Fixture(KIB);
  await fixture.connect();
  fixture.send(1000 * KIB);
  fixture.clock.advance(1000);
  fixture.limiter.setRate(null);
  fixture.clock.advance(10);
  expect(fixture.sum).toBe(1000 * KIB);
});

test("nothing goes on for a connection that is over", async () => {
  const fixture = new Fixture(KIB);
  await fixture.connect();
  fixture.send(100 * KIB);
  fixture.clock.advance(1000);
  fixture.near?.destroy();
  expect(fixture.ends).toEqual(["closed"]);
  fixture.clock.advance(200_000);
  expect(fixture.clock.pending).toBe(0);
});

test("what comes though reading has stopped waits too: of many connections never more passes than the limit allows", () => {
  const rate = 2048 * KIB;
  const { limiter, clock } = new Fixture(rate);
  const buffer = new Uint8Array(512 * KIB);
  const CONNECTIONS = 30;
  let sum = 0;
  const wrong: number[] = [];
  const all = Array.from({ length: CONNECTIONS }, () => {
    let last = -1;
    return handFed(limiter, clock, {
      data(bytes) {
        sum += bytes.length;
        for (const value of [bytes[0] ?? 0, bytes.at(-1) ?? 0]) {
          if (value < last) wrong.push(value);
          last = value;
        }
      },
    });
  });
  for (const { events } of all) {
    // The network uses the same memory for all that it gives.
    for (let turn = 0; turn < 3; turn++) events.data(buffer.fill(turn));
  }
  expect(all.map(({ calls }) => calls.at(-1))).toEqual(all.map(() => "pause"));
  const sent = CONNECTIONS * 3 * buffer.length;
  for (let now = 0; sum < sent; now += 10, clock.advance(10)) {
    expect(sum).toBeLessThanOrEqual((rate * (now + 100)) / 1000);
    expect(now).toBeLessThan((1000 * sent) / rate + 100);
  }
  expect(wrong).toEqual([]);
  expect(all.map(({ calls }) => calls.at(-1))).toEqual(all.map(() => "resume"));
});

test("an end is told after what was sent before it, at once to who ends the connection, and never twice", () => {
  const { limiter, clock } = new Fixture(KIB);
  const told: string[] = [];
  const owner = {
    data: (bytes: Uint8Array) => void told.push(String(bytes.length)),
    closed: (error: Error | null) => void told.push(error?.message ?? "closed"),
  };
  const one = handFed(limiter, clock, owner);
  one.events.data(new Uint8Array(2 * KIB));
  one.events.closed(new Error("reset"));
  expect(told).toEqual([]);
  clock.advance(2000);
  expect(told).toEqual([`${KIB}`, `${KIB}`, "reset"]);
  for (const leave of ["destroy", "shutdown"] as const) {
    told.length = 0;
    const other = handFed(limiter, clock, owner);
    other.events.data(new Uint8Array(2 * KIB));
    other.events.closed(null);
    other.socket[leave]();
    other.socket.destroy();
    expect(told).toEqual(["closed"]);
  }
  clock.advance(10_000);
  expect(told).toEqual(["closed"]);
  expect(clock.pending).toBe(0);
});

test("an owner that wants nothing for a moment is given nothing, though it may pass", () => {
  const { limiter, clock } = new Fixture(10 * KIB);
  let given = 0;
  const { events, socket, calls } = handFed(limiter, clock, {
    data: (bytes) => {
      given += bytes.length;
      socket.pause();
    },
  });
  events.data(new Uint8Array(2 * KIB));
  clock.advance(1000);
  expect([given, calls.at(-1)]).toEqual([KIB, "pause"]);
  socket.resume();
  expect([given, calls.at(-1)]).toEqual([2 * KIB, "pause"]);
  socket.resume();
  expect(calls.at(-1)).toBe("resume");
});

test("a payload gathers in parts of a quantum while there is a limit, and whole where there is none", () => {
  const { limiter, clock } = new Fixture(20 * KIB);
  const buffer = new Uint8Array(512 * KIB);
  let filled = 0;
  const gather = {
    nextBuffer: () => buffer.subarray(filled),
    bufferFilled: (count: number) => {
      filled += count;
    },
  };
  const { events, calls } = handFed(limiter, clock, { buffered: gather });
  for (let turn = 0; turn < 5; turn++) {
    expect(events.buffered?.nextBuffer()?.length).toBe(KIB);
    events.buffered?.bufferFilled(KIB);
    expect([filled, calls.at(-1)]).toEqual([turn * KIB, "pause"]);
    clock.advance(50);
    expect([filled, calls.at(-1)]).toEqual([(turn + 1) * KIB, "resume"]);
  }
  // A network that has read more already finds no place for it among what is held.
  events.buffered?.bufferFilled(KIB);
  expect(events.buffered?.nextBuffer()).toBeNull();
  limiter.setRate(null);
  expect(filled).toBe(6 * KIB);
  expect(events.buffered?.nextBuffer()?.length).toBe(506 * KIB);
  events.buffered?.bufferFilled(506 * KIB);
  expect([filled, calls.at(-1)]).toEqual([512 * KIB, "resume"]);
});

test("a paced connection tells of the line below it", () => {
  const clock = new FakeClock();
  const told = { acknowledged: 1, rtt: 2, leastRtt: 3, sinceArrival: 4 };
  const limiter = new RateLimiter({ clock, now: () => clock.now() }, new TokenBucket());
  expect(handFed(limiter, clock, {}, { ...IDLE_SOCKET, progress: () => told }).socket.progress?.()).toBe(told);
  expect(handFed(limiter, clock, {}).socket.progress?.()).toBeNull();
});

/** A connection through a paced network, with the test at the other end. `calls`: what its socket was told. */
function handFed(limiter: RateLimiter, clock: FakeClock, owner: Partial<SocketEvents>, line = IDLE_SOCKET) {
  const calls: string[] = [];
  const inner: Socket = {
    ...line,
    pause: () => void calls.push("pause"),
    resume: () => void calls.push("resume"),
  };
  let socket = inner;
  let events = IDLE_OWNER;
  const network = {
    listen: () => ({ port: 1, stop() {} }),
    connect: async (_address: unknown, attach: (socket: Socket) => SocketEvents) => {
      events = attach(inner);
    },
  };
  const attach = (given: Socket): SocketEvents => {
    socket = given;
    return { ...IDLE_OWNER, ...owner };
  };
  void pacedNetwork(network, { clock, allowance: () => limiter }).connect(ADDRESS, attach, SERVER);
  return { events, socket, calls };
}

const IDLE_OWNER: SocketEvents = { data() {}, drained() {}, closed() {} };

const IDLE_SOCKET: Socket = {
  remoteHost: "s",
  remotePeer: null,
  write: (bytes) => bytes.length,
  writeFile: ({ length }) => length,
  pause() {},
  resume() {},
  shutdown() {},
  destroy() {},
};
