import { expect, test } from "bun:test";
import { sessionCookie, sessionIn } from "../../../../src/http/access/session-cookie.ts";

test("a cookie is for this server alone, and no script sees it", () => {
  expect(sessionCookie("abc", 60, 8080, true).toLowerCase().split("; ").sort()).toEqual(
    ["__host-redes-session-8080=abc", "path=/", "httponly", "samesite=strict", "secure", "max-age=60"].sort(),
  );
  expect(sessionCookie("abc", 60, 8080, false).toLowerCase()).not.toContain("secure");
  expect(sessionCookie(null, 60, 8080, true).toLowerCase()).toContain("max-age=0");
});

test("the session of a request is that of this port, whatever else a browser sends", () => {
  const headers = (cookie: string) => new Headers({ cookie });
  expect(sessionIn(new Headers(), 8080, false)).toBeNull();
  expect(sessionIn(headers("other=1; redes-session-8080=abc; redes-session-80=no"), 8080, false)).toBe("abc");
  expect(sessionIn(headers("redes-session-81=abc"), 8080, false)).toBeNull();
  for (const hostile of ["=", ";;;", "redes-session-8080", "a=%ff; redes-session-8080=%ff", "\u00e9=1"]) {
    expect(typeof (sessionIn(headers(hostile), 8080, false) ?? "")).toBe("string");
  }
});

test("over TLS none counts that somebody without TLS, or another host of the domain, can have a browser keep", () => {
  const both = new Headers({ cookie: "redes-session-8080=foreign; __Host-redes-session-8080=own" });
  expect(sessionIn(both, 8080, true)).toBe("own");
  expect(sessionIn(new Headers({ cookie: "redes-session-8080=foreign" }), 8080, true)).toBeNull();
  expect(sessionIn(both, 8080, false)).toBe("foreign");
  for (const attribute of ["Path=/;", "Secure"]) expect(sessionCookie("a", 60, 8080, true)).toContain(attribute);
  expect(sessionCookie("a", 60, 8080, true)).not.toMatch(/domain/i);
});
