const BASIC = /^basic +(?<value>[A-Za-z0-9+/=_-]+)$/i;
const BEARER = /^bearer +(?<token>[\w.-]+)$/i;

/** What a request shows: a token, nothing, or something that is no token. */
export type Shown = { readonly kind: "token"; readonly token: string } | { readonly kind: "nothing" | "unreadable" };

/** Reads the header Authorization: `Bearer TOKEN`, or `Basic` with a token as the password of any user, for programs that know no other way. */
export function shownIn(header: string | null): Shown {
  if (header === null) return { kind: "nothing" };
  const token = BEARER.exec(header)?.groups?.token ?? passwordIn(BASIC.exec(header)?.groups?.value ?? "");
  return token === "" ? { kind: "unreadable" } : { kind: "token", token };
}

function passwordIn(basic: string): string {
  const pair = Buffer.from(basic, "base64").toString();
  return pair.slice(pair.indexOf(":") + 1);
}
