import { expect, test } from "bun:test";
import { formatHttpDate } from "../../../../src/http/files/http-date.ts";
import { checkPreconditions, rangeApplies } from "../../../../src/http/files/preconditions.ts";

const MODIFIED = 1_700_000_000;
const VALIDATORS = { etag: '"v1"', lastModified: MODIFIED };
const BEFORE = formatHttpDate(MODIFIED - 1);
const THEN = formatHttpDate(MODIFIED);
const AFTER = formatHttpDate(MODIFIED + 1);

const verdict = (headers: Record<string, string>, lastModified: number | null = MODIFIED) =>
  checkPreconditions(new Headers(headers), { ...VALIDATORS, lastModified });

test.each([
  ['"v1"', "proceed"],
  ['"v0", "v1"', "proceed"],
  ["*", "proceed"],
  ['"v0"', "precondition-failed"],
  // Weak ones match nothing here.
  ['W/"v1"', "precondition-failed"],
  ["v1", "precondition-failed"],
] as const)("If-Match %s: %s", (tags, expected) => {
  expect(verdict({ "if-match": tags })).toBe(expected);
});

test.each([
  ['"v1"', "not-modified"],
  ['"v0" , W/"v1"', "not-modified"],
  ["*", "not-modified"],
  ['"v0"', "proceed"],
  ["v1", "proceed"],
] as const)("If-None-Match %s: %s", (tags, expected) => {
  expect(verdict({ "if-none-match": tags })).toBe(expected);
});

test("times are compared by the second", () => {
  expect(verdict({ "if-modified-since": BEFORE })).toBe("proceed");
  expect(verdict({ "if-modified-since": THEN })).toBe("not-modified");
  expect(verdict({ "if-modified-since": AFTER })).toBe("not-modified");
  expect(verdict({ "if-unmodified-since": BEFORE })).toBe("precondition-failed");
  expect(verdict({ "if-unmodified-since": THEN })).toBe("proceed");
});

test("what is no date, or cannot be compared with one, is no condition", () => {
  expect(verdict({ "if-modified-since": "tomorrow" })).toBe("proceed");
  expect(verdict({ "if-unmodified-since": "yesterday" })).toBe("proceed");
  expect(verdict({ "if-modified-since": AFTER }, null)).toBe("proceed");
  expect(verdict({ "if-unmodified-since": BEFORE }, null)).toBe("proceed");
});

test("tags count before times", () => {
  expect(verdict({ "if-none-match": '"v0"', "if-modified-since": AFTER })).toBe("proceed");
  expect(verdict({ "if-match": '"v1"', "if-unmodified-since": BEFORE })).toBe("proceed");
  expect(verdict({ "if-match": '"v0"', "if-none-match": '"v1"' })).toBe("precondition-failed");
  expect(verdict({ "if-match": '"v1"', "if-none-match": '"v1"' })).toBe("not-modified");
});

test("a range goes on with the same content alone", () => {
  const now = MODIFIED + 1;
  const applies = (ifRange: string, at = now) => rangeApplies(new Headers({ "if-range": ifRange }), VALIDATORS, at);
  expect(rangeApplies(new Headers(), VALIDATORS, now)).toBeTrue();
  expect(applies('"v1"')).toBeTrue();
  expect(applies('"v0"')).toBeFalse();
  expect(applies('W/"v1"')).toBeFalse();
  expect(applies(THEN)).toBeTrue();
  expect(applies(BEFORE)).toBeFalse();
  expect(applies(AFTER)).toBeFalse();
  // Within its second the file may have been changed twice.
  expect(applies(THEN, MODIFIED + 0.9)).toBeFalse();
});
