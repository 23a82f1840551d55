import { expect, test } from "bun:test";
import { formatHttpDate, parseHttpDate } from "../../../../src/http/files/http-date.ts";

test.each(["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])(
  "each form that HTTP has had is read: %s",
  (text) => {
    expect(parseHttpDate(text)).toBe(784_111_777);
  },
);

test("what is no HTTP date is told apart", () => {
  for (const text of ["", "1", "tomorrow", "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 CET", '"etag"']) {
    expect(parseHttpDate(text)).toBeNull();
  }
  expect(parseHttpDate("Sun, 66 Nov 1994 08:49:37 GMT")).toBeNull();
});

test("a time is written in the form of today", () => {
  expect(formatHttpDate(784_111_777)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
});
