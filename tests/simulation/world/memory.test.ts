import { expect, test } from "bun:test";
import { copyOf, takeBytes, withMemory } from "./memory.ts";

const LARGE = 100_000;

test("within a run nobody gets the memory that somebody else has", () => {
  const taken = withMemory(() => {
    const all = Array.from({ length: 200 }, (_, index) => copyOf(new Uint8Array(LARGE).fill(index)));
    return all.map((bytes) => ({
      length: bytes.length,
      value: bytes[0],
      same: bytes.every((one) => one === bytes[0]),
    }));
  });
  expect(taken).toEqual(Array.from({ length: 200 }, (_, value) => ({ length: LARGE, value, same: true })));
});

test("the next run has the memory of the one before, and no other has", () => {
  const first = withMemory(() => takeBytes(LARGE).buffer);
  expect(withMemory(() => takeBytes(LARGE).buffer)).toBe(first);
  expect(takeBytes(LARGE).buffer).not.toBe(first);
  withMemory(() => {
    const outer = takeBytes(LARGE).buffer;
    expect(withMemory(() => takeBytes(LARGE).buffer)).not.toBe(outer);
  });
});

test("what is copied is as long as it was, however long", () => {
  withMemory(() => {
    for (const length of [0, 1, 3000, 9_000_000]) {
      const bytes = new Uint8Array(length).fill(7);
      const copy = copyOf(bytes);
      expect(copy.length).toBe(length);
      expect(copy.buffer).not.toBe(bytes.buffer);
      expect(Buffer.compare(copy, bytes)).toBe(0);
    }
  });
});
