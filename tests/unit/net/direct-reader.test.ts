import { expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { DirectReader, type Stream } from "../../../src/net/direct-reader.ts";

/** Says when the event loop reads it again. */
function stream(descriptor: number) {
  const back = Promise.withResolvers<void>();
  const told: boolean[] = [];
  const one: Stream = {
    descriptor,
    room: () => null,
    data() {},
    failed: (error) => back.reject(error),
    readByLoop(wanted) {
      told.push(wanted);
      if (wanted) back.resolve();
    },
  };
  return { one, told, back: back.promise };
}

test("a stream that brings nothing is the event loop's again", async () => {
  // poll takes no notice of a negative descriptor.
  const { one, told, back } = stream(-1);
  const reader = new DirectReader();
  reader.take(one);
  reader.take(one);
  await back;
  expect(told).toEqual([false, true]);
});

test("so is one that cannot be read", async () => {
  const fd = openSync("/dev/zero", "r");
  const { one, told, back } = stream(fd);
  new DirectReader().take(one);
  await back;
  expect(told).toEqual([false, true]);
  closeSync(fd);
});

test("one that is over is left alone", async () => {
  const over = stream(-1);
  const other = stream(-1);
  const reader = new DirectReader();
  reader.take(over.one);
  reader.take(other.one);
  reader.forget(over.one);
  await other.back;
  expect(over.told).toEqual([false]);
});
