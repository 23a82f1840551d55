import { type BlockingDisk, DiskError } from "../platform/disk/disk.ts";
import { createHasher, HASH_BYTES, type Hasher } from "../platform/hash.ts";
import { ReadBuffer } from "../platform/memory.ts";
import { MIB } from "../platform/units.ts";
import { pieceCount, pieceLength } from "../protocol/versions/version.ts";
import { messageOf } from "../sentences/sentence-error.ts";
import { CopyTargets } from "./copy-target.ts";
import type { HashedSlice, HashReply, HashRequest, HashSlice, SliceResult } from "./hasher-messages.ts";
import { PieceDigester, SliceDigests } from "./piece-digester.ts";
import { type PieceConsumer, reusePieces } from "./piece-reuse.ts";
import { type WholeDigests, type WholeHash, WholeHashes } from "./whole-hashes.ts";
import { zeroHash } from "./zero-hash.ts";

/** Most bytes read at once. */
const READ_BUFFER_BYTES = MIB;

/** Handles the requests of one hasher, one after the other. Blocking. */
export function hasherHandler(disk: BlockingDisk): (request: HashRequest) => HashReply {
  const buffer = new ReadBuffer(READ_BUFFER_BYTES);
  const copies = new CopyTargets(disk);
  const wholes = new WholeHashes();
  let hasher: Hasher | undefined;
  const digesters = new Map<string, PieceDigester>();
  const hashed = (slice: HashSlice): SliceResult => {
    try {
      hasher ??= createHasher();
      const digests = slice.digests.length > 0 ? new SliceDigests(digesterFor(digesters, slice), slice) : null;
      const hashed = hashSlice({ disk, hasher, buffer, copies, whole: wholes.hashFor(slice), digests }, slice);
      if (hashed) return { kind: "hashed", ...hashed, digests: digests?.made ?? {}, ...wholes.finishSlice(slice) };
      wholes.abort(slice);
      return { kind: "changed" };
    } catch (error) {
      wholes.abort(slice);
      // Half a piece may be in it.
      hasher = undefined;
      const failure = error instanceof DiskError ? error.failure : "other";
      return { kind: "failed", failure, message: messageOf(error) };
    }
  };
  return ({ slices }) => ({ results: slices.map(hashed) });
}

/** The one that makes the digests of a slice. There are few: one for each set of kinds. */
function digesterFor(digesters: Map<string, PieceDigester>, { digests }: HashSlice): PieceDigester {
  const key = digests.join();
  const digester = digesters.get(key) ?? new PieceDigester(digests);
  digesters.set(key, digester);
  return digester;
}

interface SliceTools {
  readonly disk: BlockingDisk;
  readonly hasher: Hasher;
  readonly buffer: ReadBuffer;
  readonly copies: CopyTargets;
  readonly whole: WholeHash | null;
  readonly digests: SliceDigests | null;
}

type SliceHashes = Omit<HashedSlice, "digests" | keyof WholeDigests>;

/** Null when the file has another size than it should. */
function hashSlice({ disk, copies, ...tools }: SliceTools, slice: HashSlice): SliceHashes | null {
  const fd = disk.open(slice.path, "read", slice.reach);
  try {
    const { destination, size, length, reuse } = slice;
    if (destination === null) {
      const hashAll = (part: HashSlice, writer: PieceConsumer | null) =>
        hashPieces({ disk, ...tools }, part, fd, writer);
      const hashes = reuse ? reusePieces(slice, reuse, hashAll, { disk, ...tools }) : hashAll(slice, null);
      // Only now: it also tells whether anybody has changed the file while it was read.
      const stat = hashes && disk.fstat(fd);
      return hashes && (length === "any" || stat?.size === size) ? { hashes, stat } : null;
    }
    if (disk.fstat(fd).size !== size) return null;
    const hashes = copies.withTarget(fd, { ...slice, destination }, (target) =>
      hashPieces({ disk, ...tools }, slice, target.input, target),
    );
    return hashes && { hashes, stat: null };
  } finally {
    disk.close(fd);
  }
}

function hashPieces(
  { disk, hasher, buffer, whole, digests }: Omit<SliceTools, "copies">,
  slice: HashSlice,
  fd: number,
  target: PieceConsumer | null,
): Uint8Array<ArrayBuffer> | null {
  const hashes = new Uint8Array(slice.count * HASH_BYTES);
  const pieceBytes = pieceLength(slice.size, 0);
  const empty = emptyPieces(disk, slice, fd);
  for (let index = 0; index < slice.count; index++) {
    const piece = slice.from + index;
    let position = piece * pieceBytes;
    let left = pieceLength(slice.size, piece);
    if (empty.has(piece)) {
      whole?.updateZeros(left);
      digests?.zeros(piece);
      hashes.set(zeroHash(left), index * HASH_BYTES);
      continue;
    }
    while (left > 0) {
      const part = buffer.room(left);
      const read = disk.read(fd, part, position);
      hasher.update(part.subarray(0, read));
      // While it is in the processor's cache.
      whole?.update(part.subarray(0, read));
      digests?.update(part.subarray(0, read));
      if (read < part.length && slice.length === "exact") {
        hasher.digest();
        return null;
      }
      target?.write(part.subarray(0, read), position);
      if (read < part.length) break;
      position += read;
      left -= read;
    }
    hashes.set(hasher.digest(), index * HASH_BYTES);
    digests?.finish(piece);
  }
  return hashes;
}

/** Pieces of a slice that lie in holes: there is nothing to read. */
function emptyPieces(disk: BlockingDisk, { size, length, from, count }: HashSlice, fd: number): ReadonlySet<number> {
  const empty = new Set<number>();
  // For many small files the question to the disk would cost more than it saves.
  if (pieceCount(size) <= 1) return empty;
  // What is beyond the end looks like a hole.
  if (length === "any" && disk.fstat(fd).size < size) return empty;
  const whole = pieceLength(size, 0);
  const endOf = (piece: number) => Math.min(size, (piece + 1) * whole);
  const start = from * whole;
  for (const [position, length] of disk.holes(fd, start, endOf(from + count - 1) - start)) {
    for (let piece = Math.ceil(position / whole); piece < from + count && endOf(piece) <= position + length; piece++) {
      empty.add(piece);
    }
  }
  return empty;
}
