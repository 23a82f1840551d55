import { expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { interfaceIndex } from "../../../../../src/net/transport/multicast/interface-index.ts";

test("an interface has a number of its own, and what is no interface has none", () => {
  expect(interfaceIndex("lo")).toBe(1);
  expect(interfaceIndex("lo:1")).toBe(1);
  const indices = Object.keys(networkInterfaces()).map(interfaceIndex);
  expect(new Set(indices).size).toBe(indices.length);
  expect(["no-such-interface", "", ".."].map(interfaceIndex)).toEqual([null, null, null]);
});
