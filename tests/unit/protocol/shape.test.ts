import { expect, test } from "bun:test";
import fc from "fast-check";
import { Packr } from "msgpackr/pack";
import { checkShape } from "../../../src/protocol/shape.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true, int64AsType: "number" });

test("maps of every plain value are let through", () => {
  const key = fc.string({ maxLength: 40 });
  const value = fc.anything({
    key,
    values: [
      ...[fc.integer(), fc.double(), fc.string({ maxLength: 300 }), fc.boolean(), fc.constant(null)],
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    ],
    maxDepth: 3,
  });
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 60, noNullPrototype: true }), (map) => {
      checkShape(packr.pack(map));
    }),
  );
});

/** A map with these keys in this order, each with the value 1. */
function mapOf(keys: readonly string[]): Uint8Array {
  const texts = keys.flatMap((key) => [...packr.pack(key), 1]);
  return Uint8Array.from([0xde, keys.length >> 8, keys.length & 255, ...texts]);
}

test.each([2, 31, 32, 33, 500])("of %d keys none may come twice, be it the first or the last", (count) => {
  const keys = Array.from({ length: count }, (_, index) => `key ${index}`);
  checkShape(mapOf(keys));
  for (const twice of [0, count - 2]) {
    const wrong = keys.with(-1, keys[twice] ?? "");
    expect(() => checkShape(mapOf(wrong))).toThrow("a key twice");
  }
});

test("the same key may be in each of many maps, also in one within another", () => {
  checkShape(packr.pack({ a: { a: { a: 1 }, b: 2 }, b: [{ a: 1 }, { a: 2 }] }));
  const inner = [0x81, 0xa1, 0x62, 0x01];
  // After the map within, the keys of the one around it are known still.
  expect(() => checkShape(Uint8Array.from([0x82, 0xa1, 0x61, ...inner, 0xa1, 0x61, 0x01]))).toThrow("a key twice");
});

test("what is cut off anywhere is not let through", () => {
  const whole = packr.pack({ text: "x".repeat(300), list: [1.5, -1, 70_000, 2 ** 40, true], bytes: Buffer.alloc(300) });
  checkShape(whole);
  for (let length = 1; length < whole.length; length++) {
    expect(() => checkShape(whole.subarray(0, length))).toThrow();
  }
  expect(() => checkShape(Buffer.concat([whole, Buffer.of(1)]))).toThrow("bytes after its map");
});

test.each([
  ["a list", [0x91, 1]],
  ["a key that is a number", [0x81, 1, 1]],
  ["an extension", [0x81, 0xa1, 0x61, 0xd4, 1, 1]],
  ["an extension of some length", [0x81, 0xa1, 0x61, 0xc7, 1, 1, 1]],
  ["a byte that means nothing", [0x81, 0xa1, 0x61, 0xc1]],
  ["nothing", []],
])("%s is not let through", (_, bytes) => {
  expect(() => checkShape(Uint8Array.from(bytes))).toThrow();
});

test("what is nested too deep is not let through", () => {
  const nested = (depth: number) => Uint8Array.from([...Array(depth).fill([0x81, 0xa1, 0x61]).flat(), 1]);
  checkShape(nested(4));
  expect(() => checkShape(nested(1000))).toThrow("nested deeper");
});
