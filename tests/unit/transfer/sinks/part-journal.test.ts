import { expect, test } from "bun:test";
import type { Disk, FileStat } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { PartJournal } from "../../../../src/transfer/sinks/part-journal.ts";

const SECOND_NS = 1_000_000_000n;
/** When the last mark was made. */
const MARKED_NS = 1_700_000_000n * SECOND_NS;
const STAT: FileStat = {
  kind: "file",
  ...{ size: 5, allocated: 5, mtimeNs: MARKED_NS, ctimeNs: MARKED_NS, inode: 1n, device: 1n },
};

/** What is written to a journal at the end, when its part was changed so. */
async function written(part: Partial<FileStat>, journalSize = 100): Promise<[Uint8Array, number][]> {
  const writes: [Uint8Array, number][] = [];
  const disk: Disk = {
    ...systemDisk,
    fstat: async () => ({ ...STAT, size: journalSize }),
    async read(_fd, buffer) {
      buffer[0] = 7;
      return 1;
    },
    write: async (_fd, bytes, position) => void writes.push([new Uint8Array(bytes), position]),
  };
  await new PartJournal(disk, 3).trustUnmarkedTail({ ...STAT, ...part });
  return writes;
}

const FIRST_BYTE_AGAIN = [[new Uint8Array([7]), 0]];

test("where the part is a little newer than the last mark, the journal is made newer, and says the same", async () => {
  expect(await written({ mtimeNs: MARKED_NS + 1n })).toEqual(FIRST_BYTE_AGAIN as never);
  expect(await written({ ctimeNs: MARKED_NS + 2n * SECOND_NS })).toEqual(FIRST_BYTE_AGAIN as never);
});

test("a part that is not newer has no bytes without a mark, so that its journal keeps its time", async () => {
  expect(await written({})).toEqual([]);
  expect(await written({ mtimeNs: MARKED_NS - 1n, ctimeNs: MARKED_NS - 1n })).toEqual([]);
});

test("a part that was changed long after the last mark is read by the next try", async () => {
  expect(await written({ mtimeNs: MARKED_NS + 2n * SECOND_NS + 1n })).toEqual([]);
  expect(await written({ ctimeNs: MARKED_NS + 2n * SECOND_NS + 1n })).toEqual([]);
});

test("a journal whose marks were removed stays empty", async () => {
  expect(await written({ mtimeNs: MARKED_NS + 1n }, 0)).toEqual([]);
});
