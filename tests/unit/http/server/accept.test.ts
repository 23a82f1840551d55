import { expect, test } from "bun:test";
import { accepts } from "../../../../src/http/server/accept.ts";

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
