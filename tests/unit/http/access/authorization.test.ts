import { expect, test } from "bun:test";
import { shownIn } from "../../../../src/http/access/authorization.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

test.each([
  ["Bearer a.b-c._d", "a.b-c._d"],
  ["bearer  a.b.c", "a.b.c"],
  [basic("ana:a.b.c"), "a.b.c"],
  [basic(":a.b.c"), "a.b.c"],
  [basic("ana:a:b"), "a:b"],
  // Some programs have one field for both.
  [basic("a.b.c"), "a.b.c"],
])("%s shows a token", (header, token) => {
  expect(shownIn(header)).toEqual({ kind: "token", token });
});

test("without the header nothing is shown", () => {
  expect(shownIn(null)).toEqual({ kind: "nothing" });
});

test.each(["", "Bearer", "Bearer ", "Bearer a b", "Basic a, Bearer b", "Basic", "Basic %%", "Digest x", basic("ana:")])(
  "%p shows nothing that is a token",
  (header) => {
    expect(shownIn(header)).toEqual({ kind: "unreadable" });
  },
);
