import * as v from "valibot";
import { bytes, count, field } from "./fields.ts";

/** What the routes of a secondary answer. A field that is published stays. */

export const secondaryStatusAnswer = v.strictObject({
  role: field(v.literal("secondary"), "who answers"),
  version: field(v.string(), "of the program"),
  number: count,
  connected: field(v.boolean(), "whether it is registered with the central"),
  missing: field(v.nullable(v.string()), "why the shared folder is not shared now"),
  files: field(count, "that are shared"),
  bytes: field(bytes, "their sizes together"),
  kept: field(v.strictObject({ files: count, bytes }), "replaced and removed files"),
  copies: v.strictObject({
    active: field(count, "large files under way"),
    waiting: count,
    obstructed: field(count, "that somebody must do something about"),
  }),
  digests: field(
    v.strictObject({ files: count, bytes: field(bytes, "to be read") }),
    "hashes for other programs that are still to be made",
  ),
  sessions: v.strictObject({ clients: count, secondaries: count }),
});

export const copiesAnswer = v.strictObject({
  active: field(
    v.array(
      v.strictObject({
        name: v.string(),
        size: bytes,
        bytes: field(bytes, "that are here"),
        rate: field(v.nullable(v.number()), "bytes in a second; null: it comes from this same disk"),
      }),
    ),
    "large files under way",
  ),
  waiting: count,
  obstructed: field(v.array(v.strictObject({ name: v.string(), reason: v.string() })), "the first of them"),
});

export type SecondaryStatusAnswer = v.InferOutput<typeof secondaryStatusAnswer>;
export type CopiesAnswer = v.InferOutput<typeof copiesAnswer>;
