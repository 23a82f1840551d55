import { afterEach, expect, test } from "bun:test";
import { OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { BlockResponse, type Blocks } from "../../../../src/http/server/block-response.ts";
import { HttpServer } from "../../../../src/http/server/http-server.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { exchange, RawHttp } from "../../../support/raw-http.ts";

/** Bodies, as programs see them. */

const bytes = (text: string) => new TextEncoder().encode(text);
const servers: HttpServer[] = [];
let mistakes: string[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
  mistakes = [];
});

async function serve(handle: (signal: AbortSignal) => Response | Promise<Response>): Promise<number> {
  const failed = (message: string) => void mistakes.push(message);
  const server = HttpServer.start(
    { clock: systemClock, refused() {}, failed, connections: 100 },
    { host: "127.0.0.1", port: 0 },
    [{ methods: ["GET", "HEAD"], path: "/a", access: "read", handle: ({ raw }) => handle(raw.signal) }],
    OPEN_ACCESS,
  );
  servers.push(server);
  await server.ready();
  return server.port;
}

const ask = (port: number, method = "GET") =>
  exchange(port, `${method} /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);

/** A body that is read piece by piece. */
function pieces(...all: string[]): ReadableStream<Uint8Array> {
  const left = [...all];
  return new ReadableStream(
    {
      pull(controller) {
        const next = left.shift();
        if (next === undefined) controller.close();
        else controller.enqueue(bytes(next));
      },
    },
    { highWaterMark: 0 },
  );
}

test("the length that is said is told, also of a body that is read while it is sent", async () => {
  const port = await serve(() => new Response(pieces("one", "two"), { headers: { "content-length": "6" } }));
  const { text } = await ask(port);
  expect(text.toLowerCase()).toContain("content-length: 6\r\n");
  expect(text.toLowerCase()).not.toContain("transfer-encoding");
  expect(text).toEndWith("\r\n\r\nonetwo");
  const head = await ask(port, "HEAD");
  expect(head.text.toLowerCase()).toContain("content-length: 6\r\n");
  expect(head.text).toEndWith("\r\n\r\n");
});

test("that of a text is told, and a body of several pieces without one comes in chunks", async () => {
  expect((await ask(await serve(() => new Response("hello")))).text.toLowerCase()).toContain("content-length: 5\r\n");
  expect((await ask(await serve(() => new Response("")))).text.toLowerCase()).toContain("content-length: 0\r\n");
  const { text } = await ask(await serve(() => new Response(pieces("one", "two"))));
  expect(text).toEndWith("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
});

test("a body that fails in the middle is cut off, with and without a length", async () => {
  const failing = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes("one"));
        controller.enqueue(bytes("two"));
      },
      pull: (controller) => controller.error(new Error("no more")),
    });
  for (const headers of [{ "content-length": "9" }, {}]) {
    const { text } = await ask(
      await serve(() => new Response(failing(), { headers: headers as Record<string, string> })),
    );
    expect(text).not.toContain("\r\n0\r\n");
  }
  expect(mistakes).toEqual([]);
});

test("nothing more is read for a reader who has gone, and the route hears of it", async () => {
  const gone = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  const port = await serve((signal) => {
    signal.addEventListener("abort", () => gone.resolve());
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024)),
      cancel: () => cancelled.resolve(),
    });
    return new Response(body, { headers: { "content-length": String(1e12) } });
  });
  const reader = await RawHttp.connect(port);
  reader.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await reader.until(/HTTP/);
  reader.close();
  await Promise.all([gone.promise, cancelled.promise]);
});

test("a reader who takes nothing has no more read for him than fits into buffers", async () => {
  let read = 0;
  const port = await serve(() => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          read += 1;
          controller.enqueue(new Uint8Array(256 * 1024));
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(body, { headers: { "content-length": String(1e12) } });
  });
  const reader = await RawHttp.connect(port);
  reader.pause();
  reader.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  let before = -1;
  while (read === 0 || read !== before) {
    before = read;
    await Bun.sleep(100);
  }
  // The kernel's buffers of both ends, and one block.
  expect(read * 256 * 1024).toBeLessThan(32 * 1024 * 1024);
  reader.close();
});

test("a reader who has taken a block before it is asked whether he has gets the next one", async () => {
  let left = 5;
  const body: Blocks = {
    async next(write) {
      if (left === 0) return false;
      left -= 1;
      write(new Uint8Array(BLOCK_BYTES).fill("a".charCodeAt(0)));
      // Turns of the event loop, in which the other end takes it.
      await Bun.sleep(50);
      return true;
    },
    cancel() {},
  };
  const port = await serve(() => new BlockResponse(body, { headers: { "content-length": String(5 * BLOCK_BYTES) } }));
  const { text } = await ask(port);
  expect(text.slice(text.indexOf("\r\n\r\n") + 4).length).toBe(5 * BLOCK_BYTES);
});

/** Blocks of one letter each, all in the same memory; after `most` of them there are no more, or it fails. */
function blocks({ most, fails = false }: { most: number; fails?: boolean }) {
  const memory = new Uint8Array(BLOCK_BYTES);
  const cancelled = Promise.withResolvers<void>();
  let given = 0;
  const body: Blocks = {
    async next(write) {
      if (given === most && fails) throw new Error("no more");
      if (given === most) return false;
      write(memory.fill("a".charCodeAt(0) + (given % 26)));
      given += 1;
      return true;
    },
    cancel: () => cancelled.resolve(),
  };
  return { body, cancelled: cancelled.promise, given: () => given };
}

const BLOCK_BYTES = 64 * 1024;
const blockResponse = (body: Blocks, count: number) =>
  new BlockResponse(body, { headers: { "content-length": String(count * BLOCK_BYTES) } });

test("blocks in one memory arrive as they were, also at a reader who is slower than the buffers are large", async () => {
  const { body } = blocks({ most: 200 });
  const port = await serve(() => blockResponse(body, 200));
  const reader = await RawHttp.connect(port);
  reader.send("GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  await reader.until(/\r\n\r\na/);
  reader.pause();
  await Bun.sleep(100);
  reader.resume();
  const { text } = await reader.answer();
  const expected = Array.from({ length: 200 }, (_, index) =>
    String.fromCharCode(97 + (index % 26)).repeat(BLOCK_BYTES),
  );
  expect(text.slice(text.indexOf("\r\n\r\n") + 4) === expected.join("")).toBeTrue();
});

test("blocks that do not come cut the connection; for who asks for none there are none", async () => {
  const short = blocks({ most: 2, fails: true });
  const { text } = await ask(await serve(() => blockResponse(short.body, 3)));
  expect(text.length - text.indexOf("\r\n\r\n") - 4).toBeLessThan(3 * BLOCK_BYTES);
  const head = blocks({ most: 3 });
  await ask(await serve(() => blockResponse(head.body, 3)), "HEAD");
  await head.cancelled;
  expect(head.given()).toBe(0);
});

test("for a reader who takes nothing no more blocks are made than fit into buffers, and none once he has gone", async () => {
  const { body, cancelled, given } = blocks({ most: 1e9 });
  const port = await serve(() => blockResponse(body, 1e9));
  const reader = await RawHttp.connect(port);
  reader.pause();
  reader.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  let before = -1;
  while (given() === 0 || given() !== before) {
    before = given();
    await Bun.sleep(100);
  }
  expect(given() * BLOCK_BYTES).toBeLessThan(32 * 1024 * 1024);
  reader.close();
  await cancelled;
});

test("a route that fails is a mistake of the server, which says so and goes on", async () => {
  let fail = true;
  const port = await serve(() => {
    if (fail) throw new Error("it has forgotten how");
    return new Response("well");
  });
  expect((await ask(port)).status).toBe(500);
  expect(mistakes).toEqual(["it has forgotten how"]);
  fail = false;
  expect((await ask(port)).status).toBe(200);
});

test("a body for a reader who has gone before it began is not read", async () => {
  const asked = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  let reads = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        reads += 1;
        controller.enqueue(bytes("x"));
      },
      cancel: () => cancelled.resolve(),
    },
    { highWaterMark: 0 },
  );
  const port = await serve(async (signal) => {
    asked.resolve();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return new Response(body);
  });
  const connection = await RawHttp.connect(port);
  connection.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await asked.promise;
  connection.close();
  await cancelled.promise;
  expect(reads).toBe(0);
});
