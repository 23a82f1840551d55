import * as v from "valibot";
import { batch, count, fileName, request, size, text, versionId } from "../fields.ts";
import { said } from "../said.ts";

/** Another version took its name, it was removed by order, or it yielded its name to another server's file. */
export const departureReason = v.picklist(["replaced", "removed", "conflict"]);

export const keptFile = v.object({
  /** Which of a secondary's kept files it is, in the order in which they left the shared folder. */
  serial: count,
  name: fileName,
  /** The number of the version under its name; 0 where it has none. */
  number: count,
  id: versionId,
  size,
  /** When it left the shared folder: milliseconds since 1970, by that secondary's clock. */
  at: count,
  why: departureReason,
});

/** A file that left a shared folder and is kept. */
export type KeptFile = v.InferOutput<typeof keptFile>;
/** Why a file left the shared folder. */
export type DepartureReason = KeptFile["why"];

/** Between the central and a secondary, about what left the shared folder. */
export const keptMessages = {
  kept: v.object({
    type: v.literal("kept"),
    request,
    /** Of this name alone; null: all. */
    name: v.nullable(fileName),
    /** Those with a lower serial number; null: the newest. */
    before: v.nullable(count),
  }),
  keeping: v.object({ type: v.literal("keeping"), request, files: batch(keptFile), more: v.boolean() }),
  restore: v.object({ type: v.literal("restore"), request, name: fileName, id: versionId }),
  restored: v.object({ type: v.literal("restored"), request, fault: v.nullable(text(500)), said }),
};
