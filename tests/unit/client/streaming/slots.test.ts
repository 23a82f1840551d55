import { expect, test } from "bun:test";
import { Slots } from "../../../../src/client/streaming/slots.ts";

test("each piece has a slot of its own, which is another one's once it is free", () => {
  const slots = new Slots();
  expect([slots.of(7), slots.of(3), slots.of(7)]).toEqual([0, 1, 0]);
  slots.free(7);
  slots.free(7);
  slots.free(99);
  expect([slots.of(5), slots.of(7), slots.of(3)]).toEqual([0, 2, 1]);
});
