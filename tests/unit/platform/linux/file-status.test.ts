import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type ContentState, contentState, sameContent } from "../../../../src/platform/content-state.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { isInState } from "../../../../src/platform/linux/file-status.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const GIB = 2 ** 30;

/** What the calls say that make numbers for all that is known of a file, which is to be said without them. */
function asTold(fd: number, state: ContentState): boolean {
  const told = sameContent(systemBlockingDisk.fstat(fd), state);
  expect([isInState(fd, state), systemBlockingDisk.isUnchanged(fd, state)]).toEqual([told, told]);
  return told;
}

test("an open file is in a state until its content, or only one part of the state, is another one", () => {
  const folder = temporaryFolder();
  const fd = fs.openSync(path.join(folder, "film"), "w+");
  const other = fs.openSync(path.join(folder, "other"), "w+");
  // A size and times that take more than 32 bits, and the time before which there are none.
  for (const size of [0, 1, 5 * GIB, 5 * GIB + 1]) {
    fs.ftruncateSync(fd, size);
    for (const seconds of [0, 1, 1_796_038_585, 5_000_000_000, -7]) {
      fs.futimesSync(fd, seconds, seconds);
      const state = contentState(systemBlockingDisk.fstat(fd));
      expect(asTold(fd, state)).toBe(true);
      expect(asTold(other, state)).toBe(false);
      expect(asTold(fd, { ...state, size: size + 1 })).toBe(false);
      expect(asTold(fd, { ...state, size: size + 2 ** 32 })).toBe(false);
      expect(asTold(fd, { ...state, mtimeNs: state.mtimeNs + 1n })).toBe(false);
      expect(asTold(fd, { ...state, mtimeNs: state.mtimeNs + 2n ** 32n * 1_000_000_000n })).toBe(false);
      expect(asTold(fd, { ...state, inode: state.inode + 2n ** 32n })).toBe(false);
    }
  }
  const before = contentState(systemBlockingDisk.fstat(fd));
  systemBlockingDisk.setModified(fd, 1_000_000_000_123_457);
  expect(asTold(fd, before)).toBe(false);
  const named = contentState(systemBlockingDisk.fstat(fd));
  fs.renameSync(path.join(folder, "film"), path.join(folder, "renamed"));
  expect(asTold(fd, named)).toBe(true);
  fs.unlinkSync(path.join(folder, "renamed"));
  expect(asTold(fd, named)).toBe(true);
  fs.closeSync(other);
  fs.closeSync(fd);
});

test("of what is not open nothing is said, and the disk says why", () => {
  const fd = fs.openSync(path.join(temporaryFolder(), "film"), "w+");
  const state = contentState(systemBlockingDisk.fstat(fd));
  fs.closeSync(fd);
  expect(isInState(fd, state)).toBeNull();
  expect(() => systemBlockingDisk.isUnchanged(fd, state)).toThrow("EBADF");
});
