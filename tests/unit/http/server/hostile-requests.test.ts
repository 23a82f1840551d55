import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type AccessSetting, OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { HttpServer } from "../../../../src/http/server/http-server.ts";
import { textResponse } from "../../../../src/http/server/responses.ts";
import type { HttpRequest, Route } from "../../../../src/http/server/router.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { exchange, RawHttp } from "../../../support/raw-http.ts";

/** What the real server answers to bytes that no honest program sends: some of it the runtime does by itself. */

setDefaultTimeout(60_000);

const servers: HttpServer[] = [];
let asked: HttpRequest[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
  asked = [];
});

const ROUTES: readonly Route[] = [
  {
    methods: ["GET", "HEAD"],
    path: "/files/*",
    access: "file",
    handle(request) {
      asked.push(request);
      return textResponse(200, request.rest);
    },
  },
  { methods: ["POST"], path: "/change", access: "admin", handle: () => textResponse(200, "changed") },
  {
    methods: ["GET"],
    path: "/slow",
    access: "read",
    handle: async () =>
      new Response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("begun")) })),
  },
];

function serve({ connections = 100, idleSeconds = 30, access = {} as Partial<AccessSetting> } = {}): HttpServer {
  const deps = { clock: systemClock, refused() {}, failed() {}, connections, idleSeconds };
  const setting = { ...OPEN_ACCESS, names: ["server1"], ...access };
  const server = HttpServer.start(deps, { host: "127.0.0.1", port: 0 }, ROUTES, setting);
  servers.push(server);
  return server;
}

/** Its head and an answer; the connection ends after it. */
const request = (line: string, ...headers: string[]) =>
  `${[line, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`;
const get = (target: string, ...headers: string[]) => request(`GET ${target} HTTP/1.1`, "Host: server1", ...headers);

async function status(bytes: string, port = serve().port): Promise<number | null> {
  return (await exchange(port, bytes)).status;
}

test("what an honest program sends is answered", async () => {
  const { status, text } = await exchange(serve().port, get("/files/a%20b"));
  expect(status).toBe(200);
  expect(text).toEndWith("a b\n");
});

test("why it does not answer is said in the language that is preferred, whoever has found the reason", async () => {
  const { port } = serve();
  const told = async (target: string, ...headers: string[]) => {
    const { text } = await exchange(port, get(target, ...headers));
    return Buffer.from(text, "latin1").toString().split("\r\n\r\n")[1];
  };
  const spanish = "Accept-Language: fr, es-ES;q=0.9, en;q=0.5";
  expect(await told("/nowhere", spanish)).toBe("no hay nada en esta dirección\n");
  expect(await told("/nowhere")).toBe("there is nothing at this address\n");
  expect(await told("/nowhere", "Accept-Language: fr")).toBe("there is nothing at this address\n");
  expect(await told("/change", spanish)).toBe("GET no es posible aquí\n");
  expect(await told("/files/%ff", spanish)).toBe("la dirección tiene un escape que no es UTF-8\n");
  expect(await told("/files/a", spanish)).toBe("a\n");
});

describe("the host", () => {
  test("a request that names another host is refused", async () => {
    const { port } = serve();
    expect(await status(request("GET /files/a HTTP/1.1", "Host: evil.example"), port)).toBe(421);
    expect(asked).toEqual([]);
    expect(await status(get("/files/a"), port)).toBe(200);
  });

  test.each([
    ["another one, as in DNS rebinding", ["Host: evil.example"], 421],
    ["two", ["Host: server1", "Host: evil.example"], 400],
    ["two that are the same", ["Host: server1", "Host: server1"], 400],
    ["none", [], 400],
    ["an empty one", ["Host: "], 400],
    ["one with a path or a user in it", ["Host: server1/../x"], 400],
    ["one with a user in it", ["Host: server1:1@evil.example"], 400],
  ])("%s is refused", async (_, headers, expected) => {
    expect(await status(request("GET /files/a HTTP/1.1", ...headers))).toBe(expected);
    expect(asked).toEqual([]);
  });

  test("none in HTTP/1.0 neither", async () => {
    expect(await status(request("GET /files/a HTTP/1.0"))).toBe(400);
  });

  test("of an address in absolute form is the one in Host, or the request is refused", async () => {
    const { port } = serve();
    expect(await status(request("GET http://evil.example/files/a HTTP/1.1", "Host: evil.example"), port)).toBe(421);
    expect(await status(get("http://evil.example/files/a"), port)).toBe(400);
    expect(asked).toEqual([]);
    expect(await status(get("http://server1/files/a"), port)).toBe(200);
  });
});

