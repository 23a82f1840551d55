import { expect, test } from "bun:test";
import { findRoute, type Route } from "../../../../src/http/server/router.ts";

const route = (methods: Route["methods"], path: string): Route => ({
  methods,
  path,
  access: "read",
  handle: () => new Response(""),
});
const ROUTES = [route(["GET", "HEAD"], "/files/*"), route(["POST"], "/files/*"), route(["GET"], "/healthz")];

const found = (method: string, path: string) => {
  const match = findRoute(ROUTES, method, path);
  return match.kind === "found" ? [ROUTES.indexOf(match.route), match.rest] : match;
};

test("a path is matched whole, or by its beginning, with its escapes read", () => {
  expect(found("GET", "/healthz")).toEqual([2, ""]);
  expect(found("GET", "/files/a%20b/%C3%B1.mkv")).toEqual([0, "a b/ñ.mkv"]);
  expect(found("HEAD", "/files/")).toEqual([0, ""]);
  expect(found("POST", "/files/x")).toEqual([1, "x"]);
  // Escaped once is read once.
  expect(found("GET", "/files/%2541")).toEqual([0, "%41"]);
});

test("what is not in the table is told apart", () => {
  expect(found("GET", "/healthz/")).toEqual({ kind: "no-such-path" });
  expect(found("GET", "/files")).toEqual({ kind: "no-such-path" });
  expect(found("GET", "/files/%zz")).toEqual({ kind: "bad-path" });
  expect(found("GET", "/files/%ff")).toEqual({ kind: "bad-path" });
  expect(found("DELETE", "/files/x")).toEqual({ kind: "other-method", allowed: ["GET", "HEAD", "POST"] });
});
