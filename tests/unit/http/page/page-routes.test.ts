import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { PageFile } from "../../../../src/http/page/page-file.ts";
import { pageRoutes } from "../../../../src/http/page/page-routes.ts";
import type { WebAddress } from "../../../../src/http/server/web-address.ts";
import { requestFor } from "../request.ts";

const CODE = "let a = 1;\n".repeat(500);
/** As the build makes it. */
const DOCUMENT = `<!doctype html><html lang="en"><link rel="stylesheet" crossorigin href="/chunk-2.css"></html>`;
const STYLE = ".a::after { content: '$&' }";
const STYLE_HASH = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;
const bytesOf = (text: string) => new TextEncoder().encode(text);

function fileOf(path: string, type: string, text: string): PageFile & { reads: number } {
  const file = {
    ...{ path, type, etag: "e1", isDocument: type === "text/html", reads: 0 },
    read: async () => {
      file.reads += 1;
      return bytesOf(text);
    },
  };
  return file;
}

function pageOf(addresses: () => Promise<readonly WebAddress[]> = async () => []) {
  const document = fileOf("/index-1.html", "text/html", DOCUMENT);
  const style = fileOf("/chunk-2.css", "text/css", STYLE);
  const code = fileOf("/chunk-1.js", "text/javascript", CODE);
  const routes = pageRoutes({ files: [document, style, code], role: "client", mediaAddresses: addresses });
  const ask = async (path: string, options: Parameters<typeof requestFor>[1]) => {
    const response = await routes.find((route) => route.path === path)?.handle(requestFor("", options));
    if (!response) throw new Error(`there is no route ${path}`);
    return response;
  };
  return { routes, code, ask };
}

const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

test("a browser gets the document, and whoever else asks hears that there is nothing", async () => {
  const { ask } = pageOf();
  const page = await ask("/", HTML);
  expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
    200,
    "text/html",
    `<!doctype html><html data-role="client" lang="en"><style>${STYLE}</style></html>`,
  ]);
  const program = await ask("/", { accept: "*/*" });
  expect([program.status, await program.text()]).toEqual([404, "there is nothing at this address\n"]);
  for (const { headers } of [page, program]) expect(headers.get("vary")).toContain("Accept");
});

test("the page may do nothing but with this server, and play what the secondaries have", async () => {
  const { ask } = pageOf(async () => [
    { host: "b.example", port: 8081, tls: true },
    { host: "10.0.0.1", port: 80, tls: false },
    { host: "10.0.0.1", port: 80, tls: false },
    { host: "::1", port: 1, tls: false },
    { host: "x; script-src *", port: 1, tls: true },
  ]);
  const policy = (await ask("/", HTML)).headers.get("content-security-policy") ?? "";
  const directives = Object.fromEntries(
    policy.split("; ").map((one) => [one.slice(0, one.indexOf(" ")), one.slice(one.indexOf(" ") + 1)]),
  );
  expect(directives).toEqual({
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": `'self' ${STYLE_HASH}`,
    "img-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' http: http://10.0.0.1:80 https: https://b.example:8081",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  });
});

test("the document comes also where nobody knows the secondaries, and anew where they are others", async () => {
  let known: WebAddress[] = [];
  const { ask } = pageOf(async () => known);
  const etag = (await ask("/", HTML)).headers.get("etag") ?? "";
  const again = { ...HTML, headers: { "if-none-match": etag } };
  const same = await ask("/", again);
  expect([same.status, same.headers.get("cache-control")]).toEqual([304, "no-cache"]);
  known = [{ host: "h", port: 1, tls: false }];
  expect((await ask("/", again)).status).toBe(200);
  const failing = pageOf(() => Promise.reject(new Error("the main thread is away")));
  expect((await failing.ask("/", HTML)).status).toBe(200);
});

test("what has a hash in its name is kept for ever, and compressed once as the browser asks for it", async () => {
  const { ask, code } = pageOf();
  const sent = async (encoding: string) => {
    const response = await ask("/chunk-1.js", { headers: { "accept-encoding": encoding } });
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(response.headers.get("vary")).toBe("Accept-Encoding");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.headers.get("content-length")).toBe(String(bytes.length));
    return { encoding: response.headers.get("content-encoding"), bytes };
  };
  const brotli = await sent("gzip, deflate, br");
  expect([brotli.encoding, brotliDecompressSync(brotli.bytes).toString()]).toEqual(["br", CODE]);
  const gzip = await sent("gzip, br;q=0");
  expect([gzip.encoding, gunzipSync(gzip.bytes).toString()]).toEqual(["gzip", CODE]);
  const plain = await sent("identity");
  expect([plain.encoding, new TextDecoder().decode(plain.bytes)]).toEqual([null, CODE]);
  await sent("br");
  await sent("gzip");
  expect(code.reads).toBe(3);
});

test("everybody may have the page, which shows nothing of the cluster by itself", () => {
  for (const { access, methods } of pageOf().routes) expect([access, methods]).toEqual(["anyone", ["GET", "HEAD"]]);
});
