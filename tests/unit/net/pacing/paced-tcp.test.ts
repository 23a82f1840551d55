import { expect, test } from "bun:test";
import { pacedNetwork } from "../../../../src/net/pacing/paced-network.ts";
import type { Socket, SocketEvents } from "../../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { threadLimiter } from "../../../../src/platform/pacing/thread-limiter.ts";

const MIB = 1024 * 1024;
const SIZE = 3 * MIB;
const RATE = 4 * MIB;
const SERVER = { role: "secondary", number: 1 } as const;

/** Sends all of it, whenever the socket takes some. */
function sending(content: Uint8Array): (socket: Socket) => SocketEvents {
  return (socket) => {
    let rest = content;
    const go = () => {
      rest = rest.subarray(socket.write(rest));
    };
    queueMicrotask(go);
    return { data() {}, drained: go, closed() {} };
  };
}

test.each([true, false])(
  "a real connection is read no faster than the limit, to the last byte (gathering: %p)",
  async (gathers) => {
    const content = crypto.getRandomValues(new Uint8Array(65_536));
    const whole = Buffer.concat(Array<Uint8Array>(SIZE / content.length).fill(content));
    const network = tcpNetwork(systemClock);
    const listener = network.listen({ host: "127.0.0.1", port: 0 }, sending(whole));
    const limiter = threadLimiter();
    limiter.setRate(RATE);
    const received = new Uint8Array(SIZE);
    let filled = 0;
    const done = Promise.withResolvers<void>();
    const count = (bytes: number) => {
      filled += bytes;
      if (filled === SIZE) done.resolve();
    };
    const attach = (): SocketEvents => ({
      data(bytes) {
        received.set(bytes, filled);
        count(bytes.length);
      },
      drained() {},
      closed: () => done.reject(new Error(`it ended after ${filled} bytes`)),
      ...(gathers && { buffered: { nextBuffer: () => received.subarray(filled), bufferFilled: count } }),
    });
    const began = performance.now();
    const paced = pacedNetwork(network, { clock: systemClock, allowance: () => limiter });
    await paced.connect({ host: "127.0.0.1", port: listener.port }, attach, SERVER);
    await done.promise;
    listener.stop();
    expect(Buffer.from(received).equals(whole)).toBe(true);
    // A tenth of a second of it may come at once.
    expect(performance.now() - began).toBeGreaterThan(1000 * (SIZE / RATE) - 100);
  },
);
