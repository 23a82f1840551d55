import { expect, test } from "bun:test";
import { cloneMessage } from "./clone-message.ts";

test("messages arrive as structured clones do", () => {
  const message = {
    kind: "fetch",
    big: 12n,
    nothing: null,
    absent: undefined,
    list: [1, "two", { three: true }],
    bytes: Buffer.from("abc").subarray(1),
    stat: new Map([["a", 1]]),
  };
  const copy = cloneMessage(message);
  expect(copy).toEqual(structuredClone(message));
  expect(copy.list).not.toBe(message.list);
  expect(copy.bytes.buffer.byteLength).toBe(2);
  message.bytes.fill(0);
  expect([...copy.bytes]).toEqual([98, 99]);
});

test("what cannot be sent is refused", () => {
  expect(() => cloneMessage({ call: () => {} })).toThrow("cloned");
});
