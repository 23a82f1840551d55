import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { Address } from "../../net/address/address.ts";
import { listenError } from "../../net/transport/tcp-errors.ts";
import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { connectionsAt, type FoundConnection, shutDown } from "../../platform/linux/socket-calls.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import type { AccessSetting } from "../access/access-setting.ts";
import { type AccessClaim, type Asker, FOREIGN_PAGE, Guard } from "../access/guard.ts";
import { requestOrigin } from "../access/request-origin.ts";
import { sessionCookie, sessionIn } from "../access/session-cookie.ts";
import { preferredLanguage } from "./accept.ts";
import { ConnectionWatch } from "./connection-watch.ts";
import { Exchange } from "./exchange.ts";
import { NOTHING_HERE, type Refusal, RefusalResponse, refusal, secured } from "./responses.ts";
import { findRoute, type Method, type Route, type RouteMatch, type SessionDoor } from "./router.ts";

/** Seconds without a byte after which a connection is closed, but while a route sends a body. */
const IDLE_TIMEOUT_S = 30;
/** Bytes of a request's body: what is to be done, in a few words. */
const MAX_BODY_BYTES = 64 * 1024;
/** Milliseconds between two checks of who is connected. */
const WATCH_INTERVAL_MS = 500;
/** Milliseconds between two checks of who is too slow with a request, at most. */
const MAX_CHECK_INTERVAL_MS = 5000;
const BUSY = { "retry-after": "1" };
const TOO_LONG: Refusal = {
  status: 413,
  reason: say("the body is too long: at most {most} bytes are read", { most: MAX_BODY_BYTES }),
};
/** Bytes of a request's headers together, as other servers take them, and how many there may be: a browser behind proxies sends some thirty. */
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADER_COUNT = 200;
/** Methods that change nothing, and that a page of another site may have a browser use. */
const SAFE_METHODS: ReadonlySet<string> = new Set<Method>(["GET", "HEAD", "OPTIONS", "PROPFIND"]);

export interface HttpServerDeps {
  readonly clock: Clock;
  /** Somebody at that address has shown what is wrong. */
  refused(host: string, reason: Told): void;
  /** A route has failed, which is a mistake of ours. */
  failed(message: string): void;
  /** The most at once. Fewer are let in from one address. */
  readonly connections: number;
  /** See IDLE_TIMEOUT_S, which it is where nothing is said. */
  readonly idleSeconds?: number;
}

/**
 * For programs without TLS 1.3: forward secret, and authenticated as a whole. Those of Mozilla's "intermediate" (its guideline 5.7)
 * that are left without the old key exchange.
 */
const TLS_1_2_CIPHERS = ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"]
  .flatMap((cipher) => [`ECDHE-ECDSA-${cipher}`, `ECDHE-RSA-${cipher}`])
  .join(":");

/** An HTTP server with a table of routes, each for who may use it. */
export class HttpServer {
  private readonly guard: Guard;
  private readonly watch: ConnectionWatch;
  private readonly cancelWatch: Cancel;
  private server: http.Server;
  private underWay = 0;
  private present: readonly FoundConnection[] = [];

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

  /** It can be reached once {@link ready} has resolved. */
  static start(deps: HttpServerDeps, address: Address, routes: readonly Route[], access: AccessSetting): HttpServer {
    return new HttpServer(deps, address, routes, access);
  }

  get port(): number {
    const place = this.server.address();
    return typeof place === "object" && place ? place.port : this.address.port;
  }

  /** Requests whose responses are not at their end. */
  get requestsUnderWay(): number {
    return this.underWay;
  }

  /** Rejects with ListenError. */
  async ready(): Promise<void> {
    const { server, port } = this;
    if (server.listening) return;
    const [error] = await once(server, "error");
    throw listenError({ ...this.address, port }, error);
  }

  /** From now on this is who may do what. Requests under way go on. Rejects with ListenError. */
  async useAccess(access: AccessSetting): Promise<void> {
    const { tls } = this.access;
    this.access = access;
    this.guard.use(access);
    this.endExcess();
    if (tls?.certificate === access.tls?.certificate && tls?.key === access.tls?.key) return;
    // Only a new server takes another certificate. In one tick nobody finds the port closed.
    const { port, server } = this;
    server.close();
    this.server = this.serve(port);
    await this.ready();
  }

  private get idleMs(): number {
    return (this.deps.idleSeconds ?? IDLE_TIMEOUT_S) * 1000;
  }

  /** Ends it with all connections. */
  stop(): void {
    this.cancelWatch();
    this.server.close();
    this.server.closeAllConnections();
  }

  private endExcess(): void {
    this.present = connectionsAt(this.port, this.present);
    const { present } = this;
    const ended = this.watch.ended(present, (asker) => this.guard.hasEnded(asker));
    for (const { fd } of [...this.watch.excess(present), ...ended]) shutDown(fd);
  }

