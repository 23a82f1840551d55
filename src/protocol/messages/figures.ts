import * as v from "valibot";
import { count } from "../fields.ts";

/** Bytes of the file system that a shared folder is on. */
export const room = v.object({
  total: count,
  /** That may still be written. */
  free: count,
});

/** Bytes of files that were sent and received in a time. */
export const traffic = v.object({
  /** How long it was. */
  milliseconds: count,
  toClients: count,
  toSecondaries: count,
  overHttp: count,
  /** From other secondaries. */
  received: count,
});

/** What a secondary has found wrong in its own files, since its start. */
export const repairFigures = v.object({
  /** Pieces that were wrong, and those of them that are right again. */
  wrongPieces: count,
  repairedPieces: count,
  /** Damaged files, and those of them that are whole again. */
  damaged: count,
  repaired: count,
  /** Files that are to be read again, or that wait for what is wrong in them. */
  waiting: count,
});

export type Room = v.InferOutput<typeof room>;
export type Traffic = v.InferOutput<typeof traffic>;
export type RepairFigures = v.InferOutput<typeof repairFigures>;

/** From a secondary to the central, about itself in numbers. */
export const figureMessages = {
  figures: v.object({
    type: v.literal("figures"),
    /** Null: the disk does not say, or is not there. */
    room: v.nullable(room),
    /** Bytes of kept files there, which go where their room is needed. Absent: an older program, which does not say. */
    kept: v.optional(count),
    /** Since the time of the figures before, or since nothing was sent and received any more. */
    traffic,
    /** Bytes that are here of files that are being copied. */
    copied: count,
    repairs: repairFigures,
  }),
};
