import * as v from "valibot";
import {
  batch,
  count,
  edit,
  edits,
  fileName,
  host,
  httpAddress,
  pieceIndex,
  port,
  secondaryNumber,
  size,
  source,
  text,
  time,
  uniqueId,
  urlKey,
  vector,
  versionId,
  wholeHash,
} from "../fields.ts";
import { MAX_SOURCES } from "../limits.ts";
import { MAX_REASON, said } from "../said.ts";

/** Most sources named for an ordered file: a batch of the largest files fits into a header, and a download seldom uses as many. */
export const MAX_SOURCES_PER_FILE = 48;

export const heldFile = v.object({
  name: fileName,
  id: versionId,
  size,
  /** The version that it is; of a changed one: that it was changed from. "": none that the central has numbered. */
  vector,
  /** Whether somebody put this content there, and the central has not given it a number that is known there. */
  changed: v.boolean(),
  edits,
  /** When the content was last modified. */
  modified: time,
  blake3: v.nullable(wholeHash),
  sha256: v.nullable(wholeHash),
});

export const orderedFile = v.object({
  name: fileName,
  id: versionId,
  size,
  vector,
  edits,
  modified: time,
  blake3: v.nullable(wholeHash),
  sha256: v.nullable(wholeHash),
  /** Numbers of the secondaries, from the order's sources, that hold it. */
  at: v.pipe(v.array(secondaryNumber), v.maxLength(MAX_SOURCES_PER_FILE)),
});

export const agreedFile = v.object({ name: fileName, id: versionId, vector, edits });

/** A version that the central calls the cluster's. */
export type AgreedFile = v.InferOutput<typeof agreedFile>;
/** A file as a secondary announces it. */
export type HeldFile = v.InferOutput<typeof heldFile>;
/** A file as the central orders it to be copied. */
export type OrderedFile = v.InferOutput<typeof orderedFile>;

export const moved = v.object({
  /** The new name. */
  as: fileName,
  /** The edit by which it has that name: the same on all secondaries. */
  edit,
});

/** Which name a version gets in place of the one that it loses. */
export type Moved = v.InferOutput<typeof moved>;

/** Between a secondary and the central. */
export const secondaryMessages = {
  register: v.object({
    type: v.literal("register"),
    number: secondaryNumber,
    /** Where peers and clients reach it; null: the address that this connection comes from. */
    host: v.nullable(host),
    port,
    /** Which run of the process this is: a reconnecting one takes its own place back at once. */
    instance: uniqueId,
    /** The last removal that it has carried out, and the epoch of the central that ordered it. */
    epoch: v.nullable(uniqueId),
    removal: count,
    /** Null: it answers no HTTP. */
    http: v.nullable(httpAddress),
  }),
  registered: v.object({
    type: v.literal("registered"),
    epoch: uniqueId,
    /** The address that the central sees this connection come from. */
    seen: host,
    /** With which the central signs addresses of files; null: it signs none. */
    urlKey: v.nullable(urlKey),
  }),
  announce: v.object({
    type: v.literal("announce"),
    batch: count,
    files: batch(heldFile),
    gone: batch(fileName),
    /** The last batch of what it held when it registered; from here on changes follow. */
    complete: v.boolean(),
  }),
  agreed: v.object({ type: v.literal("agreed"), files: batch(agreedFile) }),
  reviewed: v.object({ type: v.literal("reviewed"), batch: count }),
  conflict: v.object({ type: v.literal("conflict"), name: fileName, id: versionId, as: fileName }),
  fetch: v.object({
    type: v.literal("fetch"),
    sources: v.pipe(v.array(source), v.maxLength(MAX_SOURCES)),
    files: batch(orderedFile),
  }),
  withdraw: v.object({ type: v.literal("withdraw"), names: batch(fileName) }),
  unfetched: v.object({
    type: v.literal("unfetched"),
    name: fileName,
    id: versionId,
    reason: text(MAX_REASON),
    said,
    /** Whether it cannot be copied until somebody does something about the reason. */
    lasting: v.boolean(),
  }),
  retry: v.object({ type: v.literal("retry"), names: batch(fileName) }),
  remove: v.object({
    type: v.literal("remove"),
    serial: count,
    name: fileName,
    id: versionId,
    vector,
    edits,
    /** Version `id` gets another name with it; null: it does not. */
    moved: v.nullable(moved),
  }),
  removed: v.object({ type: v.literal("removed"), serial: count }),
  disk: v.object({ type: v.literal("disk"), there: v.boolean(), reason: text(MAX_REASON), said }),
  suspect: v.object({ type: v.literal("suspect"), id: versionId, piece: pieceIndex, accuser: text(200) }),
};
