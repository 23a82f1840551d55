import { expect, test } from "bun:test";
import { secured } from "../../../../src/http/server/responses.ts";

test("every response says that no other site may use it, unless it says something else itself", () => {
  const policyOf = (headers: Record<string, string>) => {
    return secured(new Response(null, { headers })).headers.get("cross-origin-resource-policy");
  };
  expect(policyOf({})).toBe("same-origin");
  expect(policyOf({ "cross-origin-resource-policy": "cross-origin" })).toBe("cross-origin");
});

test("every response is what it is said to be, and tells others nothing of where it came from", () => {
  const { headers } = secured(new Response("x"));
  expect([headers.get("x-content-type-options"), headers.get("referrer-policy")]).toEqual(["nosniff", "no-referrer"]);
});
