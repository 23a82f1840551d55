import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import type { BlockingDisk } from "../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { bytesEqual, hash } from "../../../src/platform/hash.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { MIB } from "../../../src/platform/units.ts";
import { MAX_PIECES, pieceHash, pieceSize } from "../../../src/protocol/versions/version.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { content } from "../transfer/content.ts";
import { file } from "./hasher-fixture.ts";

const FILE = content(3 * MIB + 5);
const hashing = inlineHashing(systemBlockingDisk, silentLog);

/** An empty file, open for reading and writing. */
function target(): { fd: number; bytes: () => Buffer } {
  const path = `${temporaryFolder()}/target`;
  const fd = fs.openSync(path, "w+");
  return { fd, bytes: () => fs.readFileSync(path) };
}

describe("the hashes of a file as one of another length", () => {
  test("are those of its pieces, and of what it has of them", async () => {
    const longer = file(Buffer.concat([FILE.bytes, Buffer.from("more")]));
    const { hashes, id, stat } = await hashing.hashAs(longer, FILE.bytes.length, () => true);
    expect(bytesEqual(hashes, FILE.hashes)).toBe(true);
    // The id is that of its first bytes: the length is told apart.
    expect([id, stat.size]).toEqual([FILE.version.id, FILE.bytes.length + 4]);
    const shorter = await hashing.hashAs(file(FILE.bytes.subarray(0, MIB + 1)), FILE.bytes.length, () => true);
    expect(bytesEqual(pieceHash(shorter.hashes, 0), pieceHash(FILE.hashes, 0))).toBe(true);
    expect(bytesEqual(pieceHash(shorter.hashes, 1), hash(FILE.bytes.subarray(MIB, MIB + 1)))).toBe(true);
    expect(bytesEqual(pieceHash(shorter.hashes, 3), hash(new Uint8Array(0)))).toBe(true);
  });

  test("have no zeros where the file has ended", async () => {
    const size = 4 * MIB;
    const sparse = file("");
    fs.truncateSync(sparse, MIB);
    const { hashes } = await hashing.hashAs(sparse, size, () => true);
    const zeros = hash(new Uint8Array(MIB));
    const isZeros = [0, 1, 2, 3].map((piece) => bytesEqual(pieceHash(hashes, piece), zeros));
    expect(isZeros).toEqual([true, false, false, false]);
  });
});

test("who does not want the hashes of a file any more is not kept waiting", async () => {
  const large = content(70 * MIB);
  const asked: number[] = [];
  const wanted = (done: number) => asked.push(done) === 0;
  await expect(hashing.hashAs(file(large.bytes), large.bytes.length, wanted)).rejects.toThrow("not wanted any more");
  expect(asked).toEqual([64 * MIB]);
});

describe("pieces of a file that another lacks", () => {
  test("are written at their places where they are right, and only there", async () => {
    const other = Buffer.from(FILE.bytes);
    other.fill(7, MIB, MIB + 3);
    const { fd, bytes } = target();
    const hashes = await hashing.reuse(
      file(other),
      FILE.bytes.length,
      1,
      { fd, hashes: FILE.hashes.subarray(32) },
      "any",
    );
    const right = [1, 2, 3].map((piece) => bytesEqual(pieceHash(hashes, piece - 1), pieceHash(FILE.hashes, piece)));
    expect(right).toEqual([false, true, true]);
    expect(bytes().equals(Buffer.concat([Buffer.alloc(2 * MIB), FILE.bytes.subarray(2 * MIB)]))).toBe(true);
    fs.closeSync(fd);
  });

  test("of zeros are none: where they lie in a hole nothing is read that could be written", async () => {
    const source = file(FILE.bytes.subarray(0, MIB));
    fs.truncateSync(source, 2 * MIB);
    const wanted = Buffer.concat([FILE.bytes.subarray(0, MIB), Buffer.alloc(MIB)]);
    const hashes = Buffer.concat([hash(wanted.subarray(0, MIB)), hash(wanted.subarray(MIB))]);
    const { fd, bytes } = target();
    const found = await hashing.reuse(source, wanted.length, 0, { fd, hashes }, "any");
    expect([0, 1].map((piece) => bytesEqual(pieceHash(found, piece), pieceHash(hashes, piece)))).toEqual([true, false]);
    expect(bytes().equals(wanted.subarray(0, MIB))).toBe(true);
    fs.closeSync(fd);
  });

  test("of a file out of reach are none", async () => {
    const { fd } = target();
    const { hashes } = FILE;
    const link = `${temporaryFolder()}/link`;
    fs.symlinkSync(file(FILE.bytes), link);
    await expect(hashing.reuse(link, FILE.bytes.length, 0, { fd, hashes }, "real")).rejects.toThrow("symbolic link");
    fs.closeSync(fd);
  });

  describe("that are longer than what is read at once", () => {
    const size = MAX_PIECES * MIB + 1;
    const piece = Buffer.concat([content(MIB).bytes, content(MIB, 2).bytes]);
    const hashes = hash(piece);

    test("are read once more while they are written", async () => {
      expect(pieceSize(size)).toBe(piece.length);
      const { fd, bytes } = target();
      const found = await hashing.reuse(file(piece), size, 0, { fd, hashes }, "any");
      expect([bytesEqual(found, hashes), bytes().equals(piece)]).toEqual([true, true]);
      fs.closeSync(fd);
    });

    test("and are changed between the two times do not count", async () => {
      const source = file(piece);
      let reads = 0;
      const disk: BlockingDisk = {
        ...systemBlockingDisk,
        read(fd, buffer, position) {
          reads += 1;
          if (reads === 4) fs.writeFileSync(source, Buffer.alloc(piece.length, 1));
          return systemBlockingDisk.read(fd, buffer, position);
        },
      };
      const { fd } = target();
      const found = await inlineHashing(disk, silentLog).reuse(source, size, 0, { fd, hashes }, "any");
      expect([reads, bytesEqual(found, hashes)]).toEqual([4, false]);
      fs.closeSync(fd);
    });
  });
});
