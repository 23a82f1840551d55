import { afterEach, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import { type AccessSetting, OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { sessionOperations } from "../../../../src/http/access/session-operations.ts";
import { routeOf } from "../../../../src/http/api/operation.ts";
import { HttpServer } from "../../../../src/http/server/http-server.ts";
import { textResponse } from "../../../../src/http/server/responses.ts";
import type { Route } from "../../../../src/http/server/router.ts";
import { newHttpsKey } from "../../../../src/keys/https/https-key.ts";
import { newClusterKey } from "../../../../src/keys/issue.ts";
import { newToken } from "../../../../src/keys/tokens/issue-token.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { exchange, RawHttp } from "../../../support/raw-http.ts";

/** What changes while a server runs that has keys. */

const REQUESTED = { name: "ana", preset: "", rights: "read", days: 1 } as const;

const servers: HttpServer[] = [];
let streams: ReadableStreamDefaultController<Uint8Array>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
  streams = [];
});

/** Begins, and goes on when a test says so. */
const SLOW: Route = {
  methods: ["GET"],
  path: "/slow",
  access: "read",
  handle() {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.push(controller);
        controller.enqueue(new TextEncoder().encode("begun"));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
};

const OPEN: Route = { methods: ["GET"], path: "/open", access: "anyone", handle: () => textResponse(200, "open") };
const ROUTES = [SLOW, OPEN, ...sessionOperations().map(routeOf)];

async function serve(access: Partial<AccessSetting>): Promise<HttpServer> {
  const deps = { clock: systemClock, refused() {}, failed() {}, connections: 100 };
  const setting = { ...OPEN_ACCESS, names: ["server1"], ...access };
  const server = HttpServer.start(deps, { host: "127.0.0.1", port: 0 }, ROUTES, setting);
  servers.push(server);
  await server.ready();
  return server;
}

/** A server with keys, and what makes tokens for it. */
async function serveWithKeys() {
  const cluster = await newClusterKey(Date.now());
  const trust = { authorities: [cluster.authority.pem], revocations: [] };
  const server = await serve({ trust });
  const file = { path: "my.key", contents: cluster };
  return { trust, server, issue: () => newToken(file, REQUESTED, Date.now(), systemRandom) };
}

test("a stream ends at once when the token of its reader is revoked, and others go on", async () => {
  const { trust, server, issue } = await serveWithKeys();
  const begin = async () => {
    const { text, claims } = await issue();
    const reader = await RawHttp.connect(server.port);
    reader.send(`GET /slow HTTP/1.1\r\nHost: server1\r\nAuthorization: Bearer ${text}\r\n\r\n`);
    await reader.until(/begun/);
    return { reader, claims };
  };
  const [one, other] = [await begin(), await begin()];
  const revocations = [{ fingerprint: one.claims.jti, until: 0 }];
  await server.useAccess({ ...OPEN_ACCESS, names: ["server1"], trust: { ...trust, revocations } });
  await one.reader.answer();
  expect(other.reader.isOver).toBe(false);
  other.reader.close();
});

test("a stream ends with the token of its reader, also where another request without one came after it", async () => {
  const { trust, server, issue } = await serveWithKeys();
  const { text, claims } = await issue();
  const reader = await RawHttp.connect(server.port);
  reader.send(`GET /slow HTTP/1.1\r\nHost: server1\r\nAuthorization: Bearer ${text}\r\n\r\n`);
  await reader.until(/begun/);
  await reader.sendAll("GET /open HTTP/1.1\r\nHost: server1\r\n\r\n");
  // Whoever asks afterwards is answered afterwards: by then the request before is known.
  await exchange(server.port, "GET /open HTTP/1.1\r\nHost: server1\r\nConnection: close\r\n\r\n");
  const revocations = [{ fingerprint: claims.jti, until: 0 }];
  await server.useAccess({ ...OPEN_ACCESS, names: ["server1"], trust: { ...trust, revocations } });
  await reader.answer();
});

/** Somebody with a browser, at a server with keys. */
async function openBrowsers() {
  const { server, issue } = await serveWithKeys();
  const { text } = await issue();
  const site = `http://127.0.0.1:${server.port}`;
  const ask = (method: string, headers: Record<string, string>, body?: string) =>
    fetch(`${site}/api/v1/session`, { method, headers: { origin: site, ...headers }, ...(body && { body }) });
  const logIn = async (cookie = "") => {
    const headers = { "content-type": "application/json", ...(cookie !== "" && { cookie }) };
    const answer = await ask("POST", headers, JSON.stringify({ token: text }));
    expect(answer.status).toBe(200);
    return (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  };
  const begin = async () => {
    const cookie = await logIn();
    const reader = await RawHttp.connect(server.port);
    reader.send(`GET /slow HTTP/1.1\r\nHost: server1\r\nCookie: ${cookie}\r\n\r\n`);
    await reader.until(/begun/);
    return { reader, cookie };
  };
  return { ask, logIn, begin };
}

test("a stream ends when its reader logs out, and those of other sessions with the same token go on", async () => {
  const { ask, begin } = await openBrowsers();
  const [one, other] = [await begin(), await begin()];
  expect((await ask("DELETE", { cookie: one.cookie })).status).toBe(200);
  await one.reader.answer();
  expect(other.reader.isOver).toBe(false);
  other.reader.close();
});

test("who logs in anew leaves no session behind", async () => {
  const { ask, logIn } = await openBrowsers();
  const rights = async (cookie: string) =>
    ((await (await ask("GET", { cookie })).json()) as { rights: unknown }).rights;
  const first = await logIn();
  const second = await logIn(first);
  expect([await rights(first), await rights(second)]).toEqual([null, "read"]);
});

test("another certificate is for those who connect from then on; what is under way goes on", async () => {
  const cluster = await newClusterKey(Date.now());
  const names = { hosts: ["localhost"], addresses: ["127.0.0.1"] };
  const made = () => newHttpsKey(cluster, names, validFor(1, Date.now()));
  const [first, second] = [await made(), await made()];
  const server = await serve({ tls: first });
  const reader = await RawHttp.connectTls(server.port);
  reader.send("GET /slow HTTP/1.1\r\nHost: server1\r\n\r\n");
  await reader.until(/begun/);
  const shown = async () => {
    const connection = await RawHttp.connectTls(server.port);
    connection.close();
    return connection.certificate;
  };
  const der = (pem: string) => new X509Certificate(pem).raw.toString("hex");
  expect(await shown()).toBe(der(first.certificate));
  await server.useAccess({ ...OPEN_ACCESS, names: ["server1"], tls: second });
  expect(await shown()).toBe(der(second.certificate));
  for (const stream of streams) stream.enqueue(new TextEncoder().encode("more"));
  await reader.until(/more/);
  reader.close();
});

test.each([
  ["ECDHE-ECDSA-AES128-GCM-SHA256", true],
  ["ECDHE-ECDSA-AES128-SHA", false],
  ["ECDHE-ECDSA-AES256-SHA", false],
])("over TLS 1.2, ciphers that authenticate the whole of a message alone: %s %p", async (ciphers, isTaken) => {
  const cluster = await newClusterKey(Date.now());
  const key = await newHttpsKey(cluster, { hosts: ["a"], addresses: [] }, validFor(1, Date.now()));
  const { port } = await serve({ tls: key });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = tls.connect({ host: "127.0.0.1", port, ciphers, maxVersion: "TLSv1.2", rejectUnauthorized: false });
  socket.on("secureConnect", () => resolve(true));
  socket.on("error", () => resolve(false));
  expect(await promise).toBe(isTaken);
  socket.destroy();
});

test("who speaks without TLS gets nothing", async () => {
  const tls = await newHttpsKey(
    await newClusterKey(Date.now()),
    { hosts: ["a"], addresses: [] },
    validFor(1, Date.now()),
  );
  const request = "GET /slow HTTP/1.1\r\nHost: server1\r\n\r\n";
  expect((await exchange((await serve({ tls })).port, request)).status).toBeNull();
});
