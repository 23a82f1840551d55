import { describe, expect, test } from "bun:test";
import { openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Packr } from "msgpackr/pack";
import type { Channel, ChannelHandler, CloseReason } from "../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import type { Socket, SocketEvents } from "../../../../src/net/transport/network.ts";
import type { Clock } from "../../../../src/platform/clock.ts";
import { encode } from "../../../../src/protocol/codec.ts";
import { MAX_SMALL_HEADER_BYTES } from "../../../../src/protocol/limits.ts";
import { type Message, PROTOCOL_VERSION } from "../../../../src/protocol/messages/messages.ts";
import type { Role } from "../../../../src/protocol/messages/session.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork, type LineOptions } from "../../../support/fake-network.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { decodeParts } from "../../../support/frame-log.ts";
import { inEnglish } from "../../../support/in-english.ts";

const PLACE = { host: "server", port: 1 };
const HEARTBEAT = { pingAfterMs: 1000, deadAfterMs: 4000 };
const ID = "a".repeat(64);

/** Writes down what a channel tells. */
class RecordingHandler implements ChannelHandler {
  readonly messages: { message: Message; payload: Uint8Array }[] = [];
  readonly blocks: { request: number; bytes: Uint8Array; left: number }[] = [];
  readonly ends: CloseReason[] = [];
  peer: Role | null = null;
  drains = 0;
  /** Of the side that accepts, in a raw connection. */
  channel: Channel | null = null;

  greeted(peer: Role): void {
    this.peer = peer;
  }
  message(message: Message, payload: Uint8Array): void {
    this.messages.push({ message, payload });
  }
  block({ request }: { request: number }, bytes: Uint8Array, left: number): void {
    this.blocks.push({ request, bytes: bytes.slice(), left });
  }
  drained(): void {
    this.drains += 1;
  }
  closed(reason: CloseReason): void {
    this.ends.push(reason);
  }
}

interface Pair {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  readonly near: Channel;
  readonly far: Channel;
  readonly nearEvents: RecordingHandler;
  readonly farEvents: RecordingHandler;
}

/** Two connected channels, before the greeting. */
function pair(nearRole: Role, farRole: Role, line: Partial<LineOptions> = {}, wrap = (clock: Clock) => clock): Pair {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  network.shape(PLACE, line);
  const nearEvents = new RecordingHandler();
  const farEvents = new RecordingHandler();
  const channels: Channel[] = [];
  const expected = { role: farRole === "central" ? "central" : "secondary", address: PLACE } as const;
  const make = (role: Role, side: "connects" | "accepts", events: RecordingHandler) => (socket: Socket) => {
    const common = { clock: wrap(clock), role, heartbeat: HEARTBEAT };
    const channel = openChannel(
      socket,
      side === "accepts" ? { ...common, side } : { ...common, side, expected },
      events,
    );
    channels.push(channel);
    return channel.socketEvents;
  };
  network.listen(PLACE, make(farRole, "accepts", farEvents));
  void network.connect(PLACE, make(nearRole, "connects", nearEvents));
  clock.advance(2 * (line.latency ?? 1));
  const [far, near] = channels;
  if (!near || !far) throw new Error("not connected");
  return { clock, network, near, far, nearEvents, farEvents };
}

/** The same, greeted. */
function greeted(nearRole: Role, farRole: Role, line: Partial<LineOptions> = {}): Pair {
  const made = pair(nearRole, farRole, line);
  made.clock.advance(50);
  return made;
}

interface Raw {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  readonly events: RecordingHandler;
  readonly socket: Socket;
  /** What the channel has sent. */
  readonly received: Uint8Array[];
  readonly over: () => boolean;
}

