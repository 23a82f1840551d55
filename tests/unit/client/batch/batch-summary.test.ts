import { expect, test } from "bun:test";
import { BatchSummary } from "../../../../src/client/batch/batch-summary.ts";
import { MIB } from "../../../../src/platform/units.ts";

const summary = new BatchSummary("downloaded");

test("one file has a line of its own; several are told together", () => {
  expect(summary.text(1)).toBeNull();
  summary.add({ kind: "done", bytes: 4 * MIB });
  expect(summary.text(1)).toBeNull();
  summary.add({ kind: "done", bytes: MIB });
  expect(summary.text(2)).toBe("2 files: 2 downloaded (5.0 MiB in 2.0 s, 2.5 MiB/s)");
  summary.add({ kind: "present", bytes: 0 });
  summary.add({ kind: "failed", bytes: MIB });
  expect(summary.text(2)).toBe("4 files: 2 downloaded (6.0 MiB in 2.0 s, 3.0 MiB/s), 1 there already, 1 failed");
});

test("what was put is told so", () => {
  const put = new BatchSummary("put");
  for (let count = 0; count < 2; count++) put.add({ kind: "done", bytes: MIB });
  expect(put.text(1)).toBe("2 files: 2 put (2.0 MiB in 1.0 s, 2.0 MiB/s)");
});
