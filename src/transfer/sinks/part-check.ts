import type { Hashing } from "../../hashing/hashing.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import { bytesEqual } from "../../platform/hash.ts";
import { MIB } from "../../platform/units.ts";
import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import type { PieceRange } from "../../protocol/versions/piece-range.ts";
import { rangesWhere } from "../../protocol/versions/piece-range.ts";
import { pieceHash, pieceSize } from "../../protocol/versions/version.ts";

/** Bytes hashed with one request, unless one piece is longer: the results of a piece come soon. */
const MAX_REQUEST_BYTES = 16 * MIB;
/** Requests under way: the hasher works on one while the other waits. */
const CONCURRENT_REQUESTS = 2;

export interface PartCheck {
  readonly hasher: Pick<Hashing, "hashPieces">;
  /** The file, of `size` bytes. */
  readonly path: string;
  readonly size: number;
  /** 32 bytes for each piece, as they should be. */
  readonly hashes: Uint8Array;
  /** Whether no more is to be read. */
  stopped(): boolean;
  /** A piece was read. */
  found(piece: number, right: boolean): Promise<void>;
}

/**
 * Reads pieces and calls `found` for each. Resolves when all are read, or `stopped` says so. Rejects with FileChanged, or
 * when the hasher died.
 */
export async function checkPieces(check: PartCheck, pieces: Bitmap): Promise<void> {
  const most = Math.max(1, Math.floor(MAX_REQUEST_BYTES / pieceSize(check.size)));
  const runs = [
    ...cut(
      rangesWhere(pieces.length, (piece) => pieces.has(piece)),
      most,
    ),
  ];
  const work = async () => {
    for (let run = runs.shift(); run && !check.stopped(); run = runs.shift()) await checkRun(check, run);
  };
  await Promise.all(Array.from({ length: CONCURRENT_REQUESTS }, work));
}

async function checkRun(check: PartCheck, { start, end }: PieceRange): Promise<void> {
  // A piece that cannot be read is fetched again, like one that is wrong.
  const found = await check.hasher.hashPieces(check.path, check.size, start, end).catch((error: unknown) => {
    if (error instanceof DiskError) return null;
    throw error;
  });
  for (let piece = start; piece < end && !check.stopped(); piece++) {
    const right = found !== null && bytesEqual(pieceHash(found, piece - start), pieceHash(check.hashes, piece));
    await check.found(piece, right);
  }
}

/** Cuts ranges into ranges of at most `most` pieces. */
function* cut(runs: readonly PieceRange[], most: number): Generator<PieceRange> {
  for (const { start, end } of runs) {
    for (let from = start; from < end; from += most) yield { start: from, end: Math.min(from + most, end) };
  }
}
