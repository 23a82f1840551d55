import { parseHttpDate } from "./http-date.ts";

/** By what a client recognizes the content that it knows already. */
export interface Validators {
  /** A strong one, with its quotes. */
  readonly etag: string;
  /** Seconds since 1970; null where it is not told. */
  readonly lastModified: number | null;
}

export type Verdict = "proceed" | "not-modified" | "precondition-failed";

/** What the conditions of a GET or HEAD come to, in the order of RFC 9110, section 13.2.2. `If-Range` is not among them. */
export function checkPreconditions(headers: Pick<Headers, "get">, { etag, lastModified }: Validators): Verdict {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null) {
    if (!lists(ifMatch, etag, "strong")) return "precondition-failed";
  } else {
    const since = dateIn(headers, "if-unmodified-since");
    if (since !== null && lastModified !== null && lastModified > since) return "precondition-failed";
  }
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch !== null) return lists(ifNoneMatch, etag, "weak") ? "not-modified" : "proceed";
  const since = dateIn(headers, "if-modified-since");
  return since !== null && lastModified !== null && lastModified <= since ? "not-modified" : "proceed";
}

/**
 * Whether a range may be answered with that range: the content is the one of which the client has a part already. A date
 * says so only when it is over: in the second of `now` (seconds since 1970) the file may change again.
 */
export function rangeApplies(headers: Pick<Headers, "get">, { etag, lastModified }: Validators, now: number): boolean {
  const ifRange = headers.get("if-range");
  if (ifRange === null) return true;
  const date = parseHttpDate(ifRange);
  if (date === null) return ifRange === etag;
  return date === lastModified && date + 1 <= Math.floor(now);
}

/** Whether a list of entity tags has `etag`. A weak one in the list is another one where the comparison is strong. */
function lists(header: string, etag: string, comparison: "strong" | "weak"): boolean {
  if (header.trim() === "*") return true;
  return [...header.matchAll(/(W\/)?("[^"]*")/g)].some(
    ([, weak, tag]) => tag === etag && (comparison === "weak" || weak === undefined),
  );
}

/** A date that is none is as if it was not there. */
function dateIn(headers: Pick<Headers, "get">, name: string): number | null {
  const value = headers.get(name);
  return value === null ? null : parseHttpDate(value);
}
