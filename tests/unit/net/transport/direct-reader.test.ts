import { afterAll, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { DirectReader, type DirectStream } from "../../../../src/net/transport/direct-reader.ts";

const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
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
  const reader = new DirectReader();
  reader.add(one);
  reader.add(one);
  await back;
  expect(told).toEqual([false, true]);
});

test("so is one that cannot be read", async () => {
  const fd = openSync("/dev/zero", "r");
  const { one, told, back } = stream(fd);
  new DirectReader().add(one);
  await back;
  expect(told).toEqual([false, true]);
  closeSync(fd);
});

test("one that is over is left alone", async () => {
  const over = stream(await quiet());
  const other = stream(await quiet());
  const reader = new DirectReader();
  reader.add(over.one);
  reader.add(other.one);
  reader.remove(over.one);
  await other.back;
  expect(over.told).toEqual([false]);
});
