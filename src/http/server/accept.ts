import { chooseLanguage, type Language } from "../../text/language.ts";

/** Whether an `Accept` header names exactly this media type: one that accepts everything does not ask for it. */
export function accepts(header: string | null, type: string): boolean {
  return (header ?? "").split(",").some((range) => {
    const [name, ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return name === type && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

interface Range {
  readonly tag: string;
  readonly quality: number;
}

/**
 * The language that an `Accept-Language` header prefers, of those that there are (RFC 9110, section 12.5.4): of equal ones that
 * which comes first. English where nothing is said for another one.
 */
export function preferredLanguage(header: string | null): Language {
  const ranges = (header ?? "").split(",").flatMap((range) => rangeIn(range) ?? []);
  const others = ranges.filter(({ tag }) => tag === "*").map(({ quality }) => ({ tag: "en", quality }));
  const isNamed = ranges.some(({ tag }) => isEnglish(tag));
  // Whoever takes any language is told English, unless he says something else of it.
  const wanted = [...ranges, ...(isNamed ? [] : others)].filter(({ quality }) => quality > 0);
  return chooseLanguage(wanted.sort((one, other) => other.quality - one.quality).map(({ tag }) => tag));
}

function isEnglish(tag: string): boolean {
  return tag === "en" || tag.startsWith("en-");
}

/** Null for what is none: it says nothing. */
function rangeIn(text: string): Range | null {
  const found = /^\s*(?<tag>\*|[a-z\d-]{1,100})\s*(?:;\s*q=(?<quality>0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(
    text,
  );
  const { tag, quality } = found?.groups ?? {};
  return tag === undefined ? null : { tag: tag.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
}