/** A channel that accepts, and the bare socket of the connecting side. */
function raw(role: Role, heartbeat = HEARTBEAT): Raw {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  const events = new RecordingHandler();
  network.listen(PLACE, (socket) => {
    events.channel = openChannel(socket, { clock, role, side: "accepts", heartbeat }, events);
    return events.channel.socketEvents;
  });
  let near: Socket | undefined;
  let over = false;
  const received: Uint8Array[] = [];
  const socketEvents: SocketEvents = {
    data: (bytes) => received.push(bytes),
    drained() {},
    closed: () => {
      over = true;
    },
  };
  void network.connect(PLACE, (socket) => {
    near = socket;
    return socketEvents;
  });
  clock.advance(2);
  if (!near) throw new Error("not connected");
  return { clock, network, events, socket: near, received, over: () => over };
}

function packed(header: unknown): Uint8Array {
  const bytes = new Packr({ useRecords: false, variableMapSize: true }).pack(header);
  const prefix = new Uint8Array(4);
  new DataView(prefix.buffer).setUint32(0, bytes.length);
  return Buffer.concat([prefix, bytes]);
}

describe("a file as a payload", () => {
  const bytes = Buffer.alloc(1024 * 1024, "piece of a file, ");
  const folder = temporaryFolder();
  writeFileSync(join(folder, "file"), bytes);
  const fd = openSync(join(folder, "file"), "r");
  const slow = { rate: 1000, buffer: 100_000, chunk: 10_000 };

  test("goes out whole and in its place, as fast as the network takes it", () => {
    const { clock, far, nearEvents, farEvents } = greeted("client", "secondary", slow);
    far.send({ type: "block", request: 1, payload: 500_000 }, { fd, position: 17, length: 500_000 });
    far.send({ type: "refusal", request: 2, code: "not-held", message: "no" });
    expect(far.backlog).toBeGreaterThan(400_000);
    clock.advance(1000);
    expect(far.backlog).toBe(0);
    expect(farEvents.drains).toBe(1);
    expect(Buffer.concat(nearEvents.blocks.map((block) => block.bytes)).equals(bytes.subarray(17, 500_017))).toBe(true);
    expect(nearEvents.messages.map(({ message }) => message.type)).toEqual(["refusal"]);
  });

  test("that turns out shorter ends the session, for nothing else could follow its header", () => {
    const { clock, far, farEvents, nearEvents } = greeted("client", "secondary");
    far.send({ type: "block", request: 1, payload: 1000 }, { fd, position: bytes.length - 999, length: 1000 });
    clock.advance(100);
    expect(inEnglish(farEvents.ends)).toMatchObject([
      { cause: "lost", message: "a file cannot be sent: it has become shorter" },
    ]);
    expect(nearEvents.ends).toMatchObject([{ cause: "lost" }]);
  });

  test("is not read any more once the session is over, though a farewell would still wait for its turn", () => {
    const { clock, far, nearEvents } = greeted("client", "secondary", slow);
    far.send({ type: "block", request: 1, payload: 500_000 }, { fd, position: 0, length: 500_000 });
    far.fail("stopping", "this secondary is stopping");
    expect(far.backlog).toBe(0);
    clock.advance(1000);
    expect(nearEvents.ends).toMatchObject([{ cause: "lost" }]);
  });
});

