import { expect, test } from "bun:test";
import { MIB } from "../../../../src/platform/units.ts";
import type { ConnectionHost } from "../../../../src/transfer/connection/messages.ts";
import { NearConnections } from "../../../../src/transfer/connection/near-connections.ts";

const host: ConnectionHost = { open: () => ({ send() {} }) };

test("the first files come near as long as they are small together", () => {
  const near = new NearConnections(host);
  expect(near.admit(32 * MIB)).toBe(host);
  expect(near.admit(17 * MIB)).toBeNull();
  expect(near.admit(16 * MIB)).toBe(host);
  expect(near.admit(0)).toBe(host);
  expect(near.admit(1)).toBeNull();
});
