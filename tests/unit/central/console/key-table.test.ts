import { expect, test } from "bun:test";
import { keyTable } from "../../../../src/central/console/key-table.ts";
import type { KnownKey } from "../../../../src/protocol/messages/keys.ts";

const KEY: KnownKey = {
  ...{ serial: 1, fingerprint: "f".repeat(64), authority: null, cluster: false, role: "client", number: null },
  ...{ name: "ana", rights: "read", until: 0, seen: null, sessions: 1, revoked: null },
};

test("in a window that is too narrow a fingerprint has a row of its own, and stays whole", () => {
  const wide = keyTable([KEY], 200).split("\n");
  expect(wide).toHaveLength(2);
  expect(keyTable([KEY], null)).toBe(wide.join("\n"));
  const rows = keyTable([KEY, { ...KEY, name: "eve", fingerprint: "e".repeat(64) }], 79).split("\n");
  expect(rows).toHaveLength(5);
  expect(rows.slice(1).map((row) => row.trim().split(/\s+/)[0])).toEqual([
    ...["client", "f".repeat(64), "client", "e".repeat(64)],
  ]);
  expect(rows[0]).not.toContain("fingerprint");
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThan(80);
});
