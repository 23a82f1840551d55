import { expect, test } from "bun:test";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { LocalPieceStore } from "../../../../src/secondary/serving/local-piece-store.ts";
import { PartialFiles } from "../../../../src/secondary/serving/partial-files.ts";

const ID = "a".repeat(64);
const SIZE = 1000;
const STATE = { size: SIZE, mtimeNs: 1n, inode: 1n };
const CHANGED = { ...STATE, mtimeNs: 2n };

/** A store with a file of the shared folder, or with a copy that becomes one. */
function storeWith(what: "a file" | "a copy") {
  let isFile = what === "a file";
  const partialFiles = new PartialFiles({ close: async () => {} });
  if (!isFile) partialFiles.add(ID, { fd: 7, size: SIZE, hashes: new Uint8Array(32), have: new Bitmap(1) });
  const store = new LocalPieceStore({
    guard: { isPresent: true },
    descriptors: {
      acquire: async () => (isFile ? { fd: 8, size: SIZE, state: STATE, release() {} } : null),
      isVerified: (_id, { mtimeNs }) => isFile && mtimeNs === STATE.mtimeNs,
      hashes: async () => null,
      hasWaiters: false,
    },
    partialFiles,
    expects: () => false,
  });
  const finish = (isInstalled: boolean) => {
    isFile = isInstalled;
    partialFiles.remove(ID);
  };
  return { store, finish };
}

test("a file of the shared folder is right as long as nobody has written to it", async () => {
  const version = await storeWith("a file").store.acquire(ID);
  expect([STATE, CHANGED].map((now) => version?.isIntact(now))).toEqual([true, false]);
});

test("whoever reads a copy goes on once it is a file, and not when somebody writes to that", async () => {
  const { store, finish } = storeWith("a copy");
  const version = await store.acquire(ID);
  expect([STATE, CHANGED].map((now) => version?.isIntact(now))).toEqual([true, true]);
  finish(true);
  expect([STATE, CHANGED].map((now) => version?.isIntact(now))).toEqual([true, false]);
});

test("whoever reads a copy that was given up reads it no more", async () => {
  const { store, finish } = storeWith("a copy");
  const version = await store.acquire(ID);
  finish(false);
  expect(version?.isIntact(STATE)).toBe(false);
});
