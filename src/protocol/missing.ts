import * as v from "valibot";
import { count, secondaryNumber } from "./fields.ts";

/** Most secondaries that are named. */
const MAX_NAMED = 10;

const namedSecondaries = v.object({
  /** Of the first ones. */
  numbers: v.pipe(v.array(secondaryNumber), v.maxLength(MAX_NAMED)),
  /** There are others. */
  more: v.boolean(),
});

export type NamedSecondaries = v.InferOutput<typeof namedSecondaries>;

export const missing = v.variant("kind", [
  /** Fewer than are wanted share their folders. */
  v.object({
    kind: v.literal("secondaries"),
    sharing: count,
    wanted: count,
    unregistered: count,
    /** Connected, but their shared folders are not there. */
    withoutDisk: namedSecondaries,
  }),
  /** Of all that are connected. */
  v.object({ kind: v.literal("disks"), withoutDisk: namedSecondaries }),
  /** They have not told all that they hold yet. */
  v.object({ kind: v.literal("announcements"), of: namedSecondaries }),
  /** Of files, still to be made. */
  v.object({ kind: v.literal("copies"), count }),
  /** What the secondaries hold is still being compared. */
  v.object({ kind: v.literal("comparison") }),
  /** No secondary is registered. */
  v.object({ kind: v.literal("registration") }),
]);

/** What keeps a central from serving. */
export type Missing = v.InferOutput<typeof missing>;

export function named(numbers: readonly number[]): NamedSecondaries {
  return { numbers: numbers.slice(0, MAX_NAMED), more: numbers.length > MAX_NAMED };
}
