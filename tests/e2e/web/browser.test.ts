import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { Browser } from "../../support/browser/browser.ts";

setDefaultTimeout(60_000);

/** That what tests of the page rely on notices what is wrong. */

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http://other.example:1";
const HEAD = `<!doctype html><html lang="en"><head><title>t</title>`;
const RIGHT = `${HEAD}</head><body><main><h1>Right</h1><p id="locale"></p></main><script src="/right.js"></script></body></html>`;
/** What is at each path: its type and text. */
const SITE: Readonly<Record<string, readonly [string, string]>> = {
  "/right": ["text/html", RIGHT],
  "/right.js": ["text/javascript", `document.getElementById("locale").textContent = (1234.5).toLocaleString()`],
  "/console": ["text/html", `${HEAD}</head><body><script src="/console.js"></script></body></html>`],
  "/console.js": ["text/javascript", `console.error("as said")`],
  "/throws": ["text/html", `${HEAD}</head><body><script src="/throws.js"></script></body></html>`],
  "/throws.js": ["text/javascript", `throw new Error("as thrown")`],
  "/inline": ["text/html", `${HEAD}</head><body><p style="color: red">inline</p></body></html>`],
  "/foreign": ["text/html", `${HEAD}</head><body><img alt="" src="http://other.example:1/x"></body></html>`],
  "/missing": ["text/html", `${HEAD}</head><body><img alt="" src="/nothing"></body></html>`],
  "/unusable": ["text/html", `<!doctype html><html><body><main><h1>t</h1><input></main></body></html>`],
  "/wide": ["text/html", `${HEAD}<link rel="stylesheet" href="/wide.css"></head><body><p>wide</p></body></html>`],
  "/wide.css": ["text/css", "p { width: 400px }"],
};

let browser: Browser;
let server: ReturnType<typeof Bun.serve>;
const at = (path: string) => `http://127.0.0.1:${server.port}${path}`;

beforeAll(async () => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/favicon.ico") return new Response(null, { status: 204 });
      const [type, text] = SITE[pathname] ?? [];
      if (text === undefined) return new Response("nothing", { status: 404 });
      return new Response(text, {
        headers: { "content-type": `${type}; charset=utf-8`, "content-security-policy": POLICY },
      });
    },
  });
  browser = await Browser.launch();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await server.stop(true);
});

test("a page that is right has no fault, and knows its language, size and colours", async () => {
  await using watched = await browser.open(at("/right"), { locale: "es-ES", size: "phone", colors: "dark" });
  const { page } = watched;
  expect(await page.locator("#locale").textContent()).toBe("1234,5");
  expect(await page.evaluate<number>("innerWidth")).toBe(360);
  expect(await page.evaluate<boolean>('matchMedia("(prefers-color-scheme: dark)").matches')).toBe(true);
  await watched.until("document.readyState === 'complete'");
  expect(await watched.violations()).toEqual([]);
  expect(await watched.overflows()).toBe(false);
  expect(watched.takeFaults()).toEqual([]);
});

test.each([
  ["/console", "as said"],
  ["/throws", "as thrown"],
  ["/inline", "against the Content Security Policy"],
  ["/foreign", "a request to another server: http://other.example:1/x"],
  ["/missing", "404"],
])("the fault of %s is noticed", async (path, fault) => {
  await using watched = await browser.open(at(path));
  expect(watched.takeFaults().join("\n")).toContain(fault);
});

test("what is allowed is no fault", async () => {
  await using watched = await browser.open(at("/console"), { allowed: [/as said/] });
  expect(watched.takeFaults()).toEqual([]);
});

test("what people who need help of their browser cannot use is found", async () => {
  await using watched = await browser.open(at("/unusable"));
  const rules = (await watched.violations()).map(({ rule }) => rule);
  expect(rules).toContain("label");
  expect(rules).toContain("html-has-lang");
});

test("what is wider than the screen is found", async () => {
  await using watched = await browser.open(at("/wide"), { size: "phone" });
  expect(await watched.overflows()).toBe(true);
});
