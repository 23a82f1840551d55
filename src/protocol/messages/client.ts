import * as v from "valibot";
import { ERROR_CODES } from "../errors.ts";
import {
  batch,
  clientName,
  count,
  fileName,
  pieceIndex,
  request,
  secondaryNumber,
  size,
  source,
  text,
  time,
  uniqueId,
  versionId,
  wholeHash,
} from "../fields.ts";
import { MAX_SOURCES, MAX_STATE_SAID } from "../limits.ts";
import { missing } from "../missing.ts";
import { MAX_REASON, said } from "../said.ts";
import { room } from "./figures.ts";
import { endingKey } from "./keys.ts";

export const report = v.object({
  download: uniqueId,
  client: clientName,
  name: fileName,
  id: versionId,
  outcome: v.picklist(["done", "failed", "cancelled"]),
  /** Numbers of the secondaries that bytes came from. */
  sources: v.pipe(v.array(secondaryNumber), v.maxLength(MAX_SOURCES)),
});

/** How a download ended. Sent until it is acknowledged, counted once by its download id. */
export type Report = v.InferOutput<typeof report>;

export const listedFile = v.object({
  name: fileName,
  size,
  id: versionId,
  modified: time,
  blake3: v.nullable(wholeHash),
  sha256: v.nullable(wholeHash),
  sources: count,
});

/** A file of the catalogue as a client sees it; sources: how many secondaries hold it. */
export type ListedFile = v.InferOutput<typeof listedFile>;

/** Most secondaries in a `state`, which must fit into a header with every text at its longest. */
export const MAX_LISTED_SECONDARIES = 200;

export const copiesLeft = v.object({
  files: count,
  bytes: count,
  /** Null where that cannot be told. */
  seconds: v.nullable(count),
});

/** What a secondary has still to copy. */
export type CopiesLeft = v.InferOutput<typeof copiesLeft>;

/** The reason in the status of a secondary that has said that it stops: its state is `lost` as that of any that is away. */
export const STOPPED = "it was stopped";

export const secondaryStatus = v.object({
  number: secondaryNumber,
  address: text(300),
  state: v.picklist(["joining", "copying", "in step", "lost", "disk missing"]),
  /** Why, where the state needs a reason; else "". */
  reason: text(MAX_REASON),
  reasonSaid: said,
  files: count,
  /** How often others have accused it. */
  accusations: count,
  /** How many files cannot be copied there for a lasting reason, and the first of them with its reason ("": none). */
  obstacles: count,
  obstacle: text(MAX_REASON),
  obstacleSaid: said,
  /** On the disk of its shared folder; null where that is not known. */
  room: v.nullable(room),
  /** Bytes of files that it sends and receives in a second. */
  sending: count,
  receiving: count,
  /** What it has still to copy. */
  left: copiesLeft,
});

/** A secondary as status shows it. */
export type SecondaryStatus = v.InferOutput<typeof secondaryStatus>;

const secondaryStatuses = v.pipe(
  v.array(secondaryStatus),
  v.maxLength(MAX_LISTED_SECONDARIES),
  v.check((secondaries) => charactersSaid(secondaries) <= MAX_STATE_SAID, "more sentences than a state may have"),
);

function charactersSaid(secondaries: readonly SecondaryStatus[]): number {
  return secondaries.reduce((sum, { reasonSaid = "", obstacleSaid = "" }) => {
    return sum + reasonSaid.length + obstacleSaid.length;
  }, 0);
}

/** Between a client and the central. */
export const clientMessages = {
  enter: v.object({ type: v.literal("enter"), name: clientName }),
  entered: v.object({ type: v.literal("entered"), synchronized: v.boolean(), missing: text(500), said }),
  list: v.object({ type: v.literal("list"), request, after: v.nullable(fileName) }),
  listing: v.object({ type: v.literal("listing"), request, files: batch(listedFile), more: v.boolean() }),
  status: v.object({ type: v.literal("status"), request }),
  state: v.object({
    type: v.literal("state"),
    request,
    synchronized: v.boolean(),
    missing: text(500),
    said,
    /** The same as `missing` for a program; a central before this field does not tell. */
    lacks: v.optional(v.nullable(missing)),
    secondaries: secondaryStatuses,
    /** Keys of servers that end within a week, or have ended. */
    ending: v.pipe(v.array(endingKey), v.maxLength(MAX_LISTED_SECONDARIES + 1)),
    active: count,
    waiting: count,
    /** What the central's own clock says; a central before this field does not tell. */
    clock: v.optional(time),
  }),
  tally: v.object({ type: v.literal("tally"), request, of: v.picklist(["files", "clients"]), after: text(1024) }),
  tallied: v.object({
    type: v.literal("tallied"),
    request,
    rows: batch(v.object({ name: text(1024), downloads: count })),
    more: v.boolean(),
  }),
  download: v.object({
    type: v.literal("download"),
    download: uniqueId,
    name: fileName,
    /** The version that is being downloaded already: it goes on without waiting for a place. */
    running: v.nullable(versionId),
  }),
  queued: v.object({
    type: v.literal("queued"),
    download: uniqueId,
    /** 1 is next. */
    position: count,
    /** Seconds until its turn, where that can be told. */
    estimate: v.nullable(count),
    /** How many wait. An older central does not say. */
    waiting: v.optional(count),
  }),
  granted: v.object({
    type: v.literal("granted"),
    download: uniqueId,
    name: fileName,
    id: versionId,
    size,
    modified: time,
    blake3: v.nullable(wholeHash),
    sha256: v.nullable(wholeHash),
  }),
  denied: v.object({
    type: v.literal("denied"),
    download: uniqueId,
    code: v.picklist(ERROR_CODES),
    message: text(1000),
    said,
  }),
  progress: v.object({
    type: v.literal("progress"),
    download: uniqueId,
    bytes: count,
    /** Numbers of the secondaries that bytes have come from since the progress before. */
    sources: v.pipe(v.array(secondaryNumber), v.maxLength(MAX_SOURCES)),
  }),
  watch: v.object({ type: v.literal("watch"), name: fileName, id: versionId }),
  unwatch: v.object({ type: v.literal("unwatch"), name: fileName, id: versionId }),
  sources: v.object({
    type: v.literal("sources"),
    name: fileName,
    id: versionId,
    sources: v.pipe(v.array(source), v.maxLength(MAX_SOURCES)),
    /** The catalogue has another version of the file now, or none. */
    superseded: v.boolean(),
  }),
  finish: v.object({ type: v.literal("finish"), report }),
  counted: v.object({ type: v.literal("counted"), download: uniqueId }),
  accuse: v.object({
    type: v.literal("accuse"),
    id: versionId,
    /** The wrong piece; null: it broke the protocol. */
    piece: v.nullable(pieceIndex),
    number: secondaryNumber,
  }),
};
