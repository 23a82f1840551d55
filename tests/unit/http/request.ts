import type { HttpRequest, Method, OpenConnection, SessionDoor } from "../../../src/http/server/router.ts";

/** Of a server without keys. */
export const NO_DOOR: SessionDoor = { isNeeded: false, begin: async () => null, end: () => "" };

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
  const nobody = {
    remoteHost: "10.0.0.1",
    by: null,
    rights: "read",
    body: async () => null,
    content: { length: 0, next: async () => null },
    session: NO_DOOR,
  } as const;
  return { raw, method, rest, query: search, ...nobody, version, keepOpen };
}