describe("the greeting", () => {
  test("tells both ends who the other is, and the state that follows", () => {
    const data = greeted("client", "secondary");
    expect([data.nearEvents.peer, data.farEvents.peer]).toEqual(["secondary", "client"]);
    expect([data.near.state, data.far.state]).toEqual(["open", "open"]);
    const client = greeted("client", "central");
    expect([client.near.state, client.far.state]).toEqual(["joining", "joining"]);
    client.near.markJoined();
    expect(client.near.state).toBe("open");
    // It sends a file, as clients do, and takes no place there.
    const sending = greeted("central", "secondary");
    expect([sending.near.state, sending.far.state]).toEqual(["open", "open"]);
    sending.near.send({ type: "fetch", batch: 1, files: [] } as never);
    sending.clock.advance(100);
    expect(sending.farEvents.ends).toMatchObject([{ cause: "protocol" }]);
  });

  test("must come in five seconds", () => {
    const { clock, events, over } = raw("central", { pingAfterMs: 5000, deadAfterMs: 20_000 });
    clock.advance(4900);
    expect(events.ends).toEqual([]);
    clock.advance(200);
    expect(events.ends).toEqual([{ cause: "silent", message: "no greeting came" }]);
    expect(over()).toBe(true);
  });

  test("has the five seconds together with the handshake that came before it", () => {
    const clock = new FakeClock();
    const events = new RecordingHandler();
    const idle = { pause() {}, resume() {}, shutdown() {}, destroy() {} };
    const socket = { remoteHost: "h", remotePeer: null, write: () => 0, writeFile: () => 0, ...idle };
    const acceptedAt = clock.now() - 3000;
    openChannel({ ...socket, acceptedAt }, { clock, role: "central", side: "accepts", heartbeat: HEARTBEAT }, events);
    clock.advance(1900);
    expect(events.ends).toEqual([]);
    clock.advance(200);
    expect(events.ends).toEqual([{ cause: "silent", message: "no greeting came" }]);
  });

  test("in another version is answered with the versions that are spoken", () => {
    const { clock, events, socket, received, over } = raw("central");
    socket.write(packed({ type: "hello", version: PROTOCOL_VERSION + 1, role: "client" }));
    clock.advance(10);
    const answers = decodeParts(received).map(({ message }) => message);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ type: "error", code: "version" });
    expect(answers[0]).toHaveProperty("message", expect.stringContaining(`only ${PROTOCOL_VERSION}`));
    expect(events.ends.map(({ cause }) => cause)).toEqual(["protocol"]);
    clock.advance(2000);
    expect(over()).toBe(true);
  });

  test("is not between those who have nothing to say to each other", () => {
    for (const [near, far] of [
      ["client", "client"],
      ["secondary", "client"],
      ["central", "client"],
      ["central", "central"],
    ] as const) {
      const { nearEvents, farEvents } = greeted(near, far);
      expect(farEvents.ends.map(({ cause }) => cause)).toEqual(["protocol"]);
      expect(nearEvents.ends.map(({ error }) => error?.code)).toEqual(["protocol"]);
    }
  });

  test("comes once and first", () => {
    for (const early of [
      { type: "ping" },
      { type: "list", request: 1, after: null },
      { type: "welcome", version: PROTOCOL_VERSION, role: "central" },
    ]) {
      const { clock, events, socket } = raw("central");
      socket.write(packed(early));
      clock.advance(10);
      expect(events.ends.map(({ cause }) => cause)).toEqual(["protocol"]);
    }
    const { clock, events, socket } = raw("central");
    socket.write(packed({ type: "hello", version: PROTOCOL_VERSION, role: "client" }));
    socket.write(packed({ type: "hello", version: PROTOCOL_VERSION, role: "client" }));
    clock.advance(10);
    expect(events.ends.map(({ cause }) => cause)).toEqual(["protocol"]);
  });
});

