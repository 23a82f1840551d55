import { expect, test } from "bun:test";
import { answerFor } from "../../../../src/http/files/file-answer.ts";
import { inEnglish } from "../../../support/in-english.ts";

const ID = "cd".repeat(32);
const VERSION = { name: "film.mkv", id: ID, size: 100, modified: 1_700_000_000_000_000, sha256: null };

const SAVED = { download: false, playedElsewhere: false };

const answer = (headers: Record<string, string>, method: "GET" | "HEAD" = "GET") =>
  answerFor({ method, headers: new Headers(headers), ...SAVED }, VERSION, 1_800_000_000);

test("all of it", () => {
  const { status, headers, body } = answer({});
  expect([status, body]).toEqual([200, { start: 0, end: 100 }]);
  expect(headers).toMatchObject({ etag: `"${ID}"`, "content-length": "100", "content-type": "video/x-matroska" });
});

test("a part of it", () => {
  const { status, headers, body } = answer({ range: "bytes=10-19" });
  expect([status, body]).toEqual([206, { start: 10, end: 20 }]);
  expect(headers).toMatchObject({ etag: `"${ID}"`, "content-length": "10", "content-range": "bytes 10-19/100" });
});

test("the part of an older version is of no use: all of it is sent", () => {
  expect(answer({ range: "bytes=10-", "if-range": `"${ID}"` }).status).toBe(206);
  const { status, headers, body } = answer({ range: "bytes=10-", "if-range": '"older"' });
  expect([status, body]).toEqual([200, { start: 0, end: 100 }]);
  expect(headers).not.toHaveProperty("content-range");
  // Nor is the size of another one.
  expect(answer({ range: "bytes=100-", "if-range": '"older"' }).status).toBe(200);
});

test("beyond the end there is nothing", () => {
  const { status, headers, body, refusal } = answer({ range: "bytes=100-" });
  expect([status, body]).toEqual([416, null]);
  expect(headers).toMatchObject({ "content-range": "bytes */100", etag: `"${ID}"` });
  expect(inEnglish(refusal)).toBe("the file has 100 bytes: there is nothing in that range");
});

test("HEAD says what GET would without a range", () => {
  const { status, headers, body } = answer({ range: "bytes=500-" }, "HEAD");
  expect([status, body, headers["content-length"]]).toEqual([200, null, "100"]);
});

test("conditions come before ranges", () => {
  const same = answer({ "if-none-match": `"${ID}"`, range: "bytes=500-" });
  expect([same.status, same.body, same.refusal]).toEqual([304, null, null]);
  expect(same.headers).toMatchObject({ etag: `"${ID}"`, "cache-control": "no-cache" });
  expect(same.headers).not.toHaveProperty("content-type");
  const other = answer({ "if-match": '"older"', range: "bytes=0-" });
  expect([other.status, other.body]).toEqual([412, null]);
});

test("what the page of another server may play, it may play; nothing else may be used by another site", () => {
  const policyOf = (name: string, playedElsewhere: boolean, headers: Record<string, string> = {}) => {
    const request = { method: "GET", headers: new Headers(headers), download: false, playedElsewhere } as const;
    return answerFor(request, { ...VERSION, name }, 1_800_000_000).headers["cross-origin-resource-policy"];
  };
  const range = { range: "bytes=10-19" };
  expect([policyOf("film.mkv", true), policyOf("song.mp3", true, range)]).toEqual(["cross-origin", "cross-origin"]);
  // What the browser has already may be played too.
  expect(policyOf("film.mkv", true, { "if-none-match": `"${ID}"` })).toBe("cross-origin");
  expect([policyOf("film.mkv", false), policyOf("page.html", true), policyOf("a.png", true)]).toEqual(
    Array(3).fill(undefined),
  );
});
