import type { HttpRequest, Method, OpenConnection } from "../../../src/http/server/router.ts";

/** A request for a route, as the router makes it. `rest`: what is behind the route's own path. */
export function requestFor(
  rest: string,
  {
    method = "GET" as Method,
    accept = "*/*",
    query = "",
    headers = {} as Record<string, string>,
    version = null as string | null,
    keepOpen = (): OpenConnection => ({ release() {}, cut() {} }),
  } = {},
): HttpRequest {
  const raw = new Request(`http://foreign.example/${query}`, { method, headers: { accept, ...headers } });
  const search = new URLSearchParams(query);
  return { raw, method, rest, query: search, remoteHost: "10.0.0.1", by: null, version, keepOpen };
}
