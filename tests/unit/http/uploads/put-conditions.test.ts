import { expect, test } from "bun:test";
import { conditionsIn, replaceable } from "../../../../src/http/uploads/put-conditions.ts";

const ID = "1".repeat(64);
const OTHER = "2".repeat(64);
/** 2023-11-14 22:13:20.5 */
const CURRENT = { id: ID, modified: 1_700_000_000_500_000 };

const of = (headers: Record<string, string>, current: typeof CURRENT | null = CURRENT) =>
  replaceable(conditionsIn(new Headers(headers)), current);

test("without a condition whatever is there is replaced", () => {
  expect(of({})).toEqual({});
  expect(of({}, null)).toEqual({});
  expect(of({ "if-modified-since": "Tue, 14 Nov 2023 22:13:20 GMT" })).toEqual({});
});

test("If-Match: only that version is replaced, and nothing is made", () => {
  expect(of({ "if-match": `"${OTHER}", "${ID}"` })).toEqual({ base: ID });
  expect(of({ "if-match": "*" })).toEqual({ base: ID });
  expect(of({ "if-match": `"${OTHER}"` })).toBeNull();
  expect(of({ "if-match": `W/"${ID}"` })).toBeNull();
  expect(of({ "if-match": "*" }, null)).toBeNull();
  expect(of({ "if-match": `"${ID}"` }, null)).toBeNull();
});

test("If-None-Match: nothing is replaced, or not that version", () => {
  expect(of({ "if-none-match": "*" })).toBeNull();
  expect(of({ "if-none-match": "*" }, null)).toEqual({ base: null });
  expect(of({ "if-none-match": `"${ID}"` })).toBeNull();
  expect(of({ "if-none-match": `"${OTHER}"` })).toEqual({ base: ID });
});

test("If-Unmodified-Since, where that is known", () => {
  expect(of({ "if-unmodified-since": "Tue, 14 Nov 2023 22:13:20 GMT" })).toEqual({ base: ID });
  expect(of({ "if-unmodified-since": "Tue, 14 Nov 2023 22:13:19 GMT" })).toBeNull();
  const unknown = { id: ID, modified: null };
  expect(replaceable({ "if-unmodified-since": "Tue, 14 Nov 2023 22:13:19 GMT" }, unknown)).toEqual({ base: ID });
});
