import { afterEach, expect, test } from "bun:test";
import { OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { HttpServer } from "../../../../src/http/server/http-server.ts";
import { textResponse } from "../../../../src/http/server/responses.ts";
import type { HttpRequest } from "../../../../src/http/server/router.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { RawHttp } from "../../../support/raw-http.ts";

/** Bodies of requests, as routes read them that take any length, and others. */

const servers: HttpServer[] = [];
const mistakes: string[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
  expect(mistakes.splice(0)).toEqual([]);
});

async function serve(
  handle: (request: HttpRequest) => Response | Promise<Response>,
  { acceptsContent = true, idleSeconds = 30 } = {},
): Promise<number> {
  const failed = (message: string) => void mistakes.push(message);
  const server = HttpServer.start(
    { clock: systemClock, refused() {}, failed, connections: 100, idleSeconds },
    { host: "127.0.0.1", port: 0 },
    [{ methods: ["PUT"], path: "/a", access: "read", acceptsContent, handle }],
    OPEN_ACCESS,
  );
  servers.push(server);
  await server.ready();
  return server.port;
}

const head = (...headers: string[]) =>
  `PUT /a HTTP/1.1\r\n${["Host: localhost", ...headers].map((line) => `${line}\r\n`).join("")}\r\n`;

/** Reads all of it; says how long it is, or that it has not come as a whole. */
async function lengthOf({ content }: HttpRequest): Promise<Response> {
  let length = 0;
  try {
    for (let block = await content.next(); block; block = await content.next()) length += block.length;
  } catch {
    return textResponse(400, "broken");
  }
  return textResponse(200, `${length} of ${content.length}`);
}

test("a body of any length is read, with and without a length, and the next request comes over the same connection", async () => {
  const connection = await RawHttp.connect(await serve(lengthOf));
  connection.send(head("Content-Length: 300000") + "x".repeat(300_000));
  await connection.until(/300000 of 300000/);
  connection.send(`${head("Transfer-Encoding: chunked")}5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n`);
  await connection.until(/8 of null/);
  connection.send(head("Content-Length: 0"));
  await connection.until(/0 of 0/);
  connection.close();
});

test("what is not read is not taken: whoever sends it waits", async () => {
  let first: (length: number) => void = () => {};
  const begun = new Promise<number>((resolve) => {
    first = resolve;
  });
  const port = await serve(async ({ content, raw }) => {
    first((await content.next())?.length ?? 0);
    await new Promise((resolve) => raw.signal.addEventListener("abort", resolve));
    return textResponse(200, "never");
  });
  const connection = await RawHttp.connect(port);
  connection.send(head(`Content-Length: ${256 * MIB}`));
  let sent = 0;
  const sending = (async () => {
    for (const chunk = "x".repeat(MIB); sent < 256; sent += 1) await connection.sendAll(chunk);
  })();
  expect(await begun).toBeGreaterThan(0);
  // Until nothing more goes out: what kernels and this process hold for it is a few megabytes.
  for (let before = -1; before !== sent; ) {
    before = sent;
    await Bun.sleep(300);
  }
  expect(sent).toBeLessThan(32);
  connection.close();
  void sending.catch(() => {});
});

test("who breaks off in the middle is noticed, and so is one whose last chunk does not come", async () => {
  let begun = Promise.withResolvers<void>();
  let over = Promise.withResolvers<number>();
  const port = await serve(async (request) => {
    begun.resolve();
    const response = await lengthOf(request);
    over.resolve(response.status);
    return response;
  });
  for (const body of [`${head("Content-Length: 100")}half`, `${head("Transfer-Encoding: chunked")}4\r\nhalf\r\n`]) {
    [begun, over] = [Promise.withResolvers(), Promise.withResolvers()];
    const connection = await RawHttp.connect(port);
    connection.send(body);
    await begun.promise;
    connection.close();
    expect(await over.promise).toBe(400);
  }
});

test("a refusal is read by whoever is still sending", async () => {
  const port = await serve(() => textResponse(409, "something is in the way"));
  const connection = await RawHttp.connect(port);
  await connection.sendAll(head(`Content-Length: ${24 * MIB}`) + "x".repeat(24 * MIB));
  const { status, text } = await connection.answer();
  expect(status).toBe(409);
  expect(text.toLowerCase()).toContain("connection: close");
  expect(text).toContain("something is in the way");
});

test("who asks whether its body is wanted is told to go on when it is read, and else is refused at once", async () => {
  const refusing = await RawHttp.connect(await serve(() => textResponse(412, "no")));
  refusing.send(head("Content-Length: 5", "Expect: 100-continue"));
  const { text } = await refusing.answer();
  expect(text).toStartWith("HTTP/1.1 412");
  const taking = await RawHttp.connect(await serve(lengthOf));
  taking.send(head("Content-Length: 5", "Expect: 100-continue"));
  await taking.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
  taking.send("hello");
  await taking.until(/5 of 5/);
  taking.close();
});

test("a body may take its time where a route watches it, and not where it is to be small", async () => {
  const dripping = async (port: number) => {
    const connection = await RawHttp.connect(port);
    connection.send(head("Content-Length: 10"));
    let left = 10;
    const drip = setInterval(() => {
      if (left > 0) connection.send("x");
      left -= 1;
    }, 300);
    await Promise.race([connection.until(/\r\n\r\n/), connection.answer()]);
    clearInterval(drip);
    const isOver = left > 0;
    connection.close();
    return isOver;
  };
  const patient = await serve(lengthOf, { idleSeconds: 1 });
  const strict = await serve(async ({ body }) => textResponse((await body()) ? 200 : 400, "done"), {
    acceptsContent: false,
    idleSeconds: 1,
  });
  expect(await Promise.all([dripping(patient), dripping(strict)])).toEqual([false, true]);
});

test("a body that is too long for a route is refused before it is read", async () => {
  const port = await serve(lengthOf, { acceptsContent: false });
  const connection = await RawHttp.connect(port);
  connection.send(head("Content-Length: 70000") + "x".repeat(70_000));
  expect((await connection.answer()).status).toBe(413);
});
