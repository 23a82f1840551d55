import { expect, test } from "bun:test";
import { formatLabel, parseLabel } from "../../../../src/secondary/kept/label.ts";
import { idOf } from "../index-fixture.ts";

const id = idOf("one");

test("labels are read as they are written, and nothing else is one", () => {
  const label = { at: 1_700_000_000_000, serial: 17, why: "removed", number: 3, id } as const;
  expect(formatLabel(label)).toBe(`20231114T221320Z-000017-removed-3-${id}`);
  expect(parseLabel(formatLabel(label))).toEqual(label);
  for (const other of ["", "x", `20231114T221320Z-17-removed-3-${id}`, `20231314T221320Z-000017-removed-3-${id}`]) {
    expect(parseLabel(other)).toBeNull();
  }
});

test("what is written in another way than here is no label", () => {
  for (const other of [
    `20231114T221320Z-0000017-removed-3-${id}`,
    `20231114T221320Z-000017-removed-03-${id}`,
    `20230231T221320Z-000017-removed-3-${id}`,
    `20231114T221320Z-000017-removed-9007199254740992-${id}`,
  ]) {
    expect([other, parseLabel(other)]).toEqual([other, null]);
  }
});
