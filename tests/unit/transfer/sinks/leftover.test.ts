import { describe, expect, test } from "bun:test";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import type { JournalState } from "../../../../src/transfer/sinks/journal.ts";
import { claimedPieces, type Leftover } from "../../../../src/transfer/sinks/leftover.ts";
import { content } from "../content.ts";
import { list } from "./part-file-fixture.ts";

const { version, hashes } = content(3 * MIB + 77);
const MARKED = 1_000_000_000_001n;

const marks = new Bitmap(4);
for (const piece of [0, 2]) marks.add(piece);
const EARLIER: JournalState = {
  name: "film",
  version,
  hashes,
  session: "session",
  file: { device: 5n, inode: 6n },
  checked: true,
  have: marks,
};

function stat(difference: Partial<FileStat> = {}): FileStat {
  const { size } = version;
  const times = { mtimeNs: MARKED, ctimeNs: MARKED };
  return { kind: "file", size, ...times, inode: 6n, device: 5n, allocated: size, ...difference };
}

/** What is made of a leftover that differs so from one that nobody has touched: the pieces, and whether they are in doubt. */
function claims(difference: Partial<Leftover>, session: string | null = "session"): [number[], boolean] {
  const leftover = { earlier: EARLIER, part: stat(), journal: stat(), ...difference };
  const { pieces, whyVerify } = claimedPieces(leftover, version, session);
  return [list(pieces), whyVerify !== null];
}

const earlier = (difference: Partial<JournalState>) => claims({ earlier: { ...EARLIER, ...difference } });
const part = (difference: Partial<FileStat>) => claims({ part: stat(difference) });

describe("marks of an earlier try", () => {
  test("count as they are where nothing has touched the part since the last one", () => {
    expect(claims({})).toEqual([[0, 2], false]);
    expect(part({ mtimeNs: MARKED - 1n, ctimeNs: MARKED - 1n })).toEqual([[0, 2], false]);
  });

  test("must be read where anything has", () => {
    expect(part({ mtimeNs: MARKED + 1n })).toEqual([[0, 2], true]);
    // As after `cp -p`, a restored backup, or a time that was set back.
    expect(part({ ctimeNs: MARKED + 1n })).toEqual([[0, 2], true]);
    expect(part({ inode: 7n })).toEqual([[0, 2], true]);
    expect(part({ device: 7n })).toEqual([[0, 2], true]);
  });

  test("must be read where the time of the last one, in whole seconds, is that of the part as well", () => {
    const at = (time: bigint) => stat({ mtimeNs: time, ctimeNs: time });
    const time = 1_000_000_000_000n;
    expect(claims({ part: at(time), journal: at(time) })).toEqual([[0, 2], true]);
    expect(claims({ part: at(time - 1_000_000_000n), journal: at(time) })).toEqual([[0, 2], false]);
  });

  test("must be read in another session, and where nobody can tell", () => {
    expect(claims({}, "another")).toEqual([[0, 2], true]);
    expect(claims({}, null)).toEqual([[0, 2], true]);
    expect(earlier({ session: null })).toEqual([[0, 2], true]);
  });

  test("that were being read when the try ended must be read again", () => {
    expect(earlier({ checked: false })).toEqual([[0, 2], true]);
  });

  test("say nothing of another version, or of a part that was cut or grew: all that is there may be right", () => {
    expect(earlier({ version: { ...version, id: "0".repeat(64) } })).toEqual([[0, 1, 2, 3], true]);
    expect(part({ size: 2 * MIB + 1 })).toEqual([[0, 1, 2], true]);
    expect(part({ size: version.size + 1 })).toEqual([[0, 1, 2, 3], true]);
    expect(claims({ earlier: null })).toEqual([[0, 1, 2, 3], true]);
  });

  test("of a part that is gone are of nothing", () => {
    expect(part({ size: 0 })).toEqual([[], false]);
    expect(claims({ earlier: { ...EARLIER, have: new Bitmap(4) } })).toEqual([[], false]);
  });
});
