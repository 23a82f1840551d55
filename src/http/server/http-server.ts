import type { Address } from "../../net/address/address.ts";
import { listenError } from "../../net/transport/tcp-errors.ts";
import { secured, textResponse } from "./responses.ts";
import { findRoute, type HttpRequest, type Method, type Route } from "./router.ts";

/** Seconds without a byte after which a connection is closed, but while a route sends a body. */
const IDLE_TIMEOUT_S = 30;
/** No request has a body of any length yet. */
const MAX_BODY_BYTES = 64 * 1024;

/** An HTTP server with a table of routes. */
export class HttpServer {
  private constructor(
    private readonly server: Bun.Server<undefined>,
    readonly port: number,
  ) {}

  /** Throws ListenError. */
  static start(address: Address, routes: readonly Route[]): HttpServer {
    try {
      const server = Bun.serve({
        hostname: address.host,
        port: address.port,
        idleTimeout: IDLE_TIMEOUT_S,
        maxRequestBodySize: MAX_BODY_BYTES,
        development: false,
        fetch: async (raw, self) => secured(await respond(routes, raw, self)),
        error: () => textResponse(500, "this server made a mistake: its log says which"),
      });
      return new HttpServer(server, server.port ?? address.port);
    } catch (error) {
      throw listenError(address, error);
    }
  }

  /** Ends it with all connections. */
  stop(): void {
    this.server.stop(true);
  }
}

function respond(routes: readonly Route[], raw: Request, server: Bun.Server<undefined>): Response | Promise<Response> {
  const url = new URL(raw.url);
  const match = findRoute(routes, raw.method, url.pathname);
  switch (match.kind) {
    case "no-such-path":
      return textResponse(404, "there is nothing at this address");
    case "bad-path":
      return textResponse(400, "the address has an escape that is no UTF-8");
    case "other-method":
      return textResponse(405, `${raw.method} is not possible here`, { allow: match.allowed.join(", ") });
    case "found": {
      const request: HttpRequest = {
        raw,
        method: raw.method as Method,
        rest: match.rest,
        query: url.searchParams,
        remoteHost: server.requestIP(raw)?.address ?? "unknown",
        keepOpen: () => server.timeout(raw, 0),
      };
      return match.route.handle(request);
    }
  }
}
