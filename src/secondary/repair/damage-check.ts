import type { Hashing } from "../../hashing/hashing.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { bytesEqual } from "../../platform/hash.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash } from "../../protocol/versions/version.ts";
import type { FileIndex, FilePlace } from "../file-index.ts";
import { sameFingerprint } from "../folder/fingerprint.ts";
import type { VerificationRequest } from "./verification-queue.ts";

export interface DamageCheckDeps {
  readonly disk: Pick<Disk, "stat">;
  readonly hashing: Pick<Hashing, "hash" | "hashPiece">;
  readonly index: Pick<FileIndex, "hashes">;
}

/**
 * `unknown`: the version is not indexed any more; `changed`: somebody has changed the file since, so that it is a new
 * version and not damaged; `damaged`: `sound` are the pieces that still have their hashes, `hashes` those of all pieces.
 */
export type DamageCheckResult =
  | { readonly kind: "unknown" | "changed" | "sound" }
  | { readonly kind: "damaged"; readonly sound: Bitmap; readonly hashes: Uint8Array };

/** Reads the reported pieces of a file, and the whole file if one of them is wrong. Rejects with DiskError or FileChanged. */
export async function checkDamage(
  { disk, hashing, index }: DamageCheckDeps,
  { path, bounds, fingerprint: expected }: FilePlace,
  { id, pieces }: VerificationRequest,
): Promise<DamageCheckResult> {
  const hashes = await index.hashes(id);
  if (!hashes) return { kind: "unknown" };
  // One piece costs little: a false report does not make a whole file be read.
  let isWrong = false;
  for (const piece of pieces) {
    isWrong ||= !bytesEqual(await hashing.hashPiece(path, expected.size, piece, bounds), pieceHash(hashes, piece));
  }
  const found = isWrong ? (await hashing.hash(path, expected.size, "pieces", bounds)).hashes : hashes;
  const stat = await disk.stat(path);
  if (!stat || !sameFingerprint(stat, expected)) return { kind: "changed" };
  if (bytesEqual(found, hashes)) return { kind: "sound" };
  return { kind: "damaged", sound: equalPieces(found, hashes, pieceCount(expected.size)), hashes };
}

function equalPieces(found: Uint8Array, expected: Uint8Array, count: number): Bitmap {
  const equal = new Bitmap(count);
  for (let piece = 0; piece < count; piece++) {
    if (bytesEqual(pieceHash(found, piece), pieceHash(expected, piece))) equal.add(piece);
  }
  return equal;
}
