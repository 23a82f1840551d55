import { expect, test } from "bun:test";
import { hasRight, RIGHTS } from "../../../src/protocol/rights.ts";

test("who may write may read, and who is admin may do all", () => {
  const held = RIGHTS.map((one) => RIGHTS.filter((needed) => hasRight(one, needed)));
  expect(held).toEqual([["read"], ["read", "write"], ["read", "write", "admin"]]);
});
