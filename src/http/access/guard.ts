import { LRUCache } from "lru-cache";
import type { Trust } from "../../keys/key-ring.ts";
import { isTokenEnded, type RefusedToken, type TokenHolder, verifyToken } from "../../keys/tokens/verify-token.ts";
import { Authorities } from "../../keys/trust/authorities.ts";
import { Revocations } from "../../keys/trust/revocations.ts";
import { isLoopback, normalizeHost } from "../../net/address/address.ts";
import type { Clock } from "../../platform/clock.ts";
import { type Random, systemRandom } from "../../platform/random.ts";
import { hasRight, type Rights } from "../../protocol/rights.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import type { AccessSetting } from "./access-setting.ts";
import { shownIn } from "./authorization.ts";
import { FailedLogins } from "./failed-logins.ts";
import { checkHost } from "./host-check.ts";
import { LoginSessions } from "./login-sessions.ts";
import { requestOrigin } from "./request-origin.ts";
import { checkSigned, isSigned } from "./signed-address.ts";

/** Tokens that were found good, so that a program that shows one with each request costs little. */
const MAX_KNOWN_TOKENS = 1000;

/**
 * Who may use a route: who has that right; "file": who may read, or has a signed address of it; "metrics": who may read, or everyone
 * where the operator says so; "anyone": also who shows nothing, as who has still to log in.
 */
export type RouteAccess = Rights | "file" | "metrics" | "anyone";

/** A request, as far as it matters who makes it. */
export interface AccessClaim {
  /** Of the other end. */
  readonly remoteHost: string;
  readonly headers: Pick<Headers, "get">;
  readonly query: URLSearchParams;
  readonly access: RouteAccess;
  /** Whether it may change something. */
  readonly changes: boolean;
  /** The id of a session, from a cookie; null for none. */
  readonly session: string | null;
  /** The file that the route is about, where access is "file". */
  readonly name: string;
}

/** Who has made a request that was admitted. */
export interface Asker {
  /** Whose token it is; null where none is needed, or the address is signed. */
  readonly by: TokenHolder | null;
  /** The id of the session that stands for the token, as long as it lasts; absent where the token itself is shown. */
  readonly session?: string;
}

/** `version`: the only one that may be sent. */
export interface Admitted extends Asker {
  readonly version: string | null;
  /** What the asker may do here at all; null: nothing but this. */
  readonly rights: Rights | null;
}

/** A session that has begun. */
export interface LoggedIn {
  readonly id: string;
  readonly by: TokenHolder;
  /** When it ends: milliseconds since 1970. */
  readonly until: number;
}

export interface Refused {
  readonly status: 400 | 401 | 403 | 421 | 429;
  readonly reason: Told;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether something was shown that is wrong: the log says so. */
  readonly isAttempt?: boolean;
}

const NEEDED: Readonly<Record<RouteAccess, Rights>> = {
  read: "read",
  write: "write",
  admin: "admin",
  file: "read",
  metrics: "read",
  anyone: "read",
};
const NOBODY: Admitted = { by: null, version: null, rights: null };
const ASK_FOR_TOKEN = { "www-authenticate": 'Basic realm="redes", charset="UTF-8"' };
/** A script gets the answer itself: the browser need not ask for a password. */
const ASK_SCRIPT_FOR_TOKEN = { "www-authenticate": 'Bearer realm="redes"' };
/** What is said to a page of another site that wants to change something. */
export const FOREIGN_PAGE = say("a page of another site may change nothing here");
const COOKIE_ALONE = say("with a cookie only a page of this server changes something: show the token itself");
const NEEDS_TOKEN = say(
  "this needs a token, which redes key token makes: as Authorization: Bearer, or as the password of any user",
);

/** Says who may do what over HTTP. */
export class Guard {
  private readonly failures = new FailedLogins();
  private readonly known = new LRUCache<string, TokenHolder>({ max: MAX_KNOWN_TOKENS });
  private readonly sessions: LoginSessions;
  private names: ReadonlySet<string> = new Set();
  /** Null: whoever can connect may do everything. */
  private trust: Trust | null = null;

  constructor(
    private readonly clock: Clock,
    private setting: AccessSetting,
    random: Random = systemRandom,
  ) {
    this.sessions = new LoginSessions(random);
    this.use(setting);
  }

  use(setting: AccessSetting): void {
    this.setting = setting;
    this.names = new Set(setting.names);
    this.known.clear();
    this.trust = setting.trust && {
      authorities: new Authorities(setting.trust.authorities),
      revocations: new Revocations(),
    };
    this.trust?.revocations.add(setting.trust?.revocations ?? []);
  }

  /** Before anything else of a request is looked at. Null: it may go on. */
  refusalOfHost(headers: Pick<Headers, "get">): Refused | null {
    return checkHost(headers.get("host"), this.names);
  }

