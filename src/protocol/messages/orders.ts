import * as v from "valibot";
import { batch, count, fileName, request, secondaryNumber, size, text, versionId, wholeHash } from "../fields.ts";
import { MAX_SOURCES } from "../limits.ts";
import { said } from "../said.ts";
import { departureReason } from "./kept.ts";

/** Most secondaries that are named of one kept version: a page of them must fit into a header. */
export const MAX_KEEPERS_NAMED = 48;

export const keptVersion = v.object({
  name: fileName,
  /** The number of the version under its name; 0 where it has none. */
  number: count,
  id: versionId,
  size,
  /** When it left the last of them: milliseconds since 1970. */
  at: count,
  why: departureReason,
  /** Secondaries that keep it. */
  keepers: v.pipe(v.array(secondaryNumber), v.maxLength(MAX_KEEPERS_NAMED)),
});

/** A version that left the shared folders and is kept, as a client sees it. */
export type ListedKept = v.InferOutput<typeof keptVersion>;

/** Orders of a client to the central, and its questions about what they take away. */
export const orderMessages = {
  "remove-files": v.object({
    type: v.literal("remove-files"),
    request,
    /** The name of a file or of a folder, or a pattern. */
    what: text(1024),
    /** How many these must be, so that none is removed of which nobody was told; null: they are counted, and stay. */
    files: v.nullable(count),
    /** The hash of their names as `carried-out` has told it. Absent: any as many. */
    names: v.optional(wholeHash),
  }),
  "move-files": v.object({ type: v.literal("move-files"), request, from: text(1024), to: text(1024) }),
  "restore-file": v.object({
    type: v.literal("restore-file"),
    request,
    name: fileName,
    /** Which of its versions; null: the newest that is kept. */
    number: v.nullable(count),
  }),
  "carried-out": v.object({
    type: v.literal("carried-out"),
    request,
    /** Why it was not, or not wholly. */
    fault: v.nullable(text(500)),
    said,
    /** That it was about. */
    files: count,
    bytes: count,
    /** The secondary that has done it, where one has. */
    number: v.nullable(secondaryNumber),
    /** Of files that are counted: the BLAKE3 hash of their names in order, each with a line feed behind it. */
    names: v.optional(wholeHash),
  }),
  "list-kept": v.object({ type: v.literal("list-kept"), request, name: v.nullable(fileName) }),
  "kept-listing": v.object({
    type: v.literal("kept-listing"),
    request,
    /** The latest first. */
    versions: batch(keptVersion),
    /** Whether there are older ones. */
    more: v.boolean(),
    /** Secondaries that gave no answer, or whose disk is missing. */
    silent: v.pipe(v.array(secondaryNumber), v.maxLength(MAX_SOURCES)),
  }),
};
