import { expect, test } from "bun:test";
import { parseFingerprint } from "../../../src/keys/fingerprint.ts";

const DIGITS = "0123456789abcdef".repeat(4);
const COLONS = DIGITS.replace(/..(?!$)/g, "$&:");

test.each([DIGITS, DIGITS.toUpperCase(), COLONS, COLONS.toUpperCase()])("%s is read", (text) => {
  expect(parseFingerprint(text)).toBe(DIGITS);
});

test.each([
  "",
  DIGITS.slice(1),
  `${DIGITS}0`,
  `g${DIGITS.slice(1)}`,
  `${COLONS}:`,
  `:${COLONS}`,
  COLONS.slice(3),
  COLONS.replace(":", ""),
  ` ${DIGITS}`,
  `${DIGITS}\n`,
  `sha256 Fingerprint=${COLONS}`,
])("%j is not", (text) => {
  expect(parseFingerprint(text)).toBeNull();
});
