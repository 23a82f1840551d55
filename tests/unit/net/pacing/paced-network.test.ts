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

test("a payload gathers in parts of a quantum while there is a limit, and whole where there is none", () => {
  const fixture = new Fixture(20 * KIB);
  const buffer = new Uint8Array(512 * KIB);
  let filled = 0;
  const gather = {
    nextBuffer: () => buffer.subarray(filled),
    bufferFilled: (count: number) => {
      filled += count;
    },
  };
  const { clock, limiter } = fixture;
  const told: string[] = [];
  const socket = { ...IDLE_SOCKET, pause: () => void told.push("pause"), resume: () => void told.push("resume") };
  let events: SocketEvents | null = null;
  const network = {
    listen: () => ({ port: 1, stop() {} }),
    connect: async (_address: unknown, attach: (socket: Socket) => SocketEvents) => {
      events = attach(socket);
    },
  };
  void pacedNetwork(network, { clock, allowance: () => limiter }).connect(
    ADDRESS,
    () => ({ data() {}, drained() {}, closed() {}, gather }),
    SERVER,
  );
  const { gather: paced } = events as unknown as Required<SocketEvents>;
  expect(paced?.nextBuffer()?.length).toBe(KIB);
  for (let turn = 0; turn < 5; turn++) paced?.bufferFilled(KIB);
  expect([filled, told.at(-1)]).toEqual([5 * KIB, "pause"]);
  clock.advance(1000);
  expect(told.at(-1)).toBe("resume");
  limiter.setRate(null);
  expect(paced?.nextBuffer()?.length).toBe(507 * KIB);
});

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
