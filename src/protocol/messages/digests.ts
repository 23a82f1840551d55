import * as v from "valibot";
import { DIGEST_BYTES, PIECE_DIGESTS } from "../digests/piece-digests.ts";
import { count, integer, request, versionId, wholeHash } from "../fields.ts";
import { MAX_PIECES } from "../versions/version.ts";

/** Bytes of the digests of one kind of all pieces. */
const MAX_DIGESTS_BYTES = MAX_PIECES * Math.max(...Object.values(DIGEST_BYTES));

/** Between the central and a secondary, about digests for programs that know no BLAKE3. */
export const digestMessages = {
  digests: v.object({ type: v.literal("digests"), request, id: versionId, of: v.picklist(PIECE_DIGESTS) }),
  digested: v.object({
    type: v.literal("digested"),
    request,
    /** Of the whole file. */
    sha256: wholeHash,
    /** The digests of the pieces, one after the other. */
    payload: integer(MAX_DIGESTS_BYTES),
  }),
  undigested: v.object({
    type: v.literal("undigested"),
    request,
    why: v.picklist(["making", "not held", "off", "busy"]),
    /** Bytes that are to be hashed until they are there, others' before it included; 0 where they are not being made. */
    left: count,
  }),
};
