import { expect, test } from "bun:test";
import { AddressSigner, checkSigned, isSigned, SIGNED_FOR_MS } from "../../../../src/http/access/signed-address.ts";
import { inEnglish } from "../../../support/in-english.ts";

const NOW = Date.UTC(2030, 0, 1);
const MINUTE_MS = 60_000;
const NAME = "series/película & more.mkv";
const VERSION = "ab".repeat(32);
const signer = new AddressSigner("01".repeat(32));
const query = (name = NAME, ...more: [number?]) => signer.queryFor(name, VERSION, NOW, ...more);

function check(text: string, { name = NAME, key = signer.publicKey as string | null, now = NOW } = {}) {
  const found = checkSigned(name, new URLSearchParams(text), key, now);
  return "version" in found ? found.version : inEnglish(found.reason);
}

test("it gives one version of one file, and is short", () => {
  expect(signer.publicKey).toMatch(/^[\w-]{43}$/);
  expect(query().length).toBeLessThan(200);
  expect(new URLSearchParams(query()).size).toBe(3);
  expect(isSigned(new URLSearchParams(query()))).toBe(true);
  expect(isSigned(new URLSearchParams("version=1"))).toBe(false);
  expect(check(query())).toBe(VERSION);
  const forged = "this address is signed by no central of this cluster";
  expect(check(query(), { name: "series/other.mkv" })).toBe(forged);
  expect(check(query(), { name: `${NAME}\n` })).toBe(forged);
  expect(check(query().replace(VERSION, "cd".repeat(32)))).toBe(forged);
  expect(check(query().replace(/expires=\d/, "expires=9"))).toBe(forged);
  expect(check(query(), { key: new AddressSigner("02".repeat(32)).publicKey })).toBe(forged);
});

test("it ends, for clocks that differ by five minutes too, and no address is good for more than a week", () => {
  const end = NOW + SIGNED_FOR_MS;
  expect(check(query(), { now: end + 5 * MINUTE_MS })).toBe(VERSION);
  expect(check(query(), { now: end + 5 * MINUTE_MS + 1 })).toStartWith("this signed address has expired");
  expect(check(query(NAME, 8 * 24 * 60 * MINUTE_MS))).toContain("longer than any may be");
});

test("what is not whole, or cannot be checked, is refused", () => {
  const text = query();
  for (const cut of [text.slice(0, -1), text.replace("version", "v"), text.replace(/expires=\d+/, "expires=-1"), ""]) {
    expect(check(cut)).toStartWith("this signed address is not whole");
  }
  expect(check(text, { key: null })).toStartWith("this server cannot check signed addresses");
});
