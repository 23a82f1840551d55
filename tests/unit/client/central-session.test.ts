import { beforeEach, expect, test } from "bun:test";
import { CentralUnreachable, WrongServer } from "../../../src/client/central-errors.ts";
import { CentralSession } from "../../../src/client/central-session.ts";
import type { Channel } from "../../../src/net/session/channel.ts";
import { openChannel } from "../../../src/net/session/open-channel.ts";
import type { Listener, Socket, SocketEvents } from "../../../src/net/transport/network.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import { CENTRAL_HEARTBEAT } from "../../../src/protocol/timing.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeNetwork } from "../../support/fake-network.ts";

const PLACE = { host: "server", port: 50_000 };

let clock: FakeClock;
let network: FakeNetwork;
let lines: string[];
let refusals: Error[];

beforeEach(() => {
  clock = new FakeClock();
  network = new FakeNetwork(clock);
  lines = [];
  refusals = [];
});

function session(): CentralSession {
  const note = (_event: string, text: string) => void lines.push(text);
  const log: Log = { info: note, warn: note, error: note };
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  return new CentralSession({ clock, network, random, log }, PLACE, "ana", (refusal) => refusals.push(refusal));
}

/** A central, as far as a client sees it when it enters. */
function central(): { listener: Listener; channels: Channel[] } {
  const channels: Channel[] = [];
  const listener = network.listen(PLACE, (socket) => {
    const options = { clock, role: "central", side: "accepts", heartbeat: CENTRAL_HEARTBEAT } as const;
    const channel: Channel = openChannel(socket, options, {
      greeted() {},
      message() {
        channel.markJoined();
        channel.send({ type: "entered", synchronized: true, missing: "" });
      },
      closed() {},
    });
    channels.push(channel);
    return channel.socketEvents;
  });
  return { listener, channels };
}

/** A server that answers whatever it is sent. */
function stranger(text: string): void {
  network.listen(PLACE, (socket: Socket): SocketEvents => {
    return { data: () => void socket.write(Buffer.from(text)), drained() {}, closed() {} };
  });
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await Promise.resolve();
  }
}

test("something else in the central's place is named, and not tried again", async () => {
  stranger("HTTP/1.1 400 Bad Request\r\n\r\n");
  const client = session();
  client.start();
  const reached = client.currentAttempt().catch((error: unknown) => error);
  await pass(5000);
  expect(await reached).toBeInstanceOf(WrongServer);
  expect(refusals.map(({ message }) => message)).toEqual([
    "an HTTP server answers at server:50000, not a redes central",
  ]);
  expect(network.connections).toHaveLength(1);
});

test("in the place of a central that was there it may go away again: it is told once, and trying goes on", async () => {
  const { listener, channels } = central();
  const client = session();
  client.start();
  await pass(100);
  expect(client.connected).toBe(true);
  listener.stop();
  stranger("SSH-2.0-x\r\n");
  for (const channel of channels) channel.close({ cause: "lost", message: "gone" });
  await pass(20_000);
  expect(refusals).toEqual([]);
  expect(lines.filter((line) => line.includes("an SSH server answers at server:50000"))).toHaveLength(1);
  expect(network.connections.length).toBeGreaterThan(5);
  client.stop();
});

test("nobody there is no wrong door", async () => {
  const client = session();
  client.start();
  const reached = client.currentAttempt().catch((error: unknown) => error);
  await pass(1000);
  const error = await reached;
  expect(error).toBeInstanceOf(CentralUnreachable);
  expect(error).not.toBeInstanceOf(WrongServer);
  expect(refusals).toEqual([]);
  client.stop();
});
