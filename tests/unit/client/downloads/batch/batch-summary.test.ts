import { expect, test } from "bun:test";
import { BatchSummary } from "../../../../../src/client/downloads/batch/batch-summary.ts";
import { downloadResult } from "../../../../../src/client/downloads/result.ts";
import { MIB } from "../../../../../src/platform/units.ts";

const summary = new BatchSummary();

function add(
  receivedBytes: number,
  resumedBytes: number,
  error: string | null,
  more: { present?: boolean; duplicateBytes?: number } = {},
): void {
  const { present = false, duplicateBytes = 0 } = more;
  const size = 4 * MIB;
  const grant = { id: "a".repeat(64), size, blake3: null, sha256: null };
  const stats = { resumedBytes, receivedBytes, reusedBytes: 0, duplicateBytes, retries: 0, sources: [] };
  const file = { name: "a", destination: { kind: "file", path: "a" } } as const;
  const result = downloadResult(file, grant, stats, 0, error);
  summary.add({ result, failure: error === null ? null : "failed", present, partFile: null });
}

test("one file has a line of its own; several are told together", () => {
  expect(summary.text(1)).toBeNull();
  add(4 * MIB, 0, null);
  expect(summary.text(1)).toBeNull();
  // A piece that two sources have sent counts once.
  add(2 * MIB, 3 * MIB, null, { duplicateBytes: MIB });
  expect(summary.text(2)).toBe("2 files: 2 downloaded (5.0 MiB in 2.0 s, 2.5 MiB/s)");
  add(0, 0, null, { present: true });
  add(0, 4 * MIB, null);
  // Empty, or zeros alone: nothing has to come.
  add(0, 0, null);
  add(MIB, 0, "the disk is full");
  expect(summary.text(2)).toBe("6 files: 4 downloaded (6.0 MiB in 2.0 s, 3.0 MiB/s), 1 there already, 1 failed");
});
