import { english, type Sentence } from "../../src/sentences/sentence.ts";

/** A value with each sentence in it as its English, so that it can be compared with texts. */
export function inEnglish(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inEnglish);
  if (typeof value !== "object" || value === null) return value;
  if (isSentence(value)) return english(value);
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inEnglish(each)])) : value;
}

function isSentence(value: object): value is Sentence {
  return "text" in value && typeof value.text === "string" && "values" in value && typeof value.values === "object";
}
