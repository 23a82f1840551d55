import { expect, test } from "bun:test";
import { requestedRange } from "../../../../src/http/files/byte-range.ts";

const WHOLE = { kind: "whole" } as const;
const UNSATISFIABLE = { kind: "unsatisfiable" } as const;
const part = (start: number, end: number) => ({ kind: "part", start, end }) as const;

test("one range is answered with its bytes, as far as there are any", () => {
  expect(requestedRange("bytes=0-0", 10)).toEqual(part(0, 1));
  expect(requestedRange("bytes=2-5", 10)).toEqual(part(2, 6));
  expect(requestedRange("bytes=2-99", 10)).toEqual(part(2, 10));
  expect(requestedRange("bytes=9-", 10)).toEqual(part(9, 10));
  expect(requestedRange("bytes=-3", 10)).toEqual(part(7, 10));
  expect(requestedRange("bytes=-99", 10)).toEqual(part(0, 10));
  expect(requestedRange("Bytes = 1-2 ", 10)).toEqual(part(1, 3));
  // More than 4 GiB, and more than a double can hold.
  expect(requestedRange("bytes=5000000000-5000000001", 6_000_000_000)).toEqual(part(5_000_000_000, 5_000_000_002));
  expect(requestedRange(`bytes=1-${"9".repeat(400)}`, 10)).toEqual(part(1, 10));
});

test("a range beyond the end cannot be had", () => {
  expect(requestedRange("bytes=10-", 10)).toEqual(UNSATISFIABLE);
  expect(requestedRange("bytes=10-20", 10)).toEqual(UNSATISFIABLE);
  expect(requestedRange("bytes=-0", 10)).toEqual(UNSATISFIABLE);
  expect(requestedRange("bytes=0-", 0)).toEqual(UNSATISFIABLE);
});

test("what may be ignored is", () => {
  const ignored = [
    "bytes=0-1,3-4",
    "bytes=5-2",
    "bytes=a-b",
    "bytes=-",
    "bytes=",
    "bytes=1",
    "pages=1-2",
    "bytes=+1-2",
  ];
  for (const header of [null, ...ignored]) expect(requestedRange(header, 10)).toEqual(WHOLE);
  expect(requestedRange("bytes=-5", 0)).toEqual(WHOLE);
});
