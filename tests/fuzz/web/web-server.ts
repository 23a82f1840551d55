import { type AccessSetting, OPEN_ACCESS } from "../../../src/http/access/access-setting.ts";
import { AddressSigner } from "../../../src/http/access/signed-address.ts";
import { HttpServer } from "../../../src/http/server/http-server.ts";
import { newHttpsKey } from "../../../src/keys/https/https-key.ts";
import type { ClusterKey } from "../../../src/keys/key-contents.ts";
import { newToken } from "../../../src/keys/tokens/issue-token.ts";
import { validFor } from "../../../src/keys/validity.ts";
import { type Clock, systemClock } from "../../../src/platform/clock.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import type { Rights } from "../../../src/protocol/rights.ts";
import { WEB_FILES } from "./catalogue.ts";
import type { WebSite } from "./web-site.ts";

/** Who is too many is ended, which is not what is tried here. */
const CONNECTIONS = 1000;
/** Milliseconds of the guard's clock between two inputs: whoever has shown wrong tokens may show some again. */
const BETWEEN_INPUTS_MS = 60_000;
const SEED = "5a".repeat(32);

/**
 * What stands in an input for what is another in each run: `{token}`, `{admin}` and `{foreign}` for tokens, `{signed}` and
 * `{stale}` for the query of a signed address of the first file, in its version and in an older one.
 */
export type Stand = "token" | "admin" | "foreign" | "signed" | "stale";

/** The real HTTP server with the routes of one role; with keys, with TLS, or with neither. */
export class WebServer implements Disposable {
  private readonly server: HttpServer;
  private mistakes: string[] = [];
  private skipped = 0;

  private constructor(
    readonly web: WebSite,
    private readonly access: AccessSetting,
    private readonly stands: ReadonlyMap<string, string>,
  ) {
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + this.skipped };
    const failed = (message: string) => void this.mistakes.push(`a route failed: ${message}`);
    const deps = { clock, refused() {}, failed, connections: CONNECTIONS };
    this.server = HttpServer.start(deps, { host: "127.0.0.1", port: 0 }, web.site.routes, access);
  }

  static async open(web: WebSite): Promise<WebServer> {
    return WebServer.started(new WebServer(web, OPEN_ACCESS, new Map()));
  }

  /** `foreign`: the key of another cluster. */
  static async keyed(web: WebSite, cluster: ClusterKey, foreign: ClusterKey): Promise<WebServer> {
    const signer = new AddressSigner(SEED);
    const signed = (id: string) => signer.queryFor(WEB_FILES[0]?.name ?? "", id, Date.now());
    const stands = new Map<Stand, string>([
      ["token", await tokenOf(cluster, "read")],
      ["admin", await tokenOf(cluster, "admin")],
      ["foreign", await tokenOf(foreign, "admin")],
      ["signed", signed(WEB_FILES[0]?.id ?? "")],
      ["stale", signed("f".repeat(64))],
    ]);
    const trust = { authorities: [cluster.authority.pem], revocations: [] };
    const access = { ...OPEN_ACCESS, trust, metricsOpen: false, addressKey: signer.publicKey };
    return WebServer.started(new WebServer(web, access, stands));
  }

  /** With TLS, and without tokens. */
  static async secured(web: WebSite, cluster: ClusterKey): Promise<WebServer> {
    const names = { hosts: ["localhost"], addresses: ["127.0.0.1"] };
    const tls = await newHttpsKey(cluster, names, validFor(1, Date.now()));
    return WebServer.started(new WebServer(web, { ...OPEN_ACCESS, tls }, new Map()));
  }

  private static async started(server: WebServer): Promise<WebServer> {
    await server.server.ready();
    return server;
  }

  get port(): number {
    return this.server.port;
  }

  get isKeyed(): boolean {
    return this.stands.size > 0;
  }

  get isSecured(): boolean {
    return this.access.tls !== null;
  }

  /** Responses that are not at their end yet. */
  get underWay(): number {
    return this.server.requestsUnderWay;
  }

  /** The bytes of an input with what stands in it for something else. */
  filled(bytes: Uint8Array): Uint8Array {
    if (!bytes.includes(0x7b)) return bytes;
    const text = Buffer.from(bytes).toString("latin1");
    const filled = text.replace(/\{(\w+)\}/g, (stand, name) => this.stands.get(name) ?? stand);
    return Buffer.from(filled, "latin1");
  }

  /** Mistakes of routes since the last call. Another input begins after it. */
  takeMistakes(): string[] {
    const { mistakes } = this;
    this.mistakes = [];
    this.skipped += BETWEEN_INPUTS_MS;
    return mistakes;
  }

  [Symbol.dispose](): void {
    this.server.stop();
  }
}

async function tokenOf(contents: ClusterKey, rights: Rights): Promise<string> {
  const request = { name: "ana", preset: "", rights, days: 3 };
  return (await newToken({ path: "cluster.key", contents }, request, Date.now(), systemRandom)).text;
}