describe("what breaks the protocol ends the session and is named", () => {
  const cases: [string, Uint8Array][] = [
    ["a message for others", encode({ type: "registered", epoch: "0".repeat(32), seen: "127.0.0.1", urlKey: null })],
    ["a message in the wrong state", encode({ type: "list", request: 1, after: null })],
    ["a wrong field", packed({ type: "enter", name: 7 })],
    ["an unknown type", packed({ type: "dance" })],
    ["garbage", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
    ["a header that is too long", new Uint8Array([0xff, 0xff, 0xff, 0xff])],
  ];
  test.each(cases)("%s", (_what, bytes) => {
    const { clock, events, socket, received } = raw("central");
    socket.write(encode({ type: "hello", version: PROTOCOL_VERSION, role: "client" }));
    clock.advance(10);
    socket.write(bytes);
    // Nothing after it counts.
    socket.write(encode({ type: "enter", name: "late" }));
    clock.advance(10);
    expect(events.ends.map(({ cause }) => cause)).toEqual(["protocol"]);
    expect(events.messages).toEqual([]);
    const answers = decodeParts(received).map(({ message }) => message);
    expect(answers.map(({ type }) => type)).toEqual(["welcome", "error"]);
    expect(answers[1]).toMatchObject({ code: "protocol" });
  });

  test("a server takes long headers from registered secondaries alone", () => {
    const length = MAX_SMALL_HEADER_BYTES + 1;
    const long = new Uint8Array([0, 0, length >> 8, length & 255]);
    const takes = (role: Role, from: Role, greets = true) => {
      const { clock, events, socket } = raw(role);
      if (greets) socket.write(encode({ type: "hello", version: PROTOCOL_VERSION, role: from }));
      clock.advance(10);
      events.channel?.markJoined();
      socket.write(long);
      clock.advance(10);
      return events.ends.length === 0;
    };
    expect(takes("central", "secondary")).toBe(true);
    expect(takes("central", "secondary", false)).toBe(false);
    expect(takes("central", "client")).toBe(false);
    expect(takes("secondary", "secondary")).toBe(false);
    expect(takes("secondary", "client")).toBe(false);
  });

  test("and nobody else notices", () => {
    const { clock, network, near, farEvents } = greeted("client", "secondary");
    void network.connect(PLACE, (socket) => {
      socket.write(Buffer.from("garbage, and more of it"));
      return { data() {}, drained() {}, closed() {} };
    });
    clock.advance(100);
    near.send({ type: "cancel", request: 1 });
    clock.advance(100);
    expect(farEvents.messages).toHaveLength(1);
  });
});

describe("messages", () => {
  test("come with their payloads, whole", () => {
    const { clock, far, nearEvents } = greeted("client", "secondary", { chunk: 7 });
    const payload = Uint8Array.from({ length: 100 }, (_, index) => index);
    far.send({ type: "hashes", request: 3, payload: 100 }, payload);
    far.send({ type: "have", id: ID, pieces: [1] });
    far.send({ type: "opened", request: 4, all: true, payload: 0 });
    clock.advance(100);
    expect(nearEvents.messages.map(({ message, payload: got }) => [message.type, got.length])).toEqual([
      ["hashes", 100],
      ["have", 0],
      ["opened", 0],
    ]);
    expect(nearEvents.messages[0]?.payload).toEqual(payload);
  });

  test("blocks stream as they come", () => {
    const { clock, far, nearEvents } = greeted("client", "secondary", { chunk: 64 });
    const payload = Uint8Array.from({ length: 1000 }, (_, index) => index);
    far.send({ type: "block", request: 9, payload: 1000 }, payload);
    far.send({ type: "refusal", request: 10, code: "busy", message: "" });
    clock.advance(100);
    expect(nearEvents.blocks.length).toBeGreaterThan(10);
    expect(new Uint8Array(Buffer.concat(nearEvents.blocks.map(({ bytes }) => bytes)))).toEqual(payload);
    expect(nearEvents.blocks.at(-1)?.left).toBe(0);
    expect(nearEvents.messages.map(({ message }) => message.type)).toEqual(["refusal"]);
  });

  test("wait in order while the network is full, and it is told when all are taken", () => {
    const { clock, far, farEvents, nearEvents } = greeted("client", "secondary", {
      buffer: 1000,
      rate: 10,
      chunk: 100,
    });
    for (let request = 0; request < 50; request++)
      far.send({ type: "block", request, payload: 100 }, new Uint8Array(100).fill(request));
    expect(far.backlog).toBeGreaterThan(3000);
    expect(farEvents.drains).toBe(0);
    clock.advance(2000);
    expect(far.backlog).toBe(0);
    expect(farEvents.drains).toBe(1);
    expect(
      nearEvents.blocks.map(({ request, left }) => (left === 0 ? request : -1)).filter((request) => request >= 0),
    ).toEqual(Array.from({ length: 50 }, (_, request) => request));
    for (const { request, bytes } of nearEvents.blocks) expect(bytes.every((byte) => byte === request)).toBe(true);
  });

  test("that are not read for too long end the session", () => {
    const { clock, network, far, farEvents } = greeted("client", "secondary", { buffer: 1000 });
    network.connections[0]?.freeze();
    const payload = new Uint8Array(1024 * 1024);
    for (let count = 0; count < 20; count++) far.send({ type: "block", request: 1, payload: payload.length }, payload);
    clock.advance(10);
    expect(farEvents.ends.map(({ cause }) => cause)).toEqual(["slow"]);
    expect(far.backlog).toBe(0);
  });
});

describe("heartbeats", () => {
  test("keep a quiet session", () => {
    const { clock, near, far, nearEvents, farEvents } = greeted("client", "central");
    clock.advance(120_000);
    expect([near.state, far.state]).toEqual(["joining", "joining"]);
    expect([...nearEvents.messages, ...farEvents.messages]).toEqual([]);
  });

  test("are sent only where nothing comes, and not before the greeting", () => {
    const before = raw("central");
    before.clock.advance(3 * HEARTBEAT.pingAfterMs);
    expect(before.received).toEqual([]);
    const { clock, socket, received } = raw("central");
    socket.write(encode({ type: "hello", version: PROTOCOL_VERSION, role: "client" }));
    clock.advance(50);
    received.length = 0;
    for (let times = 0; times < 7; times++) {
      socket.write(encode({ type: "pong" }));
      clock.advance(HEARTBEAT.pingAfterMs / 2);
    }
    // In the middle of a stream in one direction one ping tells the sender that it is heard.
    expect(decodeParts(received).map(({ message }) => message.type)).toEqual(["ping"]);
    received.length = 0;
    clock.advance(2 * HEARTBEAT.pingAfterMs);
    // The first of the two checks comes less than an interval after the last byte.
    expect(decodeParts(received).map(({ message }) => message.type)).toEqual(["ping"]);
  });

  test("find a silent peer", () => {
    const { clock, network, nearEvents, farEvents } = greeted("client", "secondary");
    network.connections[0]?.freeze();
    clock.advance(HEARTBEAT.deadAfterMs - HEARTBEAT.pingAfterMs);
    expect(farEvents.ends).toEqual([]);
    clock.advance(2 * HEARTBEAT.pingAfterMs);
    expect(nearEvents.ends.map(({ cause }) => cause)).toEqual(["silent"]);
    expect(farEvents.ends.map(({ cause }) => cause)).toEqual(["silent"]);
  });

  test("forgive what a suspension of this process has held up", () => {
    let asleep = 0;
    const wrap = (clock: Clock): Clock => ({
      ...clock,
      now: () => clock.now() + asleep,
      after: (delay, run) => clock.after(delay, run),
    });
    const { clock, near, far } = pair("client", "secondary", {}, wrap);
    clock.advance(1500);
    asleep = 3_600_000;
    clock.advance(20_000);
    expect([near.state, far.state]).toEqual(["open", "open"]);
  });

  test("go on beside a stream in one direction", () => {
    const { clock, far, near } = greeted("client", "secondary");
    for (let turn = 0; turn < 100; turn++) {
      far.send({ type: "block", request: 1, payload: 4 }, new Uint8Array(4));
      clock.advance(100);
    }
    expect([near.state, far.state]).toEqual(["open", "open"]);
  });
});

describe("the end", () => {
  test("comes once, whoever calls for it, and leaves no timer", () => {
    const { clock, near, far, nearEvents, farEvents } = greeted("client", "secondary");
    near.close({ cause: "ours", message: "done" });
    near.close({ cause: "ours", message: "again" });
    near.fail("stopping", "and again");
    clock.advance(10);
    // The other end is gone: nobody has to be waited for.
    expect(clock.pending).toBe(0);
    expect(nearEvents.ends).toEqual([{ cause: "ours", message: "done" }]);
    expect(farEvents.ends.map(({ cause }) => cause)).toEqual(["lost"]);
    expect([near.state, far.state]).toEqual(["closed", "closed"]);
    near.send({ type: "ping" });
    near.socketEvents.data(encode({ type: "ping" }));
    expect(nearEvents.ends).toHaveLength(1);
  });

  test("tells the other end why", () => {
    const { clock, far, nearEvents } = greeted("client", "secondary");
    far.fail("stopping", "this secondary is stopping");
    clock.advance(10);
    expect(nearEvents.ends).toHaveLength(1);
    expect(nearEvents.ends[0]).toMatchObject({ cause: "theirs", message: "this secondary is stopping" });
    expect(nearEvents.ends[0]?.error?.code).toBe("stopping");
    expect(nearEvents.ends[0]?.error?.retryable).toBe(true);
  });

  test("waits for what was sent before it, when the network is full", () => {
    const { clock, far, nearEvents } = greeted("client", "secondary", { buffer: 500, rate: 10, chunk: 100 });
    far.send({ type: "block", request: 1, payload: 4000 }, new Uint8Array(4000));
    far.fail("stopping", "last words");
    expect(far.backlog).toBe(0);
    clock.advance(900);
    expect(nearEvents.blocks.at(-1)?.left).toBe(0);
    expect(nearEvents.ends[0]).toMatchObject({ cause: "theirs", message: "last words" });
  });

  test("does not wait for ever for a peer that reads nothing", () => {
    const { clock, network, far } = greeted("client", "secondary", { buffer: 500 });
    network.connections[0]?.freeze();
    far.send({ type: "block", request: 1, payload: 4000 }, new Uint8Array(4000));
    far.fail("stopping", "last words");
    clock.advance(1000);
    expect(far.state).toBe("closed");
  });

  test("is told when the connection breaks", () => {
    const { clock, network, nearEvents, farEvents } = greeted("client", "secondary");
    network.connections[0]?.break();
    clock.advance(10_000);
    for (const { ends } of [nearEvents, farEvents]) {
      expect(ends.map(({ cause }) => cause)).toEqual(["lost"]);
      expect(inEnglish(ends[0]?.message)).toContain("reset");
    }
    expect(clock.pending).toBe(0);
  });
});

test("a peer that is refused from now on is told why, and the session ends", () => {
  const { clock, near, far, nearEvents, farEvents } = greeted("client", "secondary");
  far.socketEvents.refused?.("the key was revoked");
  clock.advance(50);
  expect(farEvents.ends).toEqual([{ cause: "stranger", message: "the key was revoked" }]);
  expect(inEnglish(nearEvents.ends[0])).toMatchObject({ cause: "theirs", message: "refused: the key was revoked" });
  expect(nearEvents.ends[0]?.error?.code).toBe("key");
  // Once.
  far.socketEvents.refused?.("the key was revoked");
  expect([farEvents.ends.length, near.state]).toEqual([1, "closed"]);
});

test("what is sent together goes out in one write, in order, and before the end", async () => {
  const written: Uint8Array[] = [];
  const socket: Socket = {
    remoteHost: "server",
    remotePeer: null,
    write: (bytes) => written.push(bytes.slice()) && bytes.length,
    writeFile: ({ length }) => length,
    pause() {},
    resume() {},
    shutdown() {},
    destroy() {},
  };
  const expected = { role: "secondary", address: PLACE } as const;
  const options = { clock: new FakeClock(), role: "client", side: "connects", heartbeat: HEARTBEAT, expected } as const;
  const channel = openChannel(socket, options, new RecordingHandler());
  written.length = 0;
  const sent: Message[] = [1, 2, 3].map((request) => ({ type: "cancel", request }));
  channel.cork(() => {
    for (const message of sent) channel.send(message);
    expect(written).toEqual([]);
  });
  expect(written).toEqual([Buffer.concat(sent.map((message) => encode(message)))]);
  channel.cork(() => channel.fail("busy", "enough"));
  expect(written).toHaveLength(2);
});

describe("whoever connects finds something else", () => {
  /** What a channel that expects a central says of what answers `bytes`; null: it says nothing at all. */
  function found(
    answer: Uint8Array | readonly Uint8Array[] | "closes" | null,
    rest = 50,
  ): { end: CloseReason | undefined; sent: Uint8Array[] } {
    const clock = new FakeClock();
    const network = new FakeNetwork(clock);
    const sent: Uint8Array[] = [];
    network.listen(PLACE, (socket) => {
      if (answer === "closes") socket.destroy();
      else for (const part of answer instanceof Uint8Array ? [answer] : (answer ?? [])) socket.write(part);
      return { data: (bytes) => void sent.push(bytes), drained() {}, closed() {} };
    });
    const events = new RecordingHandler();
    const expected = { role: "central", address: PLACE } as const;
    const options = { clock, role: "client", side: "connects", heartbeat: HEARTBEAT, expected } as const;
    void network.connect(PLACE, (socket) => openChannel(socket, options, events).socketEvents);
    clock.advance(rest);
    expect(events.peer).toBeNull();
    return { end: events.ends[0], sent };
  }

  test.each([
    [Buffer.from("HTTP/1.1 400 Bad Request\r\n"), "an HTTP server answers at server:1, not a redes central"],
    [Buffer.from("SSH-2.0-OpenSSH_9.2\r\n"), "an SSH server answers at server:1, not a redes central"],
    [Buffer.from("what?"), "something that is not redes (a header of 2003329396 bytes"],
    [packed({ dance: 1 }), "something that is not redes ("],
    [
      encode({ type: "welcome", version: PROTOCOL_VERSION, role: "secondary" }),
      "a redes secondary answers at server:1, not a central",
    ],
    [encode({ type: "hello", version: PROTOCOL_VERSION, role: "client" }), "what is sent to server:1 comes back"],
    [
      packed({ type: "welcome", version: 9, role: "central" }),
      "another version of redes answers at server:1: it speaks version 9",
    ],
    [
      encode({ type: "error", code: "version", message: "only 9" }),
      "another version of redes answers at server:1: only 9",
    ],
  ])("%p", (answer, message) => {
    const { end } = found(answer);
    expect(end?.cause).toBe("stranger");
    expect(inEnglish(end?.message)).toStartWith(message);
  });

  test("one is known however its first bytes are cut on the way", () => {
    const bytes = (text: string) => Array.from(Buffer.from(text, "latin1"), (byte) => Uint8Array.of(byte));
    expect(inEnglish(found(bytes("SSH-2.0-OpenSSH_9.2\r\n")).end?.message)).toStartWith(
      "an SSH server answers at server:1",
    );
    const { end } = found(bytes("\x15\x03\x03\x00\x02\x02\x46"));
    expect(inEnglish(end?.message)).toStartWith("what answers at server:1 speaks TLS");
    expect(end?.error?.code).toBe("key");
  });

  test("one of another version is notified of it, and no further try can succeed", () => {
    const { end, sent } = found(packed({ type: "welcome", version: 9, role: "central" }));
    expect(end?.error).toMatchObject({ code: "version", retryable: false });
    expect(found(encode({ type: "error", code: "version", message: "only 9" })).end?.error?.code).toBe("version");
    expect(decodeParts(sent).map(({ message }) => message)).toMatchObject([{ type: "hello" }, { code: "version" }]);
  });

  test("nobody says a word", () => {
    expect(inEnglish(found("closes").end)).toMatchObject({
      cause: "lost",
      message: "server:1 accepts connections and closes them without a word: is a redes central there?",
    });
    expect(inEnglish(found(null, 6000).end)).toMatchObject({
      cause: "silent",
      message: "server:1 accepts connections but says nothing, where a redes central would",
    });
  });

  test("a server that reads lines has one to answer to", () => {
    expect(Buffer.concat(found(null).sent).toString("latin1")).toEndWith("\r\n\r\n");
  });
});

test.each([
  ["GET / HTTP/1.1\r\n\r\n", "it is an HTTP client, and this is a redes central", "HTTP/1.1 400 "],
  [
    "\x16\x03\x01\x02\x00",
    "it is a TLS client, and this is a redes central",
    "This is a redes central without a key.\n",
  ],
  ["SSH-2.0-x\r\n", "it is an SSH client, and this is a redes central", ""],
])("%p at a server's door is named and sent away", (text, message, answer) => {
  const { clock, events, socket, received, over } = raw("central");
  socket.write(Buffer.from(text, "latin1"));
  clock.advance(20);
  expect(inEnglish(events.ends)).toEqual([{ cause: "stranger", message }]);
  expect(
    Buffer.concat(received)
      .toString()
      .slice(0, answer.length || 1),
  ).toBe(answer);
  expect(over()).toBe(true);
});