  private serve(port: number): http.Server {
    const { tls } = this.access;
    const { idleMs } = this;
    const scheme = tls ? "https" : "http";
    const listener = (waits: boolean) => (incoming: http.IncomingMessage, outgoing: http.ServerResponse) =>
      void this.answer(new Exchange(incoming, outgoing, this.deps.clock, scheme, waits));
    const limits = {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: idleMs,
      // A large body takes as long as its line is slow: whoever reads one watches how it comes.
      requestTimeout: 0,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: Math.min(idleMs, MAX_CHECK_INTERVAL_MS),
    };
    const server = tls
      ? https.createServer(
          { ...limits, key: tls.key, cert: tls.certificate, ciphers: TLS_1_2_CIPHERS },
          listener(false),
        )
      : http.createServer(limits, listener(false));
    // Who asks whether its body is wanted hears first what speaks against it.
    server.on("checkContinue", listener(true));
    server.maxHeadersCount = MAX_HEADER_COUNT;
    server.timeout = idleMs;
    // Nobody is connected to elsewhere. Without this the connection would end without a word.
    server.on("connect", (_, socket) => void socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"));
    // Whoever waits for it to listen hears of its errors: see ready.
    server.on("error", () => {});
    return server.listen(port, this.address.host);
  }

  private async answer(exchange: Exchange): Promise<void> {
    this.underWay += 1;
    let answered: Cancel = () => {};
    const letIn = (asker: Asker) => {
      answered = this.watch.asked(exchange.remoteHost, exchange.remotePort, asker);
    };
    const response = await this.respond(exchange, letIn).catch((error: Error) => {
      this.deps.failed(error.message);
      return refusal("", { status: 500, reason: say("this server made a mistake: its log says which") });
    });
    await exchange.send(secured(inLanguageOf(exchange, response)));
    answered();
    this.underWay -= 1;
  }

  private async respond(exchange: Exchange, letIn: (asker: Asker) => void): Promise<Response> {
    const raw = exchange.request();
    if (!raw) return refusal("", { status: 400, reason: say("this is no request for a file or page") });
    const url = URL.parse(raw.url);
    if (!url) return refusal("", { status: 400, reason: say("this is no address of a file or page") });
    const refused = this.refusalOf(raw.headers);
    if (refused) return refusal(url.pathname, refused);
    if (!SAFE_METHODS.has(exchange.method) && requestOrigin(raw.headers) === "foreign") {
      return refusal(url.pathname, { status: 403, reason: FOREIGN_PAGE });
    }
    const match = findRoute(this.routes, exchange.method, url.pathname);
    const acceptsContent = match.kind === "found" && match.route.acceptsContent;
    if (!acceptsContent && (exchange.bodyLength ?? 0) > MAX_BODY_BYTES) {
      return refusal(url.pathname, TOO_LONG);
    }
    return match.kind === "found"
      ? this.enter(raw, url, match, exchange, letIn)
      : unmatched(match, exchange.method, url.pathname);
  }

  /** Why a request is not served, whatever it is for; null: it may go on. */
  private refusalOf(headers: Headers): Refusal | null {
    if (this.underWay > this.deps.connections) {
      return { status: 503, reason: say("too many are served at once"), headers: BUSY };
    }
    return this.guard.refusalOfHost(headers);
  }

  private async enter(
    raw: Request,
    url: URL,
    { route, rest }: Extract<RouteMatch, { kind: "found" }>,
    exchange: Exchange,
    letIn: (asker: Asker) => void,
  ): Promise<Response> {
    const { remoteHost, method } = exchange;
    const { headers } = raw;
    const query = url.searchParams;
    const session = sessionIn(headers, this.port, this.access.tls !== null);
    const changes = !SAFE_METHODS.has(method);
    const claim = { remoteHost, headers, query, access: route.access, changes, session, name: rest };
    const admitted = await this.guard.admit(claim);
    if ("status" in admitted) {
      if (admitted.isAttempt) this.deps.refused(remoteHost, admitted.reason);
      return refusal(url.pathname, admitted);
    }
    letIn(admitted);
    return route.handle({
      ...admitted,
      raw,
      method: raw.method as Method,
      rest,
      query,
      remoteHost,
      keepOpen: () => exchange.keepOpen(this.idleMs),
      body: () => exchange.body(MAX_BODY_BYTES, this.idleMs),
      content: { length: exchange.bodyLength, next: () => exchange.nextBlock() },
      session: this.doorFor(claim),
    });
  }

  private doorFor({
    remoteHost,
    headers,
    session,
  }: Pick<AccessClaim, "remoteHost" | "headers" | "session">): SessionDoor {
    const { guard, port, access, deps } = this;
    const cookie = (id: string | null, seconds: number) => sessionCookie(id, seconds, port, access.tls !== null);
    return {
      isNeeded: access.trust !== null,
      begin: async (token) => {
        const begun = await guard.logIn(token, { remoteHost, headers });
        if (begun && "status" in begun && begun.isAttempt) deps.refused(remoteHost, begun.reason);
        if (!begun || "status" in begun) return begun;
        // The browser forgets its id, so that nobody could end it any more.
        if (session) guard.logOut(session);
        return { ...begun, cookie: cookie(begun.id, Math.floor((begun.until - deps.clock.wall()) / 1000)) };
      },
      end: () => {
        if (session) guard.logOut(session);
        return cookie(null, 0);
      },
    };
  }
}

/** Why something is not done is told in the language that its reader prefers; all else is for programs, and has none. */
function inLanguageOf({ acceptLanguage }: Exchange, response: Response): Response {
  return response instanceof RefusalResponse ? response.in(preferredLanguage(acceptLanguage)) : response;
}

function unmatched(match: Exclude<RouteMatch, { kind: "found" }>, method: string, path: string): Response {
  switch (match.kind) {
    case "no-such-path":
      return refusal(path, NOTHING_HERE);
    case "bad-path":
      return refusal(path, { status: 400, reason: say("the address has an escape that is no UTF-8") });
    case "other-method": {
      const headers = { allow: match.allowed.join(", ") };
      return refusal(path, { status: 405, reason: say("{method} is not possible here", { method }), headers });
    }
  }
}
