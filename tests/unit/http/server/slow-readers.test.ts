import { expect, setDefaultTimeout, test } from "bun:test";
import { OPEN_ACCESS } from "../../../../src/http/access/access-setting.ts";
import { FileBodies, STALL_MS } from "../../../../src/http/files/file-bodies.ts";
import type { BodyEnd } from "../../../../src/http/files/file-body.ts";
import { MAX_BLOCK_BYTES } from "../../../../src/http/files/file-reads.ts";
import { BlockResponse } from "../../../../src/http/server/block-response.ts";
import { HttpServer } from "../../../../src/http/server/http-server.ts";
import type { Route } from "../../../../src/http/server/router.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { RawHttp } from "../../../support/raw-http.ts";

/** What the real server does with those who take what they have asked for slowly, or not at all. */

setDefaultTimeout(60_000);

/** More than the system buffers between two sockets. */
const SIZE = 32 * 1024 * 1024;
const FILE = { fd: 3, state: { size: SIZE, mtimeNs: 1n, inode: 1n } };
const REQUEST = "GET /film HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/** A server that closes idle connections at once, as far as the runtime knows such a time, with one file. */
function serve() {
  const clock = new FakeClock();
  const content = new Uint8Array(MAX_BLOCK_BYTES).fill(120);
  const bodies = new FileBodies(clock, {
    readNow: () => false,
    read: async (_file, _position, length, reader) => reader.filled(content.subarray(0, length)),
  });
  const { promise: ended, resolve } = Promise.withResolvers<BodyEnd>();
  const route: Route = {
    methods: ["GET"],
    path: "/film",
    access: "read",
    handle(request) {
      const connection = request.keepOpen();
      const body = bodies.open(FILE, { start: 0, end: SIZE }, (end) => {
        if (end === "complete") connection.release();
        else connection.cut();
        resolve(end);
      });
      return new BlockResponse(body, { headers: { "content-length": String(SIZE) } });
    },
  };
  const deps = { clock: systemClock, refused() {}, failed() {}, connections: 100, idleSeconds: 1 };
  const server = HttpServer.start(deps, { host: "127.0.0.1", port: 0 }, [route], OPEN_ACCESS);
  return { clock, server, ended, [Symbol.dispose]: () => server.stop() };
}

/** A reader that has taken the beginning, and takes nothing more. */
async function stuckReader(port: number): Promise<RawHttp> {
  const reader = await RawHttp.connect(port);
  reader.send(REQUEST);
  await reader.until(/\r\n\r\nx/);
  reader.pause();
  return reader;
}

/** Resolves once the runtime has closed a connection for being idle that was opened after all others. */
async function untilIdleIsClosed(port: number): Promise<void> {
  const idle = await RawHttp.connect(port);
  await idle.answer();
}

const bodyLength = (text: string) => text.length - text.indexOf("\r\n\r\n") - 4;

test("who reads slowly is not cut off as idle; once he has everything, he is", async () => {
  using site = serve();
  const { port } = site.server;
  const reader = await stuckReader(port);
  await untilIdleIsClosed(port);
  reader.resume();
  expect(await site.ended).toBe("complete");
  expect(bodyLength((await reader.answer()).text)).toBe(SIZE);
});

test("who takes nothing for too long is cut off, with less than he was promised", async () => {
  using site = serve();
  const reader = await stuckReader(site.server.port);
  // What the system buffers has been filled by then.
  await untilIdleIsClosed(site.server.port);
  site.clock.advance(2 * STALL_MS);
  expect(await site.ended).toBe("broken-off");
  await untilIdleIsClosed(site.server.port);
  reader.resume();
  expect(bodyLength((await reader.answer()).text)).toBeLessThan(SIZE);
});

test("who goes away is noticed", async () => {
  using site = serve();
  const reader = await stuckReader(site.server.port);
  reader.close();
  expect(await site.ended).toBe("broken-off");
});
