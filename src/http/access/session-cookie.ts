/** Cookies do not tell the ports of a host apart: each server has a name of its own. */
function nameFor(port: number): string {
  return `redes-session-${port}`;
}

/** The id of the session in a request to the server at this port; null for none. */
export function sessionIn(headers: Pick<Headers, "get">, port: number): string | null {
  const header = headers.get("cookie");
  return header === null ? null : new Bun.CookieMap(header).get(nameFor(port));
}

/** The header with which a browser keeps a session, or (`id` null) forgets it. No script sees it, and no page of another site has it sent. */
export function sessionCookie(id: string | null, maxAgeSeconds: number, port: number, tls: boolean): string {
  const cookie = new Bun.Cookie(nameFor(port), id ?? "", {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: tls,
    maxAge: id === null ? 0 : maxAgeSeconds,
  });
  return cookie.toString();
}
