import * as v from "valibot";
import { count, integer, request, versionId, wholeHash } from "../fields.ts";
import { MAX_PIECES } from "../versions/version.ts";

/** Bytes of the longest digest of a piece. */
const DIGEST_BYTES = 32;

/**
 * Digests of every piece: its SHA-256, its SHA-1, and the root of its merkle tree as BitTorrent has it (BEP 52).
 */
export const PIECE_DIGESTS = ["sha-256", "sha-1", "merkle"] as const;
export type PieceDigest = (typeof PIECE_DIGESTS)[number];

/** Between the central and a secondary, about digests for programs that know no BLAKE3. */
export const digestMessages = {
  digests: v.object({ type: v.literal("digests"), request, id: versionId, of: v.picklist(PIECE_DIGESTS) }),
  digested: v.object({
    type: v.literal("digested"),
    request,
    /** Of the whole file. */
    sha256: wholeHash,
    /** The digests of the pieces, one after the other. */
    payload: integer(MAX_PIECES * DIGEST_BYTES),
  }),
  undigested: v.object({
    type: v.literal("undigested"),
    request,
    why: v.picklist(["making", "not held", "off", "busy"]),
    /** Bytes that are to be hashed until they are there, others' before it included; 0 where they are not being made. */
    left: count,
  }),
};
