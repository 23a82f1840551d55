import { describe, expect, test } from "bun:test";
import type { Channel, CloseReason } from "../../../../../src/net/session/channel.ts";
import { ServerLoad } from "../../../../../src/net/session/fairness/server-load.ts";
import { openChannel } from "../../../../../src/net/session/open-channel.ts";
import type { Socket } from "../../../../../src/net/transport/network.ts";
import { encode } from "../../../../../src/protocol/codec.ts";
import { type Message, PROTOCOL_VERSION } from "../../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../../support/fake-network.ts";

const PLACE = { host: "server", port: 1 };
const HEARTBEAT = { pingAfterMs: 5000, deadAfterMs: 20_000 };
const MIB = 1024 * 1024;
const HELLO = encode({ type: "hello", version: PROTOCOL_VERSION, role: "client" });

/** What a client has said and heard, whose socket reads when it is told to. */
class RawClient {
  readonly heard: Uint8Array[] = [];
  over = false;
  socket: Socket | null = null;
  private unsent = new Uint8Array(0);

  /** Sends all of it, as fast as the network takes it. */
  send(bytes: Uint8Array): void {
    this.unsent = new Uint8Array(Buffer.concat([this.unsent, bytes]));
    this.drained();
  }

  drained(): void {
    this.unsent = this.unsent.slice(this.socket?.write(this.unsent) ?? 0);
  }

  data(bytes: Uint8Array): void {
    this.heard.push(bytes.slice());
  }

  closed(): void {
    this.over = true;
  }
}

/** A server that counts what comes. */
class Server {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly load = new ServerLoad(this.clock);
  readonly channels: Channel[] = [];
  readonly ends: CloseReason[] = [];
  messages = 0;

  constructor() {
    this.network.listen(PLACE, (socket) => {
      const message = () => {
        this.messages += 1;
      };
      const handler = { message, closed: (reason: CloseReason) => void this.ends.push(reason) };
      const options = { clock: this.clock, role: "secondary", side: "accepts", heartbeat: HEARTBEAT } as const;
      const channel = openChannel(socket, { ...options, load: this.load }, handler);
      this.channels.push(channel);
      return channel.socketEvents;
    });
  }

  /** A client that has greeted. */
  client(): RawClient {
    const client = new RawClient();
    void this.network.connect(PLACE, (socket) => {
      client.socket = socket;
      return client;
    });
    this.clock.advance(2);
    client.send(HELLO);
    this.clock.advance(5);
    return client;
  }
}

const PIECE = encode({ type: "piece", request: 1, id: "a".repeat(64), piece: 1 });
const CANCEL = encode({ type: "cancel", request: 7 });
const many = (frame: Uint8Array, count: number) => Buffer.concat(Array.from({ length: count }, () => frame));

describe("a flood of messages", () => {
  test("is slowed, loses nothing, and leaves others as they were", () => {
    const server = new Server();
    const flooder = server.client();
    const other = server.client();
    flooder.send(many(CANCEL, 100_000));
    server.clock.advance(1000);
    expect(server.messages).toBeWithin(20_000, 31_000);

    const heard = other.heard.length;
    other.send(encode({ type: "ping" }));
    server.clock.advance(3);
    expect(other.heard.length).toBe(heard + 1);
    server.clock.advance(10_000);
    expect(server.messages).toBe(100_000);
    expect(server.ends).toEqual([]);
  });

  test("is no silence: who is slowed for long is not given up", () => {
    const server = new Server();
    const flooder = server.client();
    flooder.send(many(CANCEL, 250_000));
    server.clock.advance(25_000);
    expect(server.ends.map(({ cause }) => cause)).not.toContain("silent");
    expect(server.messages).toBe(250_000);
  });
});

/** A session of a server with a peer that reads when it is told to. Each `piece` is answered with 64 KiB. */
class Session {
  readonly channel: Channel;
  readonly ends: CloseReason[] = [];
  answered = 0;
  paused = false;
  /** Bytes that the peer will still read. */
  room = Number.POSITIVE_INFINITY;

  constructor(
    readonly clock: FakeClock,
    load: ServerLoad,
  ) {
    const socket: Socket = {
      ...{ remoteHost: "h", remotePeer: null, writeFile: () => 0, shutdown() {}, destroy() {} },
      write: ({ length }) => {
        const taken = Math.min(length, this.room);
        this.room -= taken;
        return taken;
      },
      pause: () => {
        this.paused = true;
      },
      resume: () => {
        this.paused = false;
      },
    };
    const options = { clock, role: "secondary", side: "accepts", heartbeat: HEARTBEAT, load } as const;
    const message = ({ type }: Message) => {
      if (type !== "piece") return;
      this.answered += 1;
      this.channel.send({ type: "block", request: 1, payload: ANSWER.length }, ANSWER);
    };
    this.channel = openChannel(socket, options, { message, closed: (reason) => void this.ends.push(reason) });
    this.channel.socketEvents.data(HELLO);
    this.room = 0;
  }

