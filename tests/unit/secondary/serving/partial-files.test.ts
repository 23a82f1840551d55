import { expect, test } from "bun:test";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { PartialFiles } from "../../../../src/secondary/serving/partial-files.ts";

const ID = "a".repeat(64);
const FD = 7;
const SIZE = 3 * 1024 * 1024;
const HASHES = new Uint8Array(3 * 32);

function withOneCopy() {
  const closed: number[] = [];
  const files = new PartialFiles({ close: async (fd) => void closed.push(fd) });
  const have = new Bitmap(3);
  files.add(ID, { fd: FD, size: SIZE, hashes: HASHES, have });
  return { files, have, closed };
}

test("a copy in progress is served as far as it is verified", async () => {
  const { files, have } = withOneCopy();
  have.add(1);
  const version = await files.acquire(ID);
  expect(version).toMatchObject({ fd: FD, size: SIZE });
  expect([0, 1, 2].map((piece) => version?.has(piece))).toEqual([false, true, false]);
  expect(version?.bitmap()).toEqual(new Uint8Array([0b010]));
  have.add(0);
  have.add(2);
  expect(version?.bitmap()).toBeNull();
  expect(files.hashes(ID)).toBe(HASHES);
});

test("what was read of a copy is right until the copy has ended, and others may write to its file", async () => {
  const { files } = withOneCopy();
  const version = await files.acquire(ID);
  const now = { size: SIZE, mtimeNs: 1n, inode: 1n };
  expect(version?.isIntact(now)).toBe(true);
  files.remove(ID);
  expect(version?.isIntact(now)).toBe(false);
});

test("a copy that has ended is given to nobody, and closed once nobody reads it", async () => {
  const { files, closed } = withOneCopy();
  const [first, second] = [await files.acquire(ID), await files.acquire(ID)];
  files.remove(ID);
  expect([await files.acquire(ID), files.hashes(ID)]).toEqual([null, null]);
  first?.release();
  first?.release();
  expect(closed).toEqual([]);
  second?.release();
  expect(closed).toEqual([FD]);
});

test("readers who come and go do not close a copy in progress", async () => {
  const { files, closed } = withOneCopy();
  (await files.acquire(ID))?.release();
  expect(closed).toEqual([]);
  files.remove(ID);
  files.remove(ID);
  expect(closed).toEqual([FD]);
});

test("of a version that is not being copied there is nothing", async () => {
  const { files, closed } = withOneCopy();
  const other = "b".repeat(64);
  expect([await files.acquire(other), files.hashes(other)]).toEqual([null, null]);
  files.remove(other);
  expect(closed).toEqual([]);
});
