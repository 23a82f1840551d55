import { expect, test } from "bun:test";
import { type ListingPage, listingResponse } from "../../../../src/http/listing/listing.ts";
import { requestFor } from "../request.ts";

const STYLE = { title: "redes", severalSources: true };
const FILE = {
  id: "1".repeat(64),
  size: 1536,
  modified: Date.UTC(2026, 10, 29, 17, 45, 30) * 1000,
  sha256: null,
  sources: 2,
};

function file(name: string, changes: Partial<typeof FILE> = {}) {
  return { kind: "file", name, file: { ...FILE, ...changes } } as const;
}

/** A listing of these pages; each one says how far it was read. */
function listing(folder: string, pages: readonly ListingPage["entries"][]) {
  const read: string[] = [];
  const page = (index: number): ListingPage => ({
    entries: pages[index] ?? [],
    next: index + 1 < pages.length ? String(index + 1) : null,
  });
  const readPage = async (start: string) => {
    read.push(start);
    return page(Number(start));
  };
  return { folder, first: page(0), readPage, read };
}

test("people get a table with links, and a way up", async () => {
  const response = listingResponse(
    requestFor("films/old/"),
    listing("films/old/", [[{ kind: "folder", name: "b" }, file("c.mkv"), file("empty", { size: 0 })]]),
    STYLE,
  );
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("vary")).toBe("Accept");
  const text = await response.text();
  expect(text).toContain("<title>redes: films/old/</title>");
  expect(text).toContain('<a href="../../"><bdi>redes</bdi></a> / <a href="../"><bdi>films</bdi></a> / <bdi>old</bdi>');
  expect(text).toContain('<td><a href="./b/"><bdi>b/</bdi></a></td>');
  expect(text).toContain('<td><a href="./c.mkv"><bdi>c.mkv</bdi></a></td>');
  expect(text).toContain('<data value="1536">1.5 KiB</data>');
  expect(text).toContain('<time datetime="2026-11-29T17:45:30.000Z">2026-11-29 17:45</time>');
  expect(text).toContain('<td class="number">2</td>');
  expect(text).toContain('<a href="./c.mkv.meta4">metalink</a> <a href="./c.mkv.torrent">torrent</a>');
  expect(text).toContain('<a href="./empty.meta4">metalink</a></td>');
  expect(text).toEndWith("</html>\n");
});

test("a name is text and an address, whatever is in it", async () => {
  const name = `<script>alert("1")</script> & 'ñ' %41?#:.mkv`;
  const text = await listingResponse(requestFor(""), listing("", [[file(name)]]), STYLE).text();
  expect(text).not.toContain("<script>");
  expect(text).toContain("<bdi>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;ñ&#x27; %41?#:.mkv</bdi>");
  const [, path] = /href="\.\/([^"]*)"/.exec(text) ?? [];
  expect(decodeURIComponent(new URL(path ?? "", "http://h/files/").pathname)).toBe(`/files/${name}`);
});

test("the page may run no script, and its own style alone", async () => {
  const response = listingResponse(requestFor(""), listing("", [[]]), STYLE);
  const text = await response.text();
  const [, style] = /<style>(.*)<\/style>/.exec(text) ?? [];
  const hash = new Bun.CryptoHasher("sha256").update(style ?? "").digest("base64");
  expect(response.headers.get("content-security-policy")).toStartWith(`default-src 'none'; style-src 'sha256-${hash}'`);
  expect(text).toContain("There are no files here.");
});

test.each([
  ["application/json", ""],
  ["*/*", "?format=json"],
])("programs get JSON (Accept %s, query %p)", async (accept, query) => {
  const pages = [[file("ñ.mkv")], [{ kind: "folder", name: "z" } as const]];
  const response = listingResponse(requestFor("", { accept, query }), listing("", pages), STYLE);
  expect(response.headers.get("content-type")).toBe("application/json");
  const { id, size } = FILE;
  const modified = "2026-11-29T17:45:30.000Z";
  expect(await response.json()).toEqual({
    folder: "",
    entries: [
      { type: "file", name: "ñ.mkv", size, modified, id, sha256: null, sources: 2 },
      { type: "folder", name: "z" },
    ],
  });
});

test("an empty folder is JSON too", async () => {
  const response = listingResponse(requestFor("", { accept: "application/json" }), listing("", [[]]), STYLE);
  expect(await response.json()).toEqual({ folder: "", entries: [] });
});

test("pages are read as they are taken, and not at all for HEAD", async () => {
  const pages = Array.from({ length: 50 }, (_, index) => [file(`f${index}`)]);
  const long = listing("", pages);
  const response = listingResponse(requestFor(""), long, STYLE);
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.read();
  expect(long.read.length).toBeLessThan(5);
  await reader?.cancel();
  const head = listing("", pages);
  expect(await listingResponse(requestFor("", { method: "HEAD" }), head, STYLE).text()).toBe("");
  expect(head.read).toEqual([]);
});

test("a listing that cannot be finished is cut off, not ended", async () => {
  const broken = { ...listing("", [[file("a")], []]), readPage: () => Promise.reject(new Error("gone")) };
  await expect(listingResponse(requestFor(""), broken, STYLE).text()).rejects.toThrow("gone");
});
