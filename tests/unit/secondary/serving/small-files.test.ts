import { expect, test } from "bun:test";
import { SMALL_FILE_BYTES } from "../../../../src/protocol/fields.ts";
import type { IndexedFile } from "../../../../src/secondary/index/file-record.ts";
import { batchEnd, smallFilesOf } from "../../../../src/secondary/serving/small-files.ts";

const KIB = 1024;
const BOUNDS = { folder: "/share", except: ".redes" };
const FINGERPRINT = { size: 5, mtimeNs: 6n, ctimeNs: 7n, inode: 8n };

/** The small files of an index that has one version of this size, in so many places. */
function filesOf(size: number, { places = 1, isPresent = true } = {}) {
  const descent = { vector: "", edits: "", changed: false };
  const file: IndexedFile = { name: "f0", id: "v", size, mtimeNs: 6n, blake3: null, sha256: null, ...descent };
  const index = {
    byId: (id: string) => (id === "v" ? file : undefined),
    *placesOf(id: string) {
      const count = id === "v" ? places : 0;
      for (let place = 0; place < count; place++) {
        yield { name: `f${place}`, path: `/share/f${place}`, bounds: BOUNDS, fingerprint: FINGERPRINT };
      }
    },
  };
  const readFiles = async () => ({ sizes: [], bytes: new Uint8Array() });
  return smallFilesOf(index, { readFiles }, { isPresent, bounds: BOUNDS });
}

test("a small file is found in the first of its places, with what tells whether it has changed", () => {
  const found = { path: "/share/f0", size: 5, mtimeNs: 6n, inode: 8n };
  expect(filesOf(SMALL_FILE_BYTES, { places: 2 }).find("v")).toEqual(found);
});

test("no file is found that is large, unknown, nowhere, or in a folder that is not there", () => {
  expect(filesOf(SMALL_FILE_BYTES + 1).find("v")).toBeNull();
  expect(filesOf(5).find("unknown")).toBeNull();
  expect(filesOf(5, { places: 0 }).find("v")).toBeNull();
  expect(filesOf(5, { isPresent: false }).find("v")).toBeNull();
});

test("a batch has as many files as fit into a payload, those that cannot be read among them", () => {
  const file = (size: number) => ({ path: "f", size, mtimeNs: 0n, inode: 0n });
  const files = [file(512 * KIB), null, file(512 * KIB), file(1), file(1024 * KIB), null];
  expect([0, 1, 2, 3, 4, 5].map((start) => batchEnd(files, start))).toEqual([3, 4, 4, 4, 6, 6]);
  // Under a limit a batch is small, and never empty.
  expect([0, 1, 2, 3, 4, 5].map((start) => batchEnd(files, start, 1))).toEqual([1, 2, 3, 4, 5, 6]);
});
