import { expect, test } from "bun:test";
import type { Channel, ChannelHandler, CloseReason } from "../../../../../src/net/session/channel.ts";
import { ServerLoad } from "../../../../../src/net/session/fairness/server-load.ts";
import { openChannel } from "../../../../../src/net/session/open-channel.ts";
import type { Socket } from "../../../../../src/net/transport/network.ts";
import { encode } from "../../../../../src/protocol/codec.ts";
import { ProtocolError } from "../../../../../src/protocol/errors.ts";
import {
  FRAME_TIMEOUT_MS,
  MAX_SERVER_BACKLOG_BYTES,
  MAX_SMALL_HEADER_BYTES,
  PAYLOAD_STEP_BYTES,
} from "../../../../../src/protocol/limits.ts";
import { type Message, PROTOCOL_VERSION } from "../../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

const MIB = 1024 * 1024;

const give = (payload: number, request = 1) => encode({ type: "give", request, piece: 0, payload });

/** The session of a server with a client of which a test says what has come. */
class Session {
  readonly channel: Channel;
  readonly ends: CloseReason[] = [];
  readonly came: Uint8Array[] = [];

  constructor(
    private readonly clock: FakeClock,
    load: ServerLoad,
    acceptsPayload?: ChannelHandler["acceptsPayload"],
  ) {
    const write = ({ length }: Uint8Array) => length;
    const socket: Socket = {
      ...{ remoteHost: "h", remotePeer: null, write, writeFile: () => 0 },
      ...{ shutdown() {}, destroy() {}, pause() {}, resume() {} },
    };
    const heartbeat = { pingAfterMs: 5000, deadAfterMs: 20_000 };
    const handler: ChannelHandler = {
      message: (_message: Message, payload: Uint8Array) => void this.came.push(payload),
      closed: (reason) => void this.ends.push(reason),
      ...(acceptsPayload && { acceptsPayload }),
    };
    this.channel = openChannel(socket, { clock, role: "secondary", side: "accepts", heartbeat, load }, handler);
    this.says(encode({ type: "hello", version: PROTOCOL_VERSION, role: "client" }));
  }

  says(...parts: readonly Uint8Array[]): void {
    for (const part of parts) this.channel.socketEvents.data(part);
  }

  /** Sends some bytes each second, and so shows that it is there. */
  trickle(bytes: number, seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      this.says(new Uint8Array(bytes));
      this.clock.advance(1000);
    }
  }

  /** Why it has ended; null while it has not. */
  get end(): string | null {
    const [end] = this.ends;
    return end ? String(end.message) : null;
  }
}

test("payloads that are begun count with all that waits: who begins one more than may goes, and the others go on", () => {
  const clock = new FakeClock();
  const load = new ServerLoad(clock);
  const full = MAX_SERVER_BACKLOG_BYTES / MIB + 1;
  const sessions = Array.from({ length: full }, () => new Session(clock, load));
  for (const session of sessions) session.says(give(MIB));
  expect(sessions.flatMap(({ ends }) => ends)).toEqual([]);
  const late = new Session(clock, load);
  late.says(give(MAX_SMALL_HEADER_BYTES + 1));
  expect(late.end).toContain("too much is being sent here");
  const small = new Session(clock, load);
  small.says(give(MAX_SMALL_HEADER_BYTES), new Uint8Array(MAX_SMALL_HEADER_BYTES));
  expect([small.end, small.came.length]).toEqual([null, 1]);
  // One that is whole, and one whose session ends, are counted no more.
  const [first, second] = sessions;
  first?.says(new Uint8Array(MIB));
  expect(first?.came[0]).toHaveLength(MIB);
  second?.channel.close({ cause: "ours", message: "gone" });
  const next = new Session(clock, load);
  next.says(give(MIB), new Uint8Array(MIB));
  expect([next.end, next.came.length]).toEqual([null, 1]);
});

test("for a payload that nobody waits for no memory is taken, and what follows it is understood", () => {
  const clock = new FakeClock();
  const load = new ServerLoad(clock);
  const session = new Session(clock, load, (message) => message.type === "give" && message.request === 2);
  session.says(give(MIB, 1), new Uint8Array(MIB), give(3, 2), Buffer.from("yes"));
  expect(session.came.map((bytes) => Buffer.from(bytes).toString())).toEqual(["yes"]);
  const strict = new Session(clock, load, () => {
    throw new ProtocolError("nobody has asked for that");
  });
  strict.says(give(MIB));
  expect(strict.end).toBe("nobody has asked for that");
});

test("a payload of which less than a step comes in a minute ends its session, and a slow one goes on", () => {
  const clock = new FakeClock();
  const load = new ServerLoad(clock);
  const seconds = FRAME_TIMEOUT_MS / 1000;
  const trickling = new Session(clock, load);
  trickling.says(give(MIB));
  trickling.trickle(1, seconds + 5);
  expect(trickling.end).toContain("of a payload, did not come");
  const slow = new Session(clock, load);
  slow.says(give(MIB));
  const rate = 2048;
  expect(rate * seconds).toBeGreaterThan(PAYLOAD_STEP_BYTES);
  slow.trickle(rate, MIB / rate);
  expect([slow.end, slow.came.length]).toEqual([null, 1]);
});
