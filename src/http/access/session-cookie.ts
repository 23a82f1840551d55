/**
 * Cookies do not tell the ports of a host apart: each server has a name of its own. With TLS the name begins so that browsers take the
 * cookie over TLS alone and from this host alone: nobody else makes them show a session of his.
 */
function nameFor(port: number, tls: boolean): string {
  return `${tls ? "__Host-" : ""}redes-session-${port}`;
}

/** The id of the session in a request to the server at this port; null for none. */
export function sessionIn(headers: Pick<Headers, "get">, port: number, tls: boolean): string | null {
  const header = headers.get("cookie");
  return header === null ? null : new Bun.CookieMap(header).get(nameFor(port, tls));
}

/** The header with which a browser keeps a session, or (`id` null) forgets it. No script sees it, and no page of another site has it sent. */
export function sessionCookie(id: string | null, maxAgeSeconds: number, port: number, tls: boolean): string {
  const cookie = new Bun.Cookie(nameFor(port, tls), id ?? "", {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: tls,
    maxAge: id === null ? 0 : maxAgeSeconds,
  });
  return cookie.toString();
}
