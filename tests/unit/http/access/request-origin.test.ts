import { expect, test } from "bun:test";
import { requestOrigin } from "../../../../src/http/access/request-origin.ts";

const origin = (headers: Record<string, string>) => requestOrigin(new Headers({ host: "server1:8080", ...headers }));

test("a page of another site is foreign, one of this server is not, and a program is none", () => {
  expect(origin({})).toBe("none");
  expect(origin({ origin: "http://server1:8080" })).toBe("same");
  expect(origin({ origin: "https://SERVER1:8080" })).toBe("same");
  for (const foreign of ["https://evil.example", "https://server1:8081", "https://server1", "null", "nonsense", ""]) {
    expect(origin({ origin: foreign })).toBe("foreign");
  }
});

test("what a browser says of the page counts where it says no origin, and never against it", () => {
  expect(origin({ "sec-fetch-site": "same-origin" })).toBe("same");
  expect(origin({ "sec-fetch-site": "none" })).toBe("none");
  for (const site of ["same-site", "cross-site", "anything"]) {
    expect(origin({ "sec-fetch-site": site })).toBe("foreign");
    expect(origin({ "sec-fetch-site": site, origin: "http://server1:8080" })).toBe("foreign");
  }
  expect(origin({ "sec-fetch-site": "same-origin", origin: "https://evil.example" })).toBe("foreign");
});

test("a request without a host has no page of its own", () => {
  expect(requestOrigin(new Headers({ origin: "http://server1" }))).toBe("foreign");
});
