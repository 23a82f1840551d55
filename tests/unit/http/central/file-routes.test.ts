import { beforeEach, expect, test } from "bun:test";
import type { LocateRefusal, Sources, Target } from "../../../../src/http/central/backend.ts";
import { fileRoutes } from "../../../../src/http/central/file-routes.ts";
import type { ListingPage } from "../../../../src/http/listing/listing.ts";
import type { HttpRequest } from "../../../../src/http/server/router.ts";
import type { PieceDigest } from "../../../../src/protocol/digests/piece-digests.ts";
import { digestsOf } from "../../../support/digests.ts";
import { readTorrent } from "../../../support/torrent.ts";
import { requestFor } from "../request.ts";

/** As aria2 asks. */
const ARIA2 = "*/*,application/metalink4+xml,application/metalink+xml";
const CONTENT = Buffer.from("abc");
const DIGESTS = digestsOf(CONTENT);

/** What there is, by name. */
let files: Map<string, { size: number; sha256: string | null }>;
let refusals: Map<string, LocateRefusal>;
let folder: ListingPage | LocateRefusal;
let asked: string[];
/** Where a secondary has them all. */
let targetUrl: string;

beforeEach(() => {
  files = new Map([["a/ñ.txt", { size: 3, sha256: DIGESTS.sha256 }]]);
  refusals = new Map();
  folder = { entries: [], next: null };
  asked = [];
  targetUrl = "http://10.0.0.1:81/x";
});

function found(name: string) {
  const file = files.get(name);
  return file ? { name, id: "1".repeat(64), ...file } : null;
}

const backend = {
  async target(name: string, taken: boolean): Promise<Target | LocateRefusal> {
    asked.push(`target ${name} ${taken}`);
    const file = found(name);
    return file ? { kind: "target", file, url: targetUrl } : (refusals.get(name) ?? { kind: "no-such-file" });
  },
  async sources(name: string, kinds: readonly PieceDigest[]): Promise<Sources | LocateRefusal> {
    asked.push(`sources ${name} ${kinds}`);
    const file = found(name);
    if (!file) return refusals.get(name) ?? { kind: "no-such-file" };
    const digests = kinds.map((kind) => ({ sha256: DIGESTS.sha256, pieces: DIGESTS[kind] }));
    return { kind: "sources", file, urls: ["http://10.0.0.1:81/x", "http://10.0.0.2:82/x"], digests };
  },
  async folder(name: string, start: string) {
    asked.push(`folder ${name} ${start}`);
    return folder;
  },
};

async function answer(request: HttpRequest): Promise<Response> {
  const [route] = fileRoutes(backend);
  if (!route) throw new Error("there is no route");
  return route.handle(request);
}

function all({ status, headers }: Response): Record<string, unknown> {
  return { status, ...Object.fromEntries(headers) };
}

test("whoever wants to save a file is sent to where it is to be saved, also by a signed address", async () => {
  const locationOf = async (query: string) => (await answer(requestFor("a/ñ.txt", { query }))).headers.get("location");
  expect([await locationOf(""), await locationOf("?download")]).toEqual([
    "http://10.0.0.1:81/x",
    "http://10.0.0.1:81/x?download",
  ]);
  targetUrl = "http://10.0.0.1:81/x?until=5&signature=y";
  expect(await locationOf("?download")).toBe("http://10.0.0.1:81/x?until=5&signature=y&download");
});

test("a client is sent to where a file is, with its hash", async () => {
  const response = await answer(requestFor("a/ñ.txt"));
  expect(all(response)).toEqual({
    status: 307,
    location: "http://10.0.0.1:81/x",
    digest: "SHA-256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
    "repr-digest": "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:",
    vary: "Accept",
    "cache-control": "no-store",
  });
  files.set("unhashed", { size: 3, sha256: null });
  const plain = await answer(requestFor("unhashed", { method: "HEAD" }));
  expect([plain.status, plain.headers.get("digest")]).toEqual([307, null]);
  // A question alone keeps nobody busy.
  expect(asked).toEqual(["target a/ñ.txt true", "target unhashed false"]);
});