describe("methods", () => {
  test.each(["TRACE", "DELETE", "PUT", "OPTIONS", "PROPFIND", "PATCH"])(
    "%s is refused where it is not meant",
    async (method) => {
      expect(await status(request(`${method} /files/a HTTP/1.1`, "Host: server1"))).toBe(405);
      expect(asked).toEqual([]);
    },
  );

  test("CONNECT leads nowhere", async () => {
    expect(await status(request("CONNECT evil.example:443 HTTP/1.1", "Host: server1"))).toBe(404);
  });

  test("one that nobody knows is refused", async () => {
    expect(await status(request("FOO /files/a HTTP/1.1", "Host: server1"))).toBe(400);
  });

  test("a page of another site has a browser change nothing", async () => {
    const { port } = serve();
    const post = (...headers: string[]) =>
      status(request("POST /change HTTP/1.1", "Host: server1", "Content-Length: 0", ...headers), port);
    expect(await post()).toBe(200);
    expect(await post("Origin: http://server1")).toBe(200);
    expect(await post("Origin: http://evil.example")).toBe(403);
    expect(await post("Origin: null")).toBe(403);
  });
});

test("a program reads in the form of its interface why it is refused, whatever the reason", async () => {
  const { port } = serve();
  const post = (...headers: string[]) => exchange(port, request("POST /api/v1/x HTTP/1.1", ...headers));
  const refusals = [
    [421, await post("Host: evil.example", "Content-Length: 0")],
    [413, await post("Host: server1", "Content-Length: 70000")],
    [403, await post("Host: server1", "Content-Length: 0", "Origin: null")],
    [404, await post("Host: server1", "Content-Length: 0")],
  ] as const;
  for (const [expected, { status, text }] of refusals) {
    const { error } = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)) as { error: unknown };
    expect([status, error]).toEqual([expected, { code: expect.any(String), message: expect.any(String) }]);
  }
});

describe("paths", () => {
  test("leave the route in no spelling: what comes to it is a name, which is looked up", async () => {
    const { port } = serve();
    const paths = ["/files/../../etc/passwd", "/files/%2e%2e/%2e%2e/etc/passwd", "/files/..\\..\\etc\\passwd"];
    for (const path of paths) expect([path, await status(get(path), port)]).toEqual([path, 404]);
    expect(asked).toEqual([]);
    // With the slash escaped, it is one name that no file can have.
    expect(await status(get("/files/..%2f..%2fetc%2fpasswd"), port)).toBe(200);
    expect(asked.map(({ rest }) => rest)).toEqual(["../../etc/passwd"]);
  });

  test.each(["/files/%zz", "/files/%ff", "/files/%c0%af", "/files/%"])("%s has no meaning", async (path) => {
    expect(await status(get(path))).toBe(400);
  });

  test.each(["//server1/files/a", "/files", "/", "/FILES/a"])("%s is nothing", async (path) => {
    expect(await status(get(path))).toBe(404);
  });
});

