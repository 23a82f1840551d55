import { type Sentence, say } from "../../sentences/sentence.ts";
import { parseRate, RATE_FORM, type Rate } from "./rate.ts";

/** By the word for it, which may be "" for none, what a limit is of. */
export type Words<Kind> = ReadonlyMap<string, readonly Kind[]>;

/** A limit that holds every day at the same time. */
export interface ScheduledLimit<Kind> {
  /** Minutes of the day. The end is not in it, and may be on the next day: then it is not after the beginning. */
  readonly from: number;
  readonly to: number;
  readonly kinds: readonly Kind[];
  readonly rate: Rate;
  /** As it was written: `08:00-18:00`. */
  readonly times: string;
}

const TIME = /^([01]?\d|2[0-4]):([0-5]\d)$/;
/** Times of a day are counted in minutes. */
const DAY_MINUTES = 24 * 60;

/** What a text such as `08:00-18:00 2M` or `22:00-06:00 upload off` says; null where it says nothing of the kind. */
export function parseScheduledLimit<Kind>(text: string, words: Words<Kind>): ScheduledLimit<Kind> | null {
  const [times = "", ...rest] = text.trim().split(/\s+/);
  const [from, to, more] = times.split("-").map(minuteOf);
  const limit = parseLimit(rest, words);
  if (from === undefined || to === undefined || more !== undefined || !limit) return null;
  if (from === null || to === null || from === to || from === DAY_MINUTES) return null;
  return { from, to, times, ...limit };
}

/** A limit and what it is of, as `[upload] 2M` in two words. */
export function parseLimit<Kind>(
  words: readonly string[],
  known: Words<Kind>,
): { readonly kinds: readonly Kind[]; readonly rate: Rate } | null {
  const [first = "", second] = words;
  const kinds = known.get(second === undefined ? "" : first.toLowerCase());
  const rate = parseRate(second ?? first);
  return words.length > 2 || !kinds || rate === undefined ? null : { kinds, rate };
}

/** How such a text looks, for people. */
export function scheduleForm(words: Words<unknown>): Sentence {
  const names = [...words.keys()].filter((word) => word !== "");
  const word = names.length === 0 ? "" : `[${names.join("|")}] `;
  return say("HH:MM-HH:MM {word}RATE, with a rate in {form}", { word, form: RATE_FORM });
}

/** The limit of a kind at a minute of the day: the first of those that hold then. */
export function scheduledAt<Kind>(
  schedule: readonly ScheduledLimit<Kind>[],
  kind: Kind,
  minute: number,
): ScheduledLimit<Kind> | null {
  const holds = ({ from, to }: ScheduledLimit<Kind>) =>
    from < to ? from <= minute && minute < to : from <= minute || minute < to;
  return schedule.find((limit) => limit.kinds.includes(kind) && holds(limit)) ?? null;
}

/** The minute of the day where this machine is, of milliseconds since 1970. By the clock on the wall: a day may have 23 hours. */
export function minuteOfDay(wall: number): number {
  const time = new Date(wall);
  return time.getHours() * 60 + time.getMinutes();
}

function minuteOf(text: string): number | null {
  const [, hours, minutes] = TIME.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  return minute <= DAY_MINUTES ? minute : null;
}