  async admit(claim: AccessClaim): Promise<Admitted | Refused> {
    const { trust, setting } = this;
    const { access, headers, query } = claim;
    if (!trust) return withoutKeys(claim);
    if (access === "metrics" && setting.metricsOpen) return NOBODY;
    const shown = shownIn(headers.get("authorization"));
    const signed = access === "file" && isSigned(query);
    if (shown.kind === "nothing" && !signed) return this.admitSession(claim, trust);
    // Who shares an address with somebody who guesses gets in with what was good before.
    const wait = shown.kind === "token" && this.known.has(shown.token) ? null : this.mustWait(claim.remoteHost);
    if (wait) return wait;
    if (signed) {
      const found = this.admitSigned(claim);
      // Some programs show the token that was for the central to everyone to whom it sends them.
      if (shown.kind === "nothing" || !("status" in found)) return found;
    }
    if (shown.kind !== "token") return this.failed(claim, { status: 401, reason: say("what is shown is no token") });
    return this.admitToken(claim, shown.token, trust);
  }

  /** Begins a session for who has a good token. Null: there are no keys, and nobody needs one. */
  async logIn(token: string, from: Pick<AccessClaim, "remoteHost" | "headers">): Promise<LoggedIn | Refused | null> {
    const { trust } = this;
    if (!trust) return null;
    const wait = this.known.has(token) ? null : this.mustWait(from.remoteHost);
    if (wait) return wait;
    const by = await this.holderOf(token, trust);
    if ("reason" in by) return this.failed(from, { status: 401, reason: by.reason });
    return { by, ...this.sessions.begin(token, by.until, this.clock.wall()) };
  }

  logOut(session: string): void {
    this.sessions.end(session);
  }

  /** Whether somebody who was let in would not be any more: what is sent to him ends then. */
  hasEnded({ by, session }: Asker): boolean {
    if (!this.trust || !by) return false;
    const now = this.clock.wall();
    if (isTokenEnded(by, this.trust.revocations, now)) return true;
    return session !== undefined && this.sessions.tokenOf(session, now) === null;
  }

  private admitSigned(claim: AccessClaim): Admitted | Refused {
    const found = checkSigned(claim.name, claim.query, this.setting.addressKey, this.clock.wall());
    if ("version" in found) return { by: null, version: found.version, rights: null };
    const { reason, isForged } = found;
    return isForged ? this.failed(claim, { status: 403, reason }) : { status: 403, reason };
  }

  private async admitToken(claim: AccessClaim, token: string, trust: Trust): Promise<Admitted | Refused> {
    const holder = await this.holderOf(token, trust);
    return "reason" in holder ? this.failed(claim, { status: 401, reason: holder.reason }) : allow(claim, holder);
  }

  /** Nothing is shown but, perhaps, the cookie of a session. */
  private async admitSession(claim: AccessClaim, trust: Trust): Promise<Admitted | Refused> {
    const { session, access, changes, headers } = claim;
    const token = session && this.sessions.tokenOf(session, this.clock.wall());
    const holder = token ? await this.holderOf(token, trust) : null;
    if (!session || !holder || "reason" in holder) {
      if (session) this.sessions.end(session);
      return access === "anyone" ? NOBODY : { status: 401, reason: NEEDS_TOKEN, headers: asking(headers) };
    }
    const origin = requestOrigin(headers);
    if (changes && origin !== "same") {
      return { status: 403, reason: origin === "foreign" ? FOREIGN_PAGE : COOKIE_ALONE };
    }
    const allowed = allow(claim, holder);
    // What changes something is over in a moment, and may be what ends the session.
    return "status" in allowed || changes ? allowed : { ...allowed, session };
  }

  private async holderOf(token: string, trust: Trust): Promise<TokenHolder | RefusedToken> {
    const known = this.known.get(token);
    const now = this.clock.wall();
    if (known && known.until <= now) this.known.delete(token);
    const holder = known && known.until > now ? known : await verifyToken(token, trust, now);
    // Unless somebody was revoked while it was checked.
    if (!("reason" in holder) && trust === this.trust) this.known.set(token, holder);
    return holder;
  }

  private mustWait(remoteHost: string): Refused | null {
    const wait = this.failures.wait(remoteHost, this.clock.now());
    if (wait === 0) return null;
    const reason = say("too much that is wrong has come from this address: try again in {wait} s", { wait });
    return { status: 429, reason, headers: { "retry-after": String(wait) } };
  }

  private failed(
    { remoteHost, headers }: Pick<AccessClaim, "remoteHost" | "headers">,
    { status, reason }: Pick<Refused, "status" | "reason">,
  ): Refused {
    this.failures.failed(remoteHost, this.clock.now());
    return { status, reason, isAttempt: true, ...(status === 401 && { headers: asking(headers) }) };
  }
}

/** Without keys whoever can connect may read; only who is at this machine changes something, as at its consoles. */
function withoutKeys({ access, remoteHost }: AccessClaim): Admitted | Refused {
  const rights = isLoopback(normalizeHost(remoteHost)) ? "admin" : "read";
  if (hasRight(rights, NEEDED[access])) return { by: null, version: null, rights };
  return { status: 403, reason: say("without keys this is for programs of the same machine only") };
}

function allow({ access }: AccessClaim, by: TokenHolder): Admitted | Refused {
  const needed = NEEDED[access];
  const { rights } = by.identity;
  if (hasRight(rights, needed)) return { by, version: null, rights };
  return {
    status: 403,
    reason: say("this needs the right {needed}, and the token has {rights} only", { needed, rights }),
  };
}

function asking(headers: Pick<Headers, "get">): Readonly<Record<string, string>> {
  const mode = headers.get("sec-fetch-mode");
  return mode === null || mode === "navigate" ? ASK_FOR_TOKEN : ASK_SCRIPT_FOR_TOKEN;
}
