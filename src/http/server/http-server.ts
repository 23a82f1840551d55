import type { Address } from "../../net/address/address.ts";
import { listenError } from "../../net/transport/tcp-errors.ts";
import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { connectionsAt, shutDown } from "../../platform/linux/socket-calls.ts";
import type { AccessSetting } from "../access/access-setting.ts";
import { Guard } from "../access/guard.ts";
import { ConnectionWatch } from "./connection-watch.ts";
import { refusal, secured, textResponse } from "./responses.ts";
import { findRoute, type Match, type Method, type OpenConnection, type Route } from "./router.ts";

/** Seconds without a byte after which a connection is closed, but while a route sends a body. */
const IDLE_TIMEOUT_S = 30;
/** No request has a body of any length yet. */
const MAX_BODY_BYTES = 64 * 1024;
/** Milliseconds between two looks at who is connected. */
const WATCH_INTERVAL_MS = 500;
const BUSY = { "retry-after": "1" };
/** Of a request whose connection is gone already. */
const NOBODY = { address: "unknown", port: 0 };
/** Methods that change nothing, and that a page of another site may have a browser use. */
const SAFE_METHODS: ReadonlySet<string> = new Set<Method>(["GET", "HEAD", "OPTIONS", "PROPFIND"]);

export interface HttpServerDeps {
  readonly clock: Clock;
  /** Somebody at that address has shown what is wrong. */
  refused(host: string, reason: string): void;
  /** The most at once. Fewer are let in from one address. */
  readonly connections: number;
  /** See IDLE_TIMEOUT_S, which it is where nothing is said. */
  readonly idleSeconds?: number;
}

/** An HTTP server with a table of routes, each for who may use it. */
export class HttpServer {
  private readonly guard: Guard;
  private readonly watch: ConnectionWatch;
  private readonly cancelWatch: Cancel;
  private server: Bun.Server<undefined>;

  private constructor(
    private readonly deps: HttpServerDeps,
    private readonly address: Address,
    private readonly routes: readonly Route[],
    private access: AccessSetting,
  ) {
    this.guard = new Guard(deps.clock, access);
    this.watch = new ConnectionWatch(deps.connections);
    this.server = this.serve(address.port);
    this.cancelWatch = every(deps.clock, WATCH_INTERVAL_MS, () => this.endExcess());
  }

  /** Throws ListenError. */
  static start(deps: HttpServerDeps, address: Address, routes: readonly Route[], access: AccessSetting): HttpServer {
    return new HttpServer(deps, address, routes, access);
  }

  get port(): number {
    return this.server.port ?? this.address.port;
  }

  /** From now on this is who may do what. Requests under way go on. Throws ListenError. */
  useAccess(access: AccessSetting): void {
    const { tls } = this.access;
    this.access = access;
    this.guard.use(access);
    this.endExcess();
    if (tls?.certificate === access.tls?.certificate && tls?.key === access.tls?.key) return;
    // Only a new server takes another certificate. In one tick nobody finds the port closed.
    const { port } = this;
    void this.server.stop(false);
    this.server = this.serve(port);
  }

  /** Ends it with all connections. */
  stop(): void {
    this.cancelWatch();
    void this.server.stop(true);
  }

  private endExcess(): void {
    const { revocations } = this.guard;
    const present = connectionsAt(this.port);
    const ended = revocations ? this.watch.ended(present, revocations, this.deps.clock.wall()) : [];
    for (const { fd } of [...this.watch.excess(present), ...ended]) shutDown(fd);
  }

  private serve(port: number): Bun.Server<undefined> {
    const { tls } = this.access;
    try {
      return Bun.serve({
        hostname: this.address.host,
        port,
        idleTimeout: this.deps.idleSeconds ?? IDLE_TIMEOUT_S,
        maxRequestBodySize: MAX_BODY_BYTES,
        development: false,
        ...(tls && { tls: { key: tls.key, cert: tls.certificate } }),
        fetch: async (raw, self) => secured(await this.respond(raw, self)),
        error: () => textResponse(500, "this server made a mistake: its log says which"),
      });
    } catch (error) {
      throw listenError({ ...this.address, port }, error);
    }
  }

  private respond(raw: Request, server: Bun.Server<undefined>): Response | Promise<Response> {
    const { guard } = this;
    if (server.pendingRequests > this.deps.connections) return textResponse(503, "too many are served at once", BUSY);
    const refused = guard.refusalOfHost(raw.headers);
    if (refused) return textResponse(refused.status, refused.reason);
    const url = URL.parse(raw.url);
    if (!url) return textResponse(400, "this is no address of a file or page");
    if (!SAFE_METHODS.has(raw.method) && guard.isForeign(raw.headers)) {
      return refusal(url.pathname, { status: 403, reason: "a page of another site may change nothing here" });
    }
    const match = findRoute(this.routes, raw.method, url.pathname);
    return match.kind === "found" ? this.enter(raw, url, match, server) : unmatched(match, raw.method, url.pathname);
  }

  private async enter(
    raw: Request,
    url: URL,
    { route, rest }: Extract<Match, { kind: "found" }>,
    server: Bun.Server<undefined>,
  ): Promise<Response> {
    const { address: remoteHost, port: remotePort } = server.requestIP(raw) ?? NOBODY;
    const query = url.searchParams;
    const claim = { remoteHost, headers: raw.headers, query, access: route.access, name: rest };
    const admitted = await this.guard.admit(claim);
    if ("status" in admitted) {
      if (admitted.isAttempt) this.deps.refused(remoteHost, admitted.reason);
      return refusal(url.pathname, admitted);
    }
    this.watch.asked(remoteHost, remotePort, admitted.by);
    return route.handle({
      ...admitted,
      raw,
      method: raw.method as Method,
      rest,
      query,
      remoteHost,
      keepOpen: () => keepOpen(server, raw),
    });
  }
}

function unmatched(match: Exclude<Match, { kind: "found" }>, method: string, path: string): Response {
  switch (match.kind) {
    case "no-such-path":
      return refusal(path, { status: 404, reason: "there is nothing at this address" });
    case "bad-path":
      return refusal(path, { status: 400, reason: "the address has an escape that is no UTF-8" });
    case "other-method": {
      const headers = { allow: match.allowed.join(", ") };
      return refusal(path, { status: 405, reason: `${method} is not possible here`, headers });
    }
  }
}

function keepOpen(server: Bun.Server<undefined>, raw: Request): OpenConnection {
  server.timeout(raw, 0);
  return {
    // The runtime does not do that by itself: the connection would stay for ever.
    release: () => server.timeout(raw, IDLE_TIMEOUT_S),
    cut: () => server.timeout(raw, 1),
  };
}
