import * as v from "valibot";
import {
  batch,
  count,
  fileName,
  host,
  MAX_ANCESTORS,
  pieceIndex,
  port,
  secondaryNumber,
  size,
  source,
  text,
  uniqueId,
  versionId,
} from "./fields.ts";

const ancestors = v.pipe(v.array(versionId), v.maxLength(MAX_ANCESTORS));

export const heldFile = v.object({
  name: fileName,
  id: versionId,
  size,
  /** What this version replaced in that folder, newest first. */
  ancestors,
  /** Whether the central has called this the cluster's version before. */
  agreed: v.boolean(),
});

export const orderedFile = v.object({
  name: fileName,
  id: versionId,
  size,
  ancestors,
  /** Numbers of the secondaries, from the order's sources, that hold it. */
  at: v.pipe(v.array(secondaryNumber), v.maxLength(64)),
});

/** A file as a secondary announces it. */
export type HeldFile = v.InferOutput<typeof heldFile>;
/** A file as the central orders it to be copied. */
export type OrderedFile = v.InferOutput<typeof orderedFile>;

/** Between a secondary and the central. */
export const memberMessages = {
  register: v.object({
    type: v.literal("register"),
    number: secondaryNumber,
    /** Where peers and clients reach it; null: the address that this connection comes from. */
    host: v.nullable(host),
    port,
    /** Which run of the process this is: a reconnecting one takes its own place back at once. */
    instance: uniqueId,
    /** The last removal that it has carried out, and of which central's history. */
    epoch: v.nullable(uniqueId),
    removal: count,
  }),
  registered: v.object({
    type: v.literal("registered"),
    epoch: uniqueId,
    /** The address that the central sees this connection come from. */
    seen: host,
  }),
  announce: v.object({
    type: v.literal("announce"),
    batch: count,
    files: batch(heldFile),
    gone: batch(fileName),
    /** The last batch of what it held when it registered; from here on changes follow. */
    complete: v.boolean(),
  }),
  reviewed: v.object({
    type: v.literal("reviewed"),
    batch: count,
    agreed: batch(v.object({ name: fileName, id: versionId })),
  }),
  conflict: v.object({ type: v.literal("conflict"), name: fileName, id: versionId, as: fileName }),
  fetch: v.object({
    type: v.literal("fetch"),
    sources: v.pipe(v.array(source), v.maxLength(1000)),
    files: batch(orderedFile),
  }),
  withdraw: v.object({ type: v.literal("withdraw"), names: batch(fileName) }),
  unfetched: v.object({
    type: v.literal("unfetched"),
    name: fileName,
    id: versionId,
    reason: text(500),
    /** Whether it cannot be copied until somebody does something about the reason. */
    lasting: v.boolean(),
  }),
  retry: v.object({ type: v.literal("retry"), names: batch(fileName) }),
  remove: v.object({ type: v.literal("remove"), serial: count, name: fileName, id: versionId }),
  removed: v.object({ type: v.literal("removed"), serial: count }),
  disk: v.object({ type: v.literal("disk"), there: v.boolean(), reason: text(500) }),
  suspect: v.object({ type: v.literal("suspect"), id: versionId, piece: pieceIndex, accuser: text(200) }),
};
