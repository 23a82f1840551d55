import { describe, expect, test } from "bun:test";
import type { ClientBackend, VersionsPage } from "../../../../src/http/client/backend.ts";
import { answerPropfind } from "../../../../src/http/client/webdav.ts";
import type { ServedVersion } from "../../../../src/http/files/file-headers.ts";
import type { HttpRequest } from "../../../../src/http/server/router.ts";

const NOW = 2000;

function file(name: string): ServedVersion {
  return { name, id: "a".repeat(64), size: 5, modified: 1_000_000_000, sha256: null };
}

/** `films/` with a file and a folder, on two pages, and `film` beside it. */
const backend: Pick<ClientBackend, "find" | "folder"> = {
  async find(name) {
    if (name === "films" || name === "films/deep") return { kind: "folder" };
    return name === "film" ? { kind: "found", version: file(name) } : { kind: "missing" };
  },
  async folder(folder, start): Promise<VersionsPage> {
    const entry = { kind: "file", name: "a & b", file: file(`${folder}a & b`) } as const;
    if (start === "") return { kind: "page", entries: [entry], next: "deep" };
    return { kind: "page", entries: [{ kind: "folder", name: "deep" }], next: null };
  },
};

async function propfind(rest: string, depth: string | null): Promise<[number, string]> {
  const raw = new Request("http://h/", { headers: depth === null ? {} : { depth } });
  const request = { raw, rest, method: "PROPFIND" } as unknown as HttpRequest;
  const response = await answerPropfind(backend, request, NOW);
  return [response.status, await response.text()];
}

function hrefs(text: string): string[] {
  return [...text.matchAll(/<D:href>([^<]*)</g)].map(([, href]) => href ?? "");
}

describe("PROPFIND", () => {
  test("of a file says what it is, whatever the depth", async () => {
    const [status, text] = await propfind("film", "1");
    expect(status).toBe(207);
    expect(hrefs(text)).toEqual(["/files/film"]);
    for (const part of [
      "<D:getcontentlength>5</D:getcontentlength>",
      "<D:getlastmodified>Thu, 01 Jan 1970 00:16:40 GMT</D:getlastmodified>",
      `<D:getetag>&quot;${"a".repeat(64)}&quot;</D:getetag>`,
      "<D:getcontenttype>application/octet-stream</D:getcontenttype>",
      "<D:resourcetype/>",
    ])
      expect(text).toContain(part);
  });

  test("of a folder says what is in it, with a slash behind folders and escapes in names", async () => {
    for (const name of ["films", "films/"]) {
      const [, text] = await propfind(name, "1");
      expect(hrefs(text)).toEqual(["/files/films/", "/files/films/a%20%26%20b", "/files/films/deep/"]);
      expect(text).toContain("<D:displayname>a &amp; b</D:displayname>");
      expect(text).toContain("<D:resourcetype><D:collection/></D:resourcetype>");
    }
  });

  test("with depth 0 says nothing of what is in it", async () => {
    expect(hrefs((await propfind("films/", "0"))[1])).toEqual(["/files/films/"]);
    expect(hrefs((await propfind("", "0"))[1])).toEqual(["/files/"]);
  });

  test("of everything at once is refused, as of what is not there and with a depth that is none", async () => {
    for (const depth of ["infinity", null]) {
      const [status, text] = await propfind("", depth);
      expect([status, text]).toEqual([403, expect.stringContaining("<D:propfind-finite-depth/>")]);
    }
    expect((await propfind("none", "0"))[0]).toBe(404);
    expect((await propfind("", "2"))[0]).toBe(400);
  });
});
