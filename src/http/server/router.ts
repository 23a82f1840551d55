import type { TokenHolder } from "../../keys/tokens/verify-token.ts";
import { percentDecoded } from "../../protocol/names/percent-encoding.ts";
import type { Rights } from "../../protocol/rights.ts";
import type { LoggedIn, Refused, RouteAccess } from "../access/guard.ts";

export type Method = "GET" | "HEAD" | "OPTIONS" | "PROPFIND" | "POST" | "PUT" | "DELETE";

/** A request, as far as a route needs it. */
export interface HttpRequest {
  readonly raw: Request;
  readonly method: Method;
  /** Of the part of the path behind the route's own, with its escapes read; "" for a route without one. */
  readonly rest: string;
  readonly query: URLSearchParams;
  /** The other end. */
  readonly remoteHost: string;
  /** Who has asked, where the cluster has keys; null also for who has a signed address. */
  readonly by: TokenHolder | null;
  /** What the asker may do here at all; null: nothing but this. */
  readonly rights: Rights | null;
  /** The only version of the file of which anything may be sent; null: any. */
  readonly version: string | null;
  /** The body takes as long as its reader does: the route watches its progress itself. */
  keepOpen(): OpenConnection;
  /** The body; null where it is too long, or does not come as a whole. To be called once. */
  body(): Promise<Uint8Array | null>;
  /** The same as it comes, for routes that take any length. */
  readonly content: RequestContent;
  readonly session: SessionDoor;
}

/** Sessions of those who log in with a token, as pages do. */
export interface SessionDoor {
  /** Whether anybody needs to log in at all. */
  readonly isNeeded: boolean;
  /** Who has this token has a session from now on. `cookie`: the header by which the browser keeps it. Null: nobody needs one. */
  begin(token: string): Promise<(LoggedIn & { readonly cookie: string }) | Refused | null>;
  /** Ends the session of this request. Gives the header by which the browser forgets it. */
  end(): string;
}

/** The body of a request. */
export interface RequestContent {
  /** Bytes; null where that is not said beforehand. */
  readonly length: number | null;
  /** The next bytes; null: there are no more. Rejects when the other end has broken off. To be called once at a time. */
  next(): Promise<Uint8Array | null>;
}

/** A connection that is not closed for being idle. */
export interface OpenConnection {
  /** The body is on its way as a whole: from now on the connection is closed when it is idle. */
  release(): void;
  /** Closes the connection within a second or two, also where its other end reads nothing. */
  cut(): void;
}

export interface Route {
  readonly methods: readonly Method[];
  /** A path, or with "/*" at its end all paths below it. */
  readonly path: string;
  /** Who may use it. For "file", the path behind the route's own is the name of the file. */
  readonly access: RouteAccess;
  /** Whether the body may be of any length, which the route reads as it comes. */
  readonly acceptsContent?: boolean;
  handle(request: HttpRequest): Response | Promise<Response>;
}

export type RouteMatch =
  | { readonly kind: "found"; readonly route: Route; readonly rest: string }
  | { readonly kind: "no-such-path" }
  | { readonly kind: "bad-path" }
  | { readonly kind: "other-method"; readonly allowed: readonly Method[] };

/** The first route of a table for a method and a path, which still has its escapes. */
export function findRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const allowed: Method[] = [];
  for (const route of routes) {
    const rest = restOf(route.path, path);
    if (rest === null) continue;
    if (!route.methods.some((one) => one === method)) {
      allowed.push(...route.methods);
      continue;
    }
    const name = percentDecoded(rest);
    return name === null ? { kind: "bad-path" } : { kind: "found", route, rest: name };
  }
  return allowed.length > 0 ? { kind: "other-method", allowed } : { kind: "no-such-path" };
}

function restOf(pattern: string, path: string): string | null {
  if (!pattern.endsWith("/*")) return pattern === path ? "" : null;
  const start = pattern.slice(0, -1);
  return path.startsWith(start) ? path.slice(start.length) : null;
}
