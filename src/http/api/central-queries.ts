import * as v from "valibot";
import { decodeCursor } from "./cursor.ts";
import { field } from "./fields.ts";

/** What may be asked of the routes of a central. */

/** Most entries of one answer. */
const MAX_LIMIT = 1000;
/** Most characters of what is looked for: a name has at most 1,024 bytes. */
const MAX_TEXT = 1024;
/** A cursor holds a name, with its escapes. */
const MAX_CURSOR = 8 * MAX_TEXT;

export const limit = field(
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIMIT)), 100),
  "most entries",
);
const text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const isCursor = (cursor: string) => decodeCursor(cursor) !== null;
const cursor = field(
  v.optional(v.pipe(v.string(), v.maxLength(MAX_CURSOR), v.check(isCursor, "no page has ended there"))),
  "`next` of the page before",
);

const offset = field(
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  "in the place of a cursor: how many entries to leave out before; where it is not 0, all is as it was some seconds ago at most",
);
const sort = field(v.optional(v.picklist(["name", "size", "modified", "holders"]), "name"), "what the order is by");
const order = v.optional(v.picklist(["asc", "desc"]), "asc");

export const noQuery = v.strictObject({});

export const filesQuery = v.strictObject({
  search: field(v.optional(text, ""), "a part of the name; upper and lower case are the same"),
  folder: field(v.optional(text, ""), "only what is beneath this folder, at any depth"),
  sort,
  order,
  limit,
  offset,
  cursor,
});

export const folderQuery = v.strictObject({ sort, order, limit, offset });

/** Samples of a secondary that a central remembers: those of an hour. */
export const MAX_SAMPLES = 360;

export const throughputQuery = v.strictObject({
  samples: field(
    v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SAMPLES)), MAX_SAMPLES),
    "most samples of each secondary",
  ),
});

export const downloadsQuery = v.strictObject({ limit });

export const statisticsQuery = v.strictObject({
  of: field(v.optional(v.picklist(["files", "clients"]), "files"), "what downloads are counted by"),
  sort: field(v.optional(v.picklist(["name", "downloads"]), "name"), "what the order is by"),
  order: v.optional(v.picklist(["asc", "desc"]), "asc"),
  limit,
  cursor,
});

export const keptQuery = v.strictObject({
  name: field(v.optional(text), "only of this file"),
  limit: field(limit, "most versions of each secondary"),
});

export type FolderQuery = v.InferOutput<typeof folderQuery>;
export type FilesQuery = v.InferOutput<typeof filesQuery>;
export type ThroughputQuery = v.InferOutput<typeof throughputQuery>;
export type DownloadsQuery = v.InferOutput<typeof downloadsQuery>;
export type StatisticsQuery = v.InferOutput<typeof statisticsQuery>;
export type KeptQuery = v.InferOutput<typeof keptQuery>;