  /** The bytes are there until they are dealt with, as in a network. */
  sends(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes);
    this.channel.socketEvents.data(buffer);
    buffer.fill(0);
  }

  reads(bytes: number): void {
    this.room = bytes;
    this.channel.socketEvents.drained();
  }
}

/** Lets time pass, in which the peers show that they are there, where they are listened to. */
function pass(clock: FakeClock, sessions: readonly Session[], ms: number): void {
  for (let passed = 0; passed < ms; passed += 1000) {
    for (const { paused, channel } of sessions) if (!paused) channel.socketEvents.data(PONG);
    clock.advance(1000);
  }
}

const PONG = encode({ type: "pong" });
const ANSWER = new Uint8Array(64 * 1024);

describe("a peer that does not read the answers", () => {
  test("is not read any more, so that little waits for it, and has all of them when it reads", async () => {
    const clock = new FakeClock();
    const session = new Session(clock, new ServerLoad(clock));
    session.sends(many(PIECE, 1000));
    pass(clock, [session], 60_000);
    expect(session.paused).toBe(true);
    expect(session.channel.backlog).toBeWithin(2 * MIB, 2 * MIB + 128 * 1024);
    expect(session.answered).toBe(33);

    for (let reads = 0; reads < 200; reads++) {
      session.reads(MIB);
      await Bun.sleep(0);
      pass(clock, [session], 1000);
    }
    expect([session.answered, session.paused, session.channel.backlog]).toEqual([1000, false, 0]);
    expect(session.ends).toEqual([]);
  });

  test("is given up when it has read nothing for five minutes, and not when it reads a little now and then", () => {
    const clock = new FakeClock();
    const load = new ServerLoad(clock);
    const [stuck, slow] = [new Session(clock, load), new Session(clock, load)];
    for (const { channel } of [stuck, slow]) channel.socketEvents.data(PIECE);
    for (let minute = 1; minute <= 10; minute++) {
      pass(clock, [stuck, slow], 60_000);
      slow.reads(100);
      const causes = [stuck, slow].map(({ ends }) => ends.map(({ cause }) => cause));
      expect({ minute, causes }).toEqual({ minute, causes: [minute < 6 ? [] : ["slow"], []] });
    }
  });

  test("must go when too much waits in all, for whom more than a share of it waits", () => {
    const clock = new FakeClock();
    const load = new ServerLoad(clock);
    const modest = new Session(clock, load);
    modest.channel.socketEvents.data(many(PIECE, 3));
    const sessions = Array.from({ length: 200 }, () => new Session(clock, load));
    for (const { channel } of sessions) channel.socketEvents.data(many(PIECE, 31));
    const waiting = sessions.reduce((sum, { channel }) => sum + channel.backlog, 0);
    expect(waiting).toBeLessThan(260 * MIB);
    expect(sessions.some(({ ends }) => ends.some(({ cause }) => cause === "slow"))).toBe(true);
    modest.channel.socketEvents.data(PIECE);
    expect(modest.ends).toEqual([]);
  });

  test("is not counted any more once its connection is over, though it never read the last message", () => {
    const clock = new FakeClock();
    const load = new ServerLoad(clock);
    for (let round = 0; round < 3; round++) {
      const sessions = Array.from({ length: 100 }, () => new Session(clock, load));
      for (const { channel } of sessions) channel.socketEvents.data(many(PIECE, 31));
      expect(sessions.flatMap(({ ends }) => ends)).toEqual([]);
      for (const { channel } of sessions) channel.fail("stopping", "the server is stopping");
      for (const { channel } of sessions) channel.socketEvents.closed(null);
    }
  });
});

test("a header that does not come whole within a minute ends its session", () => {
  const clock = new FakeClock();
  const session = new Session(clock, new ServerLoad(clock));
  for (let sent = 0; sent < 8; sent++) {
    session.channel.socketEvents.data(PIECE.subarray(sent, sent + 1));
    clock.advance(7000);
  }
  expect(session.ends).toEqual([]);
  session.channel.socketEvents.data(PIECE.subarray(8, 9));
  clock.advance(10_000);
  expect(session.ends.map(({ cause }) => cause)).toEqual(["protocol"]);
});
