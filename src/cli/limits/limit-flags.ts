import { type Sentence, say } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";
import { valued } from "../flags/define.ts";
import type { Values } from "../flags/values.ts";
import { parseRate, RATE_FORM, type Rate } from "./rate.ts";
import type { LimitSetting } from "./rate-limits.ts";
import { parseScheduledLimit, scheduleForm, type Words } from "./schedule.ts";

/** A client has one limit, for what it gets and for what it sends. */
export type ClientLimit = "rate";
export type SecondaryLimit = "upload" | "copy" | "download";

export const CLIENT_WORDS: Words<ClientLimit> = new Map([["", ["rate"]]]);
/** Without a word: both directions. */
export const SECONDARY_WORDS: Words<SecondaryLimit> = new Map([
  ["", ["upload", "download"]],
  ["upload", ["upload"]],
  ["copy", ["copy"]],
  ["download", ["download"]],
]);

const RATE = "RATE";
const SCHEDULE = {
  "limit-schedule": valued("WHEN", "another limit every day at a time: '08:00-18:00 2M'; may be repeated", {
    repeatable: true,
  }),
};

/** Flags of the clients' commands that move files. */
export const CLIENT_LIMITS = {
  "limit-rate": valued(RATE, "most bytes a second, such as 10M", { preset: "0, no limit" }),
  ...SCHEDULE,
};

/** Flags of a secondary. */
export const SECONDARY_LIMITS = {
  "upload-limit": valued(RATE, "most bytes a second that it sends, to all together", { preset: "0, no limit" }),
  "copy-limit": valued(RATE, "of these, to other secondaries, which copy", { preset: "0, no limit" }),
  "download-limit": valued(RATE, "most bytes a second of what it copies, and of files that clients put", {
    preset: "0, no limit",
  }),
  ...SCHEDULE,
};

/** Of a client that nobody has told of limits. */
export const NO_LIMITS: LimitSetting<ClientLimit> = { standing: new Map(), schedule: [] };

/** What these flags say. A command that has none of them has no limits. */
export function clientLimits(values: Values): LimitSetting<ClientLimit> {
  return { standing: new Map([["rate", rateOf(values, "limit-rate")]]), schedule: scheduleOf(values, CLIENT_WORDS) };
}

export function secondaryLimits(values: Values): LimitSetting<SecondaryLimit> {
  const kinds = ["upload", "copy", "download"] as const;
  const standing = new Map(kinds.map((kind) => [kind, rateOf(values, `${kind}-limit`)] as const));
  return { standing, schedule: scheduleOf(values, SECONDARY_WORDS) };
}

function rateOf(values: Values, flag: string): Rate {
  const text = values.text(flag, "0");
  const rate = parseRate(text);
  if (rate === undefined) throw wrong(values, flag, text, RATE_FORM);
  return rate;
}

function scheduleOf<Kind>(values: Values, words: Words<Kind>): LimitSetting<Kind>["schedule"] {
  return values.all("limit-schedule").map((text) => {
    const limit = parseScheduledLimit(text, words);
    if (!limit) throw wrong(values, "limit-schedule", `'${text}'`, scheduleForm(words));
    return limit;
  });
}

function wrong(values: Values, flag: string, given: string, accepted: Sentence): UsageError {
  return new UsageError(say("{flag} {given}: it takes {accepted}", { flag: values.written(flag), given, accepted }));
}
