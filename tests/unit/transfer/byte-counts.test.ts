import { expect, test } from "bun:test";
import { MIB } from "../../../src/platform/units.ts";
import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import { ByteCounts } from "../../../src/transfer/byte-counts.ts";

function bitmap(pieces: readonly number[]): Bitmap {
  const made = new Bitmap(5);
  for (const piece of pieces) made.add(piece);
  return made;
}

test("what came twice is what was received beyond what is here and was neither resumed nor all zeros", () => {
  const counts = new ByteCounts();
  counts.setInitial(bitmap([0, 1, 2]), bitmap([2]), 5 * MIB);
  expect(counts.stats).toMatchObject({
    doneBytes: 3 * MIB,
    resumedBytes: 2 * MIB,
    receivedBytes: 0,
    duplicateBytes: 0,
  });
  counts.addResumed(MIB);
  expect(counts.stats).toMatchObject({ doneBytes: 4 * MIB, resumedBytes: 3 * MIB, duplicateBytes: 0 });
  counts.receivedBytes = MIB / 2;
  expect(counts.stats.duplicateBytes).toBe(MIB / 2);
  counts.doneBytes += MIB;
  expect(counts.stats.duplicateBytes).toBe(0);
  counts.receivedBytes = 3 * MIB;
  expect(counts.stats).toMatchObject({ doneBytes: 5 * MIB, receivedBytes: 3 * MIB, duplicateBytes: 2 * MIB });
});
