import { expect, test } from "bun:test";
import fc from "fast-check";
import { addressOf, parseRoute, VIEW_NAMES, viewAddress } from "../../../../src/web/routing/route.ts";

test("every route is read as it was written", () => {
  const routes = fc.record({
    view: fc.constantFrom(...VIEW_NAMES),
    path: fc.string({ unit: "grapheme" }),
    query: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.string({ unit: "grapheme", minLength: 1 }), {
      noNullPrototype: true,
    }),
  });
  fc.assert(fc.property(routes, (route) => expect(parseRoute(addressOf(route))).toEqual(route)));
});

test("what is not chosen is not in the address", () => {
  expect(viewAddress("servers")).toBe("#/servers/");
  expect(addressOf({ view: "files", path: "a b/ñ?#.mkv", query: { sort: "size", search: "" } })).toBe(
    "#/files/a%20b/%C3%B1%3F%23.mkv?sort=size",
  );
});

test("an address that says nothing is that of the files", () => {
  for (const hash of ["", "#", "#/", "#/nothing/such", "#files", "#/files"]) {
    expect(parseRoute(hash)).toEqual({ view: "files", path: "", query: {} });
  }
  expect(parseRoute("#/events?type=secondary")).toEqual({ view: "events", path: "", query: { type: "secondary" } });
});

test("a wrong escape is taken as it stands", () => {
  expect(parseRoute("#/files/50%").path).toBe("50%");
});