describe("what is not HTTP, or two things at once", () => {
  test.each([
    ["two lengths", ["Content-Length: 1", "Content-Length: 2"]],
    ["a length and chunks", ["Content-Length: 1", "Transfer-Encoding: chunked"]],
    ["a length that is none", ["Content-Length: +1"]],
    ["an encoding that nobody knows", ["Transfer-Encoding: x"]],
    ["a space before the colon", ["X : 1"]],
    ["a folded line", ["X: 1", " 2"]],
    ["a zero byte", ["X: \0"]],
  ])("%s is refused", async (_, headers) => {
    expect(await status(get("/files/a", ...headers))).toBe(400);
    expect(asked).toEqual([]);
  });

  test.each([
    ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["a session of redes", "\x00\x00\x00\x10\x84\xa4type\xa5hello"],
    ["nothing but lines", "\r\n\r\n\r\n\r\nx\r\n\r\n"],
  ])("%s is refused", async (_, bytes) => {
    expect(await status(bytes)).toBe(400);
  });
});

describe("too much", () => {
  test("headers of more than 16 KiB, more than a hundred of them, or a long address", async () => {
    const { port } = serve();
    expect(await status(get("/files/a", `X: ${"x".repeat(20_000)}`), port)).toBe(431);
    const many = Array.from({ length: 300 }, (_, index) => `X${index}: 1`);
    expect(await status(get("/files/a", ...many), port)).toBe(431);
    expect(await status(get(`/files/${"x".repeat(20_000)}`), port)).toBe(431);
    expect(asked).toEqual([]);
  });

  test("a body of more than 64 KiB", async () => {
    expect(await status(request("POST /change HTTP/1.1", "Host: server1", "Content-Length: 1000000000"))).toBe(413);
  });

  test("a body without a stated end, which nobody reads, goes nowhere", async () => {
    const { port } = serve();
    const connection = await RawHttp.connect(port);
    connection.send("POST /change HTTP/1.1\r\nHost: server1\r\nTransfer-Encoding: chunked\r\n\r\n");
    await connection.until(/changed/);
    const before = process.memoryUsage.rss();
    const chunk = `40000\r\n${"x".repeat(0x40000)}\r\n`;
    // 400 MiB, of which this process, which is also the one that sends, keeps what its garbage collector has not come to.
    for (let count = 0; count < 1600; count += 1) await connection.sendAll(chunk);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
    connection.close();
  });

  test("headers that take their time, and a connection that says nothing, are cut off", async () => {
    const { port } = serve({ idleSeconds: 2 });
    const [slow, silent] = [await RawHttp.connect(port), await RawHttp.connect(port)];
    slow.send("GET /files/a HTTP/1.1\r\nHost: server1\r\n");
    const dripping = setInterval(() => slow.send("X"), 200);
    const [first, second] = await Promise.all([slow.answer(), silent.answer()]);
    clearInterval(dripping);
    expect(first.status).toBeOneOf([null, 408]);
    expect(second.text).toBe("");
    expect(asked).toEqual([]);
  });

  test("connections: those that ask for nothing go first, then those that came last", async () => {
    const { port } = serve({ connections: 8 });
    const busy = await RawHttp.connect(port);
    busy.send("GET /slow HTTP/1.1\r\nHost: server1\r\n\r\n");
    await busy.until(/begun/);
    const silent = await Promise.all(Array.from({ length: 20 }, () => RawHttp.connect(port)));
    // Three quarters of eight are for one address.
    const ended = () => silent.filter((each) => each.isOver).length;
    await waitFor(() => ended() >= 15);
    // One more look at the connections has been taken when it is over.
    const last = await RawHttp.connect(port);
    await last.answer();
    expect([ended(), busy.isOver]).toEqual([15, false]);
    expect(await status(get("/files/a"), port)).toBe(200);
    for (const each of [busy, ...silent]) each.close();
  });

  test("requests at once", async () => {
    const { port } = serve({ connections: 3 });
    const slow = await Promise.all(Array.from({ length: 4 }, () => RawHttp.connect(port)));
    for (const each of slow) each.send("GET /slow HTTP/1.1\r\nHost: server1\r\n\r\n");
    const answers = await Promise.race(slow.map((each) => each.until(/HTTP\/1.1 503/).then(() => "refused")));
    expect(answers).toBe("refused");
    for (const each of slow) each.close();
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(20);
}
