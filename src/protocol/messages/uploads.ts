import * as v from "valibot";
import {
  bitmapPayload,
  fileName,
  hashesPayload,
  payload,
  pieceIndex,
  request,
  secondaryNumber,
  size,
  source,
  time,
  versionId,
} from "../fields.ts";

/** A client puts a file into the cluster: it asks the central where, and sends the file to that secondary. */
export const uploadMessages = {
  place: v.object({
    type: v.literal("place"),
    request,
    name: fileName,
    size,
    id: versionId,
    /** The secondary that it is to go to; null: the one with the most room. */
    at: v.nullable(secondaryNumber),
  }),
  placed: v.object({
    type: v.literal("placed"),
    request,
    /** The version that has the name now; null: there is none. */
    base: v.nullable(versionId),
    /** Null: the name has this very version already. */
    to: v.nullable(source),
  }),
  put: v.object({
    type: v.literal("put"),
    request,
    name: fileName,
    id: versionId,
    size,
    modified: time,
    /** Which version it is to replace; null: it is to be a new file. */
    base: v.nullable(versionId),
    /** The payload has 32 bytes for each piece. */
    payload: hashesPayload,
  }),
  wanted: v.object({
    type: v.literal("wanted"),
    request,
    /** The payload has a bit for each piece that is to be sent, the lowest bit of a byte first. */
    payload: bitmapPayload,
  }),
  give: v.object({ type: v.literal("give"), request, piece: pieceIndex, payload }),
  taken: v.object({
    type: v.literal("taken"),
    request,
    piece: pieceIndex,
    /** `part`: written, and more of the piece is to come; else the whole piece was compared with its hash. */
    state: v.picklist(["part", "right", "wrong"]),
  }),
  publish: v.object({ type: v.literal("publish"), request }),
  published: v.object({
    type: v.literal("published"),
    request,
    /** The name that it has: another one where somebody else has replaced `base` meanwhile. */
    name: fileName,
  }),
};