test("a client that can use a metalink gets it from the same address", async () => {
  const response = await answer(requestFor("a/ñ.txt", { accept: ARIA2 }));
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/metalink4+xml");
  expect(response.headers.get("vary")).toBe("Accept");
  const text = await response.text();
  expect(text).toContain('<file name="ñ.txt"><size>3</size>');
  expect(text).toContain(DIGESTS.sha256);
  expect(text.match(/<url/g)).toHaveLength(2);
});

test("metalink and torrent have names of their own", async () => {
  const metalink = await answer(requestFor("a/ñ.txt.meta4"));
  expect(metalink.headers.get("content-disposition")).toContain("filename*=UTF-8''%C3%B1.txt.meta4");
  expect(await metalink.text()).toContain('<file name="ñ.txt">');
  const torrent = await answer(requestFor("a/ñ.txt.torrent"));
  expect(torrent.headers.get("content-type")).toBe("application/x-bittorrent");
  const { info, "url-list": urls } = readTorrent(await torrent.bytes());
  expect(Buffer.from(info.name).toString()).toBe("ñ.txt");
  expect(urls).toHaveLength(2);
  expect(asked).toEqual([
    "target a/ñ.txt.meta4 true",
    "sources a/ñ.txt sha-256",
    "target a/ñ.txt.torrent true",
    "sources a/ñ.txt sha-1,merkle",
  ]);
});

test("a file whose own name ends so is that file", async () => {
  files.set("f", { size: 3, sha256: null }).set("f.torrent", { size: 3, sha256: null });
  expect((await answer(requestFor("f.torrent"))).status).toBe(307);
  expect(await (await answer(requestFor("f.torrent", { accept: ARIA2 }))).text()).toContain('<file name="f.torrent">');
  refusals.set("g.torrent", { kind: "unavailable", why: "no secondary has g.torrent now", retryAfter: 1 });
  files.set("g", { size: 3, sha256: null });
  expect((await answer(requestFor("g.torrent"))).status).toBe(503);
});

test("an address for one version alone gives no other one", async () => {
  for (const accept of ["*/*", ARIA2]) {
    const own = await answer(requestFor("a/ñ.txt", { accept, version: "1".repeat(64) }));
    expect([200, 307]).toContain(own.status);
    expect((await answer(requestFor("a/ñ.txt", { accept, version: "2".repeat(64) }))).status).toBe(410);
  }
});

test("an empty file has a metalink and no torrent", async () => {
  files.set("empty", { size: 0, sha256: DIGESTS.sha256 });
  expect((await answer(requestFor("empty.meta4"))).status).toBe(200);
  const response = await answer(requestFor("empty.torrent"));
  expect([response.status, await response.text()]).toEqual([
    404,
    "empty is empty: there is no .torrent of such a file\n",
  ]);
});

test("what is not there, or cannot be had now, is said", async () => {
  const none = await answer(requestFor("x.meta4"));
  expect([none.status, await none.text()]).toEqual([404, "there is no file x.meta4\n"]);
  refusals.set("y", { kind: "unavailable", why: "no secondary has y now: secondary 2 is away", retryAfter: 10 });
  for (const request of [requestFor("y"), requestFor("y", { accept: ARIA2 }), requestFor("y.torrent")]) {
    const gone = await answer(request);
    expect([gone.status, gone.headers.get("retry-after"), await gone.text()]).toEqual([
      503,
      "10",
      "no secondary has y now: secondary 2 is away\n",
    ]);
    expect(gone.headers.get("vary")).toBe("Accept, Accept-Language");
  }
});

test("a folder is listed, under its name with a slash", async () => {
  refusals.set("a b/ñ", { kind: "folder" });
  const response = await answer(requestFor("a b/ñ"));
  expect([response.status, response.headers.get("location")]).toEqual([308, "/files/a%20b/%C3%B1/"]);
  const listed = await answer(requestFor("a b/ñ/", { accept: ARIA2 }));
  expect([listed.status, listed.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  folder = { kind: "no-such-file" };
  const none = await answer(requestFor("c/"));
  expect([none.status, await none.text()]).toEqual([404, "there is no folder c/\n"]);
  expect(asked).toEqual(["target a b/ñ true", "folder a b/ñ/ ", "folder c/ "]);
});
