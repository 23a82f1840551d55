import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import type { HashedFile } from "../../../src/hashing/hashing.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { hash, hex } from "../../../src/platform/hash.ts";
import { silentLog } from "../../../src/platform/log/log.ts";
import { MIB } from "../../../src/platform/units.ts";
import { leavesOfPiece } from "../../../src/protocol/digests/merkle.ts";
import {
  PIECE_DIGESTS,
  type PieceDigest,
  PLAIN_DIGESTS,
  TORRENT_DIGESTS,
} from "../../../src/protocol/digests/piece-digests.ts";
import { pieceCount, pieceSize } from "../../../src/protocol/versions/version.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { V2_ROOTS, vectorBytes } from "./digest-vectors.ts";

function file(bytes: Uint8Array): string {
  const path = `${temporaryFolder()}/file`;
  fs.writeFileSync(path, bytes);
  return path;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function sha256OfPieces(bytes: Uint8Array): string {
  const length = pieceSize(bytes.length);
  const pieces = Array.from({ length: pieceCount(bytes.length) }, (_, piece) =>
    sha256(bytes.subarray(piece * length, (piece + 1) * length)),
  );
  return pieces.join("");
}

const hashing = () => inlineHashing(systemBlockingDisk, silentLog);

/** What was made, as hexadecimal digits. */
function made(hashed: HashedFile): [whole: string | null | undefined, pieces: Record<string, string>] {
  const pieces = Object.entries(hashed.digests?.pieces ?? {}).map(([kind, bytes]) => [kind, hex(bytes)]);
  return [hashed.digests?.sha256, Object.fromEntries(pieces)];
}

test.each([...V2_ROOTS])(
  "SHA-256 of %i bytes comes with the hashes, the rest when it is wanted",
  async (size, vector) => {
    const bytes = vectorBytes(size);
    const path = file(bytes);
    const one = hashing();
    const hashed = await one.hash(path, size, "digests");
    const plain = { "sha-256": sha256OfPieces(bytes) };
    const torrent = { "sha-1": vector.sha1, merkle: vector.pieces };
    expect(hashed.blake3).toBe(hex(hash(bytes)));
    expect(made(hashed)).toEqual([sha256(bytes), plain]);
    const digest = (kinds: readonly PieceDigest[]) => one.digest(path, size, kinds, "any", () => true);
    expect(made(await digest(TORRENT_DIGESTS))).toEqual([null, torrent]);
    expect(made(await digest(PIECE_DIGESTS))).toEqual([sha256(bytes), { ...plain, ...torrent }]);
  },
);

test("of an empty file only the whole has one", async () => {
  const path = file(new Uint8Array(0));
  const whole = sha256(new Uint8Array(0));
  expect(made(await hashing().hash(path, 0, "digests"))).toEqual([whole, { "sha-256": "" }]);
  const all = await hashing().digest(path, 0, PIECE_DIGESTS, "any", () => true);
  expect(made(all)).toEqual([whole, { "sha-256": "", "sha-1": "", merkle: "" }]);
});

test("without being asked for they are not made", async () => {
  const bytes = vectorBytes(MIB + 1);
  const path = file(bytes);
  for (const scope of ["pieces", "whole"] as const)
    expect((await hashing().hash(path, bytes.length, scope)).digests).toBeNull();
});

test("files that are hashed in turn, slice by slice, each get their own", async () => {
  const files = [70, 130, 65].map((count, index) => {
    const bytes = new Uint8Array(count * MIB + index).fill(index + 1);
    return { path: file(bytes), bytes };
  });
  const one = hashing();
  const hashed = await Promise.all(files.map(({ path, bytes }) => one.hash(path, bytes.length, "digests")));
  expect(hashed.map(({ digests }) => digests?.sha256)).toEqual(files.map(({ bytes }) => sha256(bytes)));
});

test("a file that changes while it is hashed leaves nothing to the next one", async () => {
  const bytes = vectorBytes(3 * MIB);
  const path = file(bytes);
  let reads = 0;
  const disk: typeof systemBlockingDisk = {
    ...systemBlockingDisk,
    read(fd, buffer, position) {
      reads += 1;
      if (reads === 2) fs.truncateSync(path, MIB + 5);
      return systemBlockingDisk.read(fd, buffer, position);
    },
  };
  const one = inlineHashing(disk, silentLog);
  await expect(one.hash(path, bytes.length, "digests")).rejects.toThrow("no longer");
  const other = file(bytes);
  const { digests } = await one.hash(other, bytes.length, "digests");
  expect(hex(digests?.pieces["sha-256"] ?? new Uint8Array(0))).toBe(sha256OfPieces(bytes));
});

/** A file of zeros with one byte at its end. */
function sparse(size: number): string {
  const path = `${temporaryFolder()}/image`;
  const image = fs.openSync(path, "w");
  fs.ftruncateSync(image, size);
  fs.writeSync(image, Buffer.from("x"), 0, 1, size - 1);
  fs.closeSync(image);
  return path;
}

test("holes are digested as the zeros that they are", async () => {
  const bytes = new Uint8Array(20 * MIB + 7);
  bytes[bytes.length - 1] = 120;
  const digest = (path: string) => hashing().digest(path, bytes.length, PIECE_DIGESTS, "any", () => true);
  const { digests } = await digest(sparse(bytes.length));
  const full = await digest(file(bytes));
  expect(digests).toEqual(full.digests);
  expect(digests?.sha256).toBe(sha256(bytes));
});

test("who waits for a file with huge holes gets it without digests, which come in the background", async () => {
  const size = 1100 * MIB;
  const path = sparse(size);
  const one = hashing();
  const hashed = await one.hash(path, size, "digests");
  expect([hashed.digests, hashed.blake3]).toEqual([null, null]);
  const { id, digests } = await one.digest(path, size, PLAIN_DIGESTS, "any", () => true);
  expect(id).toBe(hashed.id);
  const expected = createHash("sha256");
  for (let left = size - 1; left > 0; left -= MIB) expected.update(new Uint8Array(Math.min(MIB, left)));
  expect(digests?.sha256).toBe(expected.update("x").digest("hex"));
});

test("the digests of a piece depend on how many pieces the file has, where the last one is short", () => {
  expect([leavesOfPiece(MIB + 1, 1), leavesOfPiece(1, 0)]).toEqual([64, 1]);
});
