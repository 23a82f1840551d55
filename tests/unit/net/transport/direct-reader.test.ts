import { afterAll, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { DirectReader, type DirectStream } from "../../../../src/net/transport/direct-reader.ts";
import { systemClock } from "../../../../src/platform/clock.ts";

const accepted: Bun.Socket[] = [];
const server = Bun.listen({
  hostname: "127.0.0.1",
  port: 0,
  socket: { open: (socket) => void accepted.push(socket), data() {} },
});
afterAll(() => server.stop(true));

/** The descriptor of a connection on which nothing ever comes. */
async function quiet(): Promise<number> {
  const socket = await Bun.connect({ hostname: "127.0.0.1", port: server.port, socket: { data() {} } });
  return "fd" in socket && typeof socket.fd === "number" ? socket.fd : -1;
}

/** Says when the event loop reads it again. */
function stream(descriptor: number) {
  const back = Promise.withResolvers<void>();
  const readByLoopCalls: boolean[] = [];
  const one: DirectStream = {
    descriptor,
    nextBuffer: () => null,
    bufferFilled() {},
    data() {},
    failed: (error) => back.reject(error),
    readByLoop(wanted) {
      readByLoopCalls.push(wanted);
      if (wanted) back.resolve();
    },
  };
  return { one, told: readByLoopCalls, back: back.promise };
}

test("a stream that brings nothing is the event loop's again", async () => {
  const { one, told, back } = stream(await quiet());
  const reader = new DirectReader(systemClock);
  reader.add(one);
  reader.add(one);
  await back;
  expect(told).toEqual([false, true]);
});

test("so is one that cannot be read", async () => {
  const fd = openSync("/dev/zero", "r");
  const { one, told, back } = stream(fd);
  new DirectReader(systemClock).add(one);
  await back;
  expect(told).toEqual([false, true]);
  closeSync(fd);
});

test("one that is over is left alone", async () => {
  const over = stream(await quiet());
  const other = stream(await quiet());
  const reader = new DirectReader(systemClock);
  reader.add(over.one);
  reader.add(other.one);
  reader.remove(over.one);
  await other.back;
  expect(over.told).toEqual([false]);
});

/** Milliseconds that whoever takes 16 KiB needs for it, on the clock of the test. */
const SLOW_MS = 60;
const PART_BYTES = 16 * 1024;

/** Connections on which `bytes` wait to be read, each by somebody who takes long for it; `taken`: who took something, in turn. */
async function slowStreams(count: number, bytes: number) {
  let now = 0;
  const taken: number[] = [];
  const streams: DirectStream[] = [];
  for (let number = 0; number < count; number++) {
    const known = accepted.length;
    const socket = await Bun.connect({ hostname: "127.0.0.1", port: server.port, socket: { data() {} } });
    socket.pause();
    while (accepted.length === known) await new Promise((resolve) => setImmediate(resolve));
    expect(accepted.at(-1)?.write(new Uint8Array(bytes))).toBe(bytes);
    streams.push({
      ...stream("fd" in socket && typeof socket.fd === "number" ? socket.fd : -1).one,
      nextBuffer: () => new Uint8Array(PART_BYTES),
      bufferFilled() {
        now += SLOW_MS;
        taken.push(number);
      },
    });
  }
  return { reader: new DirectReader({ now: () => now }), streams, taken };
}

test("one whose bytes are taken slowly leaves the thread to others after two parts, not after all that is there", async () => {
  const { reader, streams, taken } = await slowStreams(1, 8 * PART_BYTES);
  for (const one of streams) reader.add(one);
  expect(taken).toEqual([0, 0]);
});

test("of several whose bytes are taken slowly each has its turn", async () => {
  const { reader, streams, taken } = await slowStreams(3, 8 * PART_BYTES);
  for (const one of streams) reader.add(one);
  const begun = taken.length;
  while (taken.length < begun + 6) await new Promise((resolve) => setImmediate(resolve));
  expect(new Set(taken.slice(begun, begun + 6))).toEqual(new Set([0, 1, 2]));
});
