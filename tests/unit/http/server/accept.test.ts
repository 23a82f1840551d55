import { expect, test } from "bun:test";
import { accepts, preferredLanguage } from "../../../../src/http/server/accept.ts";

const METALINK = "application/metalink4+xml";

test.each([
  ["*/*,application/metalink4+xml,application/metalink+xml", true],
  ["Application/Metalink4+XML; q=0.5", true],
  ["text/html, application/metalink4+xml;q=0", false],
  ["application/metalink4+xml; q=0.000", false],
  ["*/*", false],
  ["application/*", false],
  ["application/metalink4+xmlish", false],
  ["", false],
  [null, false],
])("%p", (header, expected) => {
  expect(accepts(header, METALINK)).toBe(expected);
});

test.each([
  [null, "en"],
  ["", "en"],
  ["*", "en"],
  ["fr", "en"],
  ["fr, de;q=0.5", "en"],
  ["es", "es"],
  ["es-MX,es;q=0.9", "es"],
  ["ES-es", "es"],
  ["en-GB,en;q=0.9,es;q=0.8", "en"],
  ["en;q=0.5, es;q=0.8", "es"],
  ["es;q=0.5, en", "en"],
  ["fr, es;q=0.3, en;q=0.2", "es"],
  ["es, en", "es"],
  ["en, es", "en"],
  ["es;q=0", "en"],
  ["es;q=0.000, *", "en"],
  ["en;q=0, es;q=0.1", "es"],
  ["es;q=0.5, *", "en"],
  ["es, *;q=0.5", "es"],
  ["es;q=0.5, en;q=0.1, *", "es"],
  ["es ; q=0.8 , en; Q=0.7", "es"],
  ["es;q=2, en;q=0.1", "en"],
  ["es;q=high", "en"],
  ["est, esperanto", "en"],
  ["es;q=0.8;level=1", "en"],
  [",,;q=1,es", "es"],
  [`${"x,".repeat(5000)}es`, "es"],
] as const)("of the header Accept-Language %j the language is %s", (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
