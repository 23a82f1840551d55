/** Headers that responses have. A text of a request that became a header of a response would be another one. */
const KNOWN_HEADERS: ReadonlySet<string> = new Set([
  ...[
    "accept-ranges",
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-language",
    "content-length",
    "content-range",
  ],
  ...["content-security-policy", "content-type", "cross-origin-resource-policy", "date", "dav", "digest", "etag"],
  ...["keep-alive", "last-modified", "location", "ms-author-via", "referrer-policy", "repr-digest", "retry-after"],
  ...["transfer-encoding", "vary", "www-authenticate", "x-accel-buffering", "x-content-type-options"],
]);

/** The one cookie that there is: its value is a number that the server has drawn, or nothing. */
const SESSION_COOKIE = /^set-cookie: (?:__Host-)?redes-session-\d+=[\w-]*; Path=\/; /i;

/** What is wrong with the heads of what came over a connection, as latin1. */
export function responseFaults(text: string): string[] {
  if (text === "") return [];
  if (!/^HTTP\/1\.1 \d{3} /.test(text)) return [`an answer is no response: ${text.slice(0, 200)}`];
  const found: string[] = [];
  for (const [head, status] of text.matchAll(/HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n(?:[^\r\n]+\r\n)*/g)) {
    if (status === "500") found.push(`an answer is ${head}`);
    const names = head.split("\r\n").slice(1, -1);
    const unknown = names.find(
      (line) =>
        !KNOWN_HEADERS.has(line.slice(0, Math.max(0, line.indexOf(":"))).toLowerCase()) && !SESSION_COOKIE.test(line),
    );
    if (unknown !== undefined) found.push(`a response has the header ${unknown}`);
  }
  return found;
}
