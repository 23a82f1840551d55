/** Whose page has had a browser make a request: `same`: one of this server; `none`: no page that says so, as of other programs. */
export type RequestOrigin = "same" | "foreign" | "none";

/**
 * Tells by what browsers say themselves, which no page can change. A page of another site must never change anything here, and where a
 * browser shows a cookie of itself, only a page of this server may.
 */
export function requestOrigin(headers: Pick<Headers, "get">): RequestOrigin {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  // Another port of the same host is another site for a page, and the same one for a cookie.
  if (origin !== null && !isOwn(origin, headers.get("host"))) return "foreign";
  // `none`: somebody has typed the address, or opened a bookmark.
  if (site !== null && site !== "same-origin" && site !== "none") return "foreign";
  return origin !== null || site === "same-origin" ? "same" : "none";
}

/** The scheme is not looked at: what is before this server may have taken TLS off. */
function isOwn(origin: string, host: string | null): boolean {
  return host !== null && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
