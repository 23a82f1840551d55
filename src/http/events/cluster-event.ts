import * as v from "valibot";
import { downloadAnswer, lacking, secondaryAnswer } from "../api/central-answers.ts";
import { bytes, count, field, hash, secondaryNumber } from "../api/fields.ts";

/** What becomes of files, by the hands of people. */
const what = field(
  v.picklist(["new", "replaced", "vanished", "lost", "removed"]),
  "somebody has put it there, or another version of it; it is gone from a folder and copied back, or gone from the last one; it was removed by order",
);
const { download, client, name, id, size, state, bytes: doneBytes, rate, left, sources } = downloadAnswer.entries;

const clusterEvent = v.variant("type", [
  v.strictObject({
    type: v.literal("serving"),
    serving: v.boolean(),
    missing: field(v.nullable(v.string()), "what keeps it from serving, in a sentence"),
    lacks: field(lacking, "the same for a program; null too where a central of an older version does not tell it"),
  }),
  v.strictObject({
    type: v.literal("secondary"),
    secondary: field(secondaryAnswer, "as it is from now on"),
    isNews: field(v.boolean(), "its state is another one; else its figures alone are"),
  }),
  v.strictObject({ type: v.literal("secondary-gone"), number: field(secondaryNumber, "of one that was forgotten") }),
  v.strictObject({
    type: v.literal("file"),
    what,
    name: v.string(),
    size: v.nullable(bytes),
    secondary: field(v.nullable(secondaryNumber), "where that happened"),
  }),
  v.strictObject({
    type: v.literal("files"),
    what,
    count: field(count, "that it happened to at about the same time, too many to name each"),
    names: field(v.array(v.string()), "the first of them"),
  }),
  v.strictObject({
    type: v.literal("catalogue"),
    files: count,
    bytes,
    names: field(
      v.nullable(v.array(v.string())),
      "the files whose version, or who holds them, may be another now; null: too many to name each",
    ),
  }),
  v.strictObject({ type: v.literal("download"), download, client, name, id, size, state }),
  v.strictObject({
    type: v.literal("download-end"),
    ...{ download, client, name },
    outcome: field(
      v.picklist(["done", "failed", "cancelled", "left"]),
      "left: its client is gone, and may come back and go on",
    ),
  }),
  v.strictObject({
    type: v.literal("downloads"),
    missed: field(count, "events of downloads that were too many: ask for the downloads"),
  }),
  v.strictObject({
    type: v.literal("progress"),
    downloads: v.array(v.strictObject({ download, bytes: doneBytes, rate, left, sources })),
  }),
  v.strictObject({
    type: v.literal("accusation"),
    secondary: secondaryNumber,
    id: field(hash, "of the version"),
    piece: field(v.nullable(count), "the wrong one; null: it broke the protocol"),
    accuser: v.string(),
  }),
  v.strictObject({
    type: v.literal("accusations"),
    missed: field(count, "accusations that were too many to name each"),
  }),
]);

/** Something that has happened in a cluster. */
export type ClusterEvent = v.InferOutput<typeof clusterEvent>;

/** Whether something has happened; else figures alone are others than they were. */
export function isNews(event: ClusterEvent): boolean {
  if (event.type === "secondary") return event.isNews;
  return event.type !== "progress" && event.type !== "catalogue";
}

export const EVENT_TYPES = clusterEvent.options.map(({ entries }) => entries.type.literal);

export const datedEvent = v.strictObject({
  id: field(v.string(), "of this event; later events follow it"),
  at: field(count, "milliseconds since 1970"),
  event: clusterEvent,
});

export type DatedEvent = v.InferOutput<typeof datedEvent>;

/** What a central tells its HTTP thread. */
export interface EventsNotice {
  readonly events: readonly DatedEvent[];
}
