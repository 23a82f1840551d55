import { expect, test } from "bun:test";
import type { BodyEnd } from "../../../../src/http/files/file-body.ts";
import type { FolderReply, LeaseEnd, OpenReply } from "../../../../src/http/secondary/backend.ts";
import { fileRoutes } from "../../../../src/http/secondary/file-routes.ts";
import type { HttpRequest } from "../../../../src/http/server/router.ts";
import { NO_DOOR } from "../request.ts";

const VERSION = { name: "film.mkv", id: "1".repeat(64), size: 10, modified: 1e15, sha256: null };
const FILE = { fd: 3, state: { size: 10, mtimeNs: 1n, inode: 2n } };
const OPENED: OpenReply = { kind: "opened", lease: 4, file: FILE, version: VERSION };

/** A request for `film.mkv`, and what was done because of it. */
async function ask(
  reply: OpenReply,
  {
    method = "GET",
    headers = {},
    version = null,
    aborted = false,
    path = "film.mkv",
    pages = {},
  }: {
    method?: "GET" | "HEAD";
    headers?: Record<string, string>;
    version?: string | null;
    aborted?: boolean;
    path?: string;
    pages?: Record<string, FolderReply>;
  } = {},
) {
  const events: string[] = [];
  const released: LeaseEnd[] = [];
  let end: (end: BodyEnd, sent: number) => void = () => {};
  const [route] = fileRoutes({
    clock: { wall: () => 1.8e12 },
    backend: {
      async open(name) {
        events.push(`open ${name}`);
        return reply;
      },
      async release(lease, how) {
        events.push(`release ${lease}`);
        released.push(how);
      },
      async folder(folder, start) {
        return pages[`${folder}${start}`] ?? { kind: "missing" };
      },
    },
    sent: { tell: () => void events.push("told what was sent") },
    bodies: {
      open(file, { start, end: until }, ended) {
        events.push(`send ${file.fd} ${start}-${until}`);
        end = ended;
        return { next: async () => false, cancel() {} };
      },
    },
  });
  const url = new URL(`http://h/files/${path}`);
  const signal = aborted ? AbortSignal.abort() : new AbortController().signal;
  const request: HttpRequest = {
    raw: new Request(url.href, { method, headers, signal }),
    method,
    rest: decodeURIComponent(url.pathname.slice("/files/".length)),
    query: url.searchParams,
    remoteHost: "ana",
    by: null,
    rights: "read",
    version,
    body: async () => null,
    content: { length: 0, next: async () => null },
    session: NO_DOOR,
    keepOpen: () => ({ release: () => void events.push("kept no more"), cut: () => void events.push("cut") }),
  };
  const response = await route?.handle(request);
  if (!response) throw new Error("there is no route");
  return { response, events, released, end: (how: BodyEnd, sent: number) => end(how, sent) };
}

test("a body is sent from the leased file, which is given back at its end", async () => {
  const { response, events, released, end } = await ask(OPENED, { headers: { range: "bytes=2-5" } });
  expect(response.status).toBe(206);
  expect(response.headers.get("content-range")).toBe("bytes 2-5/10");
  expect(events).toEqual(["open film.mkv", "send 3 2-6"]);
  end("complete", 6);
  expect(events.slice(2)).toEqual(["kept no more", "told what was sent", "release 4"]);
  expect(released).toEqual([{ sent: { start: 2, end: 6 }, remoteHost: "ana", unreadable: false }]);
});

test("a body that ends in the middle takes its connection along", async () => {
  const { events, released, end } = await ask(OPENED);
  end("unreadable", 3);
  expect(events.slice(2)).toEqual(["cut", "told what was sent", "release 4"]);
  expect(released).toEqual([{ sent: { start: 0, end: 3 }, remoteHost: "ana", unreadable: true }]);
});

test("what has no body keeps nothing open", async () => {
  const head = await ask(OPENED, { method: "HEAD" });
  expect([head.response.status, head.response.headers.get("content-length")]).toEqual([200, "10"]);
  const known = await ask(OPENED, { headers: { "if-none-match": `"${VERSION.id}"` } });
  expect(known.response.status).toBe(304);
  const beyond = await ask(OPENED, { headers: { range: "bytes=10-" } });
  expect([beyond.response.status, await beyond.response.text()]).toEqual([
    416,
    "the file has 10 bytes: there is nothing in that range\n",
  ]);
  for (const { events, released } of [head, known, beyond]) {
    expect(events).toEqual(["open film.mkv", "release 4"]);
    expect(released).toEqual([{ sent: null, remoteHost: "ana", unreadable: false }]);
  }
});

test("an empty file was sent as a whole", async () => {
  const { response, released } = await ask({ ...OPENED, version: { ...VERSION, size: 0 } });
  expect([response.status, await response.text()]).toEqual([200, ""]);
  expect(released).toEqual([{ sent: { start: 0, end: 0 }, remoteHost: "ana", unreadable: false }]);
});

test("nothing is sent to who has gone meanwhile", async () => {
  const { events, released } = await ask(OPENED, { aborted: true });
  expect(events).toEqual(["open film.mkv", "release 4"]);
  expect(released).toEqual([{ sent: null, remoteHost: "ana", unreadable: false }]);
});

test("an address that is for one version gives no other one", async () => {
  expect((await ask(OPENED, { version: VERSION.id })).response.status).toBe(200);
  const { response, events } = await ask(OPENED, { version: "2".repeat(64) });
  expect([response.status, events]).toEqual([410, ["open film.mkv", "release 4"]]);
});

test("what is not served is an error with its reason", async () => {
  expect((await ask({ kind: "missing" })).response.status).toBe(404);
  const { response } = await ask({ kind: "unavailable", reason: "the disk is not there" });
  expect([response.status, response.headers.get("retry-after"), await response.text()]).toEqual([
    503,
    "5",
    "the disk is not there\n",
  ]);
});

test("a folder is listed, page by page, and found without its slash too", async () => {
  const entry = (name: string) => {
    const file = { id: "3".repeat(64), size: 1, modified: 1e15, sha256: null, sources: null };
    return { kind: "file", name, file } as const;
  };
  const pages: Record<string, FolderReply> = {
    "films/": { kind: "page", page: { entries: [entry("a.mkv")], next: "b.mkv" } },
    "films/b.mkv": { kind: "page", page: { entries: [entry("b.mkv")], next: null } },
  };
  const { response, events } = await ask({ kind: "missing" }, { path: "films/?format=json", pages });
  const listing = (await response.json()) as { entries: { name: string }[] };
  expect(listing.entries.map(({ name }) => name)).toEqual(["a.mkv", "b.mkv"]);
  expect(events).toEqual([]);
  expect((await ask({ kind: "missing" }, { path: "none/" })).response.status).toBe(404);
  const without = await ask({ kind: "folder" }, { path: "films%20of%20%C3%B1" });
  expect([without.response.status, without.response.headers.get("location")]).toEqual([
    308,
    "/files/films%20of%20%C3%B1/",
  ]);
});
