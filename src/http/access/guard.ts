import { LRUCache } from "lru-cache";
import type { Trust } from "../../keys/key-ring.ts";
import { type TokenHolder, verifyToken } from "../../keys/tokens/verify-token.ts";
import { Authorities } from "../../keys/trust/authorities.ts";
import { Revocations } from "../../keys/trust/revocations.ts";
import type { Clock } from "../../platform/clock.ts";
import { hasRight, type Rights } from "../../protocol/rights.ts";
import type { AccessSetting } from "./access-setting.ts";
import { shownIn } from "./authorization.ts";
import { FailedLogins } from "./failed-logins.ts";
import { checkHost } from "./host-check.ts";
import { checkSigned, isSigned } from "./signed-address.ts";

/** Tokens that were found good, so that a program that shows one with each request costs little. */
const MAX_KNOWN_TOKENS = 1000;

/** Who may use a route: who has that right; "file": who may read, or has a signed address of it; "metrics": who may read, or everyone where the operator says so. */
export type RouteAccess = Rights | "file" | "metrics";

/** A request, as far as it matters who makes it. */
export interface Claim {
  /** Of the other end. */
  readonly remoteHost: string;
  readonly headers: Pick<Headers, "get">;
  readonly query: URLSearchParams;
  readonly access: RouteAccess;
  /** The file that the route is about, where access is "file". */
  readonly name: string;
}

/** `by`: whose token it is; null where none is needed, or the address is signed. `version`: the only one that may be sent. */
export interface Admitted {
  readonly by: TokenHolder | null;
  readonly version: string | null;
}

export interface Refused {
  readonly status: 400 | 401 | 403 | 421 | 429;
  readonly reason: string;
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
};
const ADMITTED: Admitted = { by: null, version: null };
const ASK_FOR_TOKEN = { "www-authenticate": 'Basic realm="redes", charset="UTF-8"' };
const NEEDS_TOKEN =
  "this needs a token, which redes key token makes: as Authorization: Bearer, or as the password of any user";

/** Says who may do what over HTTP. */
export class Guard {
  private readonly failures = new FailedLogins();
  private readonly known = new LRUCache<string, TokenHolder>({ max: MAX_KNOWN_TOKENS });
  private names: ReadonlySet<string> = new Set();
  /** Null: whoever can connect may do everything. */
  private trust: Trust | null = null;

  constructor(
    private readonly clock: Clock,
    private setting: AccessSetting,
  ) {
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

  /** Null: there are no keys. */
  get revocations(): Revocations | null {
    return this.trust?.revocations ?? null;
  }

  /** Before anything else of a request is looked at. Null: it may go on. */
  refusalOfHost(headers: Pick<Headers, "get">): Refused | null {
    return checkHost(headers.get("host"), this.names);
  }

  /** Whether a page of another site has had a browser make a request that changes something. */
  isForeign(headers: Pick<Headers, "get">): boolean {
    const origin = headers.get("origin");
    if (origin === null) return false;
    return !URL.canParse(origin) || new URL(origin).host !== headers.get("host")?.toLowerCase();
  }

  async admit(claim: Claim): Promise<Admitted | Refused> {
    const { trust, setting } = this;
    const { access, headers, query, remoteHost } = claim;
    if (!trust || (access === "metrics" && setting.metricsOpen)) return ADMITTED;
    const shown = shownIn(headers.get("authorization"));
    const signed = access === "file" && isSigned(query);
    if (shown.kind === "nothing" && !signed) return { status: 401, reason: NEEDS_TOKEN, headers: ASK_FOR_TOKEN };
    const wait = this.failures.wait(remoteHost, this.clock.now());
    // Who shares an address with somebody who guesses gets in with what was good before.
    if (wait > 0 && !(shown.kind === "token" && this.known.has(shown.token))) {
      const reason = `too much that is wrong has come from this address: try again in ${wait} s`;
      return { status: 429, reason, headers: { "retry-after": String(wait) } };
    }
    if (signed) {
      const found = this.admitSigned(claim);
      // Some programs show the token that was for the central to everyone to whom it sends them.
      if (shown.kind === "nothing" || !("status" in found)) return found;
    }
    if (shown.kind !== "token") return this.failed(claim, { status: 401, reason: "what is shown is no token" });
    return this.admitToken(claim, shown.token, trust);
  }

  private admitSigned(claim: Claim): Admitted | Refused {
    const found = checkSigned(claim.name, claim.query, this.setting.addressKey, this.clock.wall());
    if ("version" in found) return { by: null, version: found.version };
    const { reason, isForged } = found;
    return isForged ? this.failed(claim, { status: 403, reason }) : { status: 403, reason };
  }

  private async admitToken(claim: Claim, token: string, trust: Trust): Promise<Admitted | Refused> {
    const known = this.known.get(token);
    const now = this.clock.wall();
    const holder = known && known.until > now ? known : await verifyToken(token, trust, now);
    if ("reason" in holder) return this.failed(claim, { status: 401, reason: holder.reason });
    // Unless somebody was revoked while it was checked.
    if (trust === this.trust) this.known.set(token, holder);
    const needed = NEEDED[claim.access];
    const held = holder.identity.rights;
    if (hasRight(held, needed)) return { by: holder, version: null };
    return { status: 403, reason: `this needs the right ${needed}, and the token has ${held} only` };
  }

  private failed({ remoteHost }: Claim, { status, reason }: Pick<Refused, "status" | "reason">): Refused {
    this.failures.failed(remoteHost, this.clock.now());
    return { status, reason, isAttempt: true, ...(status === 401 && { headers: ASK_FOR_TOKEN }) };
  }
}
