import * as v from "valibot";
import { arrived, english, type Sentence, type Told, type Value } from "../sentences/sentence.ts";
import { printable, text } from "./fields.ts";

/** Most characters of a sentence as JSON: with the text beside it, it fits into any header. */
const MAX_SAID = 2000;
/** Most characters of a text beside it, where its message does not say another number. */
const MAX_MESSAGE = 1000;
/** Most characters of why a secondary is as it is, or cannot copy a file. */
export const MAX_REASON = 500;

const printed = v.pipe(v.string(), v.transform(printable));
// As deep as it may be long.
const value: v.GenericSchema<Value> = v.lazy(() =>
  v.union([printed, v.number(), v.object({ quantity: printed }), v.array(value), sentence]),
);
const sentence = v.object({ text: printed, values: v.record(v.string(), value) });

/**
 * The sentence that a text beside it says in English, as JSON, so that whoever reads it can have it in their language: its
 * `text` is the English with the names of its places, and `values` what stands in them. Older programs know the text alone.
 */
export const said = v.optional(text(MAX_SAID));

/** A text and its sentence, as a message has them. */
export interface WiredText {
  readonly message: string;
  readonly said?: string | undefined;
}

/** What is told, as fields of a message: so many characters of English at most, and the sentence. */
export function wired(told: Told, most = MAX_MESSAGE): WiredText {
  return { message: english(told).slice(0, most), ...saidBy(told) };
}

/** The sentence alone, as a field of a message; none where it is too long, or where nothing but a text is told. */
export function saidBy(told: Told | null): Pick<WiredText, "said"> {
  if (told === null || typeof told === "string") return {};
  const json = JSON.stringify(told);
  return json.length <= MAX_SAID ? { said: json } : {};
}

/** What a message tells. */
export function unwired({ message, said: json }: WiredText): Told {
  const found = json === undefined ? null : sentenceIn(json);
  return found === null ? message : arrived(found);
}

/** Null for what is none: from a peer anything may come. */
function sentenceIn(json: string): Sentence | null {
  try {
    const found = v.safeParse(sentence, JSON.parse(json));
    return found.success ? found.output : null;
  } catch {
    return null;
  }
}
