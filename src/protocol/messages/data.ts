import * as v from "valibot";
import { ERROR_CODES } from "../errors.ts";
import {
  batch,
  bitmapPayload,
  fileName,
  hashesPayload,
  ID_BYTES,
  integer,
  MAX_BATCH,
  payload,
  pieceIndex,
  request,
  SMALL_FILE_BYTES,
  text,
  uniqueId,
  versionId,
} from "../fields.ts";
import { said } from "../said.ts";

/** Between a client, or a secondary that copies, and the secondary that has the pieces. */
export const dataMessages = {
  open: v.object({
    type: v.literal("open"),
    request,
    id: versionId,
    name: fileName,
    /** The client's download, for the statistics; null for a copy between secondaries. */
    download: v.nullable(uniqueId),
  }),
  opened: v.object({
    type: v.literal("opened"),
    request,
    /** Every piece is here; otherwise the payload has a bit for each piece, the lowest bit of a byte first. */
    all: v.boolean(),
    payload: bitmapPayload,
  }),
  have: v.object({ type: v.literal("have"), id: versionId, pieces: batch(pieceIndex) }),
  manifest: v.object({ type: v.literal("manifest"), request, id: versionId }),
  hashes: v.object({ type: v.literal("hashes"), request, payload: hashesPayload }),
  piece: v.object({ type: v.literal("piece"), request, id: versionId, piece: pieceIndex }),
  block: v.object({ type: v.literal("block"), request, payload }),
  /** The payload has the ids of versions, as bytes. */
  files: v.object({
    type: v.literal("files"),
    request,
    payload: v.pipe(v.number(), v.multipleOf(ID_BYTES), v.minValue(0), v.maxValue(MAX_BATCH * ID_BYTES)),
  }),
  contents: v.object({
    type: v.literal("contents"),
    request,
    /** Of the next files in the order asked; null is one that has to be asked for as a piece. */
    sizes: batch(v.nullable(integer(SMALL_FILE_BYTES))),
    /** Their bytes, one file after the other. */
    payload,
  }),
  cancel: v.object({ type: v.literal("cancel"), request }),
  "held-back": v.object({ type: v.literal("held-back") }),
  refusal: v.object({ type: v.literal("refusal"), request, code: v.picklist(ERROR_CODES), message: text(1000), said }),
};
