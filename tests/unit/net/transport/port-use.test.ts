import { expect, test } from "bun:test";
import { portUse } from "../../../../src/net/transport/port-use.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const LISTENS =
  "   0: 0100007F:C350 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100\n";
const CONNECTED =
  "   1: 0100007F:C351 0100007F:0016 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100\n";
const SIX = "   0: 00000000000000000000000001000000:C352 00000000000000000000000000000000:0000 0A 00000000:00000000\n";

test("a port is known by who has it", () => {
  const tables = [HEAD + LISTENS + CONNECTED, HEAD + SIX];
  expect([50_000, 50_001, 50_002, 50_003, 22].map((port) => portUse(port, tables))).toEqual([
    "listener",
    "connection",
    "listener",
    null,
    null,
  ]);
});

test("a listener is named before the connections that it has accepted", () => {
  const accepted = CONNECTED.replace("C351", "C350");
  expect(portUse(50_000, [HEAD + accepted + LISTENS])).toBe("listener");
});

test("without tables nothing is known", () => {
  expect(portUse(50_000, ["", ""])).toBeNull();
});
