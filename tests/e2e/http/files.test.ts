import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { FileSite } from "../../support/file-site.ts";
import { MIB, put, randomBytes, same } from "../../support/files.ts";

setDefaultTimeout(120_000);

const HIDDEN = "not for everybody";

/** The status, and what of the headers is asked for. */
async function ask(url: string, names: readonly string[], init: RequestInit = {}): Promise<(string | number | null)[]> {
  const response = await fetch(url, { redirect: "manual", ...init });
  await response.arrayBuffer();
  return [response.status, ...names.map((name) => response.headers.get(name))];
}

test("a file is sent with all that programs and people need to know of it", async () => {
  await using site = await FileSite.start((folder) => {
    put(folder, "películas/año 1.mkv", "the film");
    put(folder, "empty", "");
    put(folder, "page.html", "<script>alert(1)</script>");
  });
  const [listed] = (await site.cluster.list()).filter(({ name }) => name.endsWith(".mkv"));
  const url = `${site.files}/pel%C3%ADculas/a%C3%B1o%201.mkv`;
  const etag = `"${listed?.id}"`;
  const named = ["etag", "content-type", "content-length", "accept-ranges"];
  expect(await ask(url, named)).toEqual([200, etag, "video/x-matroska", "8", "bytes"]);
  expect(await ask(url, named, { method: "HEAD" })).toEqual([200, etag, "video/x-matroska", "8", "bytes"]);
  expect(
    await site.output('curl -sS -OJ "$FILES/pel%C3%ADculas/a%C3%B1o%201.mkv" -w "%header{content-disposition}"'),
  ).toBe("inline; filename=\"a?o 1.mkv\"; filename*=UTF-8''a%C3%B1o%201.mkv");
  const range = { headers: { range: "bytes=4-" } };
  expect(await ask(url, ["content-range", "content-length"], range)).toEqual([206, "bytes 4-7/8", "4"]);
  expect(await ask(url, ["content-range"], { headers: { range: "bytes=8-" } })).toEqual([416, "bytes */8"]);
  expect(await ask(url, ["etag"], { headers: { "if-none-match": etag } })).toEqual([304, etag]);
  expect(await ask(url, [], { headers: { "if-match": '"other"' } })).toEqual([412]);
  const modified = (await ask(url, ["last-modified"]))[1] as string;
  expect(await ask(url, [], { headers: { "if-modified-since": modified } })).toEqual([304]);
  expect(await ask(`${site.files}/empty`, ["content-length"])).toEqual([200, "0"]);
  expect(await ask(`${site.files}/page.html`, ["content-disposition", "content-security-policy"])).toEqual([
    200,
    "attachment; filename=page.html",
    "sandbox; default-src 'none'",
  ]);
});

test("nothing but the files of the index is served, by whatever way it is asked for", async () => {
  await using site = await FileSite.start((folder) => {
    put(folder, "films/a.txt", "shared");
    put(folder, "films/.hidden", HIDDEN);
    put(folder, ".redesignore", "private/");
    put(folder, "private/secret", HIDDEN);
    put(folder, "unfinished.part", HIDDEN);
    put(path.dirname(folder), "outside", HIDDEN);
    fs.symlinkSync("../outside", path.join(folder, "link"));
  });
  const paths = [
    ...["films/.hidden", ".redesignore", ".redes/marker", "private/secret", "private/", "unfinished.part", "link"],
    ...[
      "../outside",
      "%2e%2e/outside",
      "films/../../outside",
      "..%2foutside",
      "films%2f..%2f..%2foutside",
      "//films/a.txt",
    ],
    ...["films/a.txt/", "FILMS/a.txt", "films//a.txt", "films/a.txt%00", "films%5ca.txt"],
  ];
  for (const one of paths) {
    const status = await site.output(`curl -sS --path-as-is -o answer -w "%{http_code}" "$FILES/${one}"`);
    expect([one, status]).toEqual([one, "404"]);
    expect(fs.readFileSync(path.join(site.dir, "answer"), "utf8")).not.toContain(HIDDEN);
  }
  expect(await site.output('curl -sS "$FILES/films%2Fa.txt"')).toBe("shared");
  const listing = await site.output('curl -sS "$FILES/?format=json"');
  expect(JSON.parse(listing)).toEqual({ folder: "", entries: [{ type: "folder", name: "films" }] });
  const films = JSON.parse(await site.output('curl -sS -H "Accept: application/json" "$FILES/films/"'));
  expect(films.entries).toMatchObject([{ type: "file", name: "a.txt", size: 6 }]);
  expect(await site.output('curl -sS -L "$FILES/films"')).toContain('<a href="./a.txt">');
});

test("curl, wget and aria2 take a file in parts, and go on where they were broken off", async () => {
  await using site = await FileSite.start((folder) => put(folder, "film.mkv", randomBytes(24 * MIB)));
  const original = path.join(site.folder, "film.mkv");
  const isSame = (name: string) => same(original, path.join(site.dir, name));
  const begin = (name: string) => site.output(`curl -sSf -r 0-5000000 -o ${name} "$FILES/film.mkv"`);
  await begin("curl");
  await site.output('curl -sSf -C - -o curl "$FILES/film.mkv"');
  await begin("wget");
  await site.output('wget -q -c -O wget "$FILES/film.mkv"');
  // What is whole already is whole.
  await site.output('curl -sS -C - -o curl "$FILES/film.mkv" && wget -q -c -O wget "$FILES/film.mkv"');
  await site.output('aria2c -q --no-conf -x3 -s3 -k1M --log=aria2.log --log-level=debug -o aria2 "$FILES/film.mkv"');
  expect(fs.readFileSync(path.join(site.dir, "aria2.log"), "utf8")).toContain("Range: bytes=");
  expect([await isSame("curl"), await isSame("wget"), await isSame("aria2")]).toEqual([true, true, true]);
  // Each of the three counts once, however many connections it took.
  const served = () => JSON.parse(fs.readFileSync(path.join(site.cluster.data(1), "secundario1.json"), "utf8"));
  await site.cluster.secondary(1).terminate();
  expect(served()).toEqual({ "film.mkv": 3 });
});

test("a sparse file of more than 4 GiB can be had from any place", async () => {
  const size = 4.5 * 1024 * MIB;
  await using site = await FileSite.start((folder) => {
    const fd = fs.openSync(path.join(folder, "disk.img"), "w");
    fs.ftruncateSync(fd, size);
    fs.writeSync(fd, "beyond", 2 ** 32 + 1);
    fs.writeSync(fd, "the end", size - 7);
    fs.closeSync(fd);
  });
  const part = (range: string) => site.output(`curl -sSf -r ${range} "$FILES/disk.img"`);
  expect(await part("-7")).toBe("the end");
  expect(await part("4294967297-4294967302")).toBe("beyond");
  expect(await site.output('curl -sSfI "$FILES/disk.img"')).toContain(`content-length: ${size}`);
});

test("while the folder is away everything is said to be so, and is there again with it", async () => {
  await using site = await FileSite.start((folder) => put(folder, "film.mkv", "the film"));
  const status = async () => (await ask(`${site.files}/film.mkv`, ["retry-after"])).join(" ");
  expect(await status()).toBe("200 ");
  const elsewhere = `${site.folder} elsewhere`;
  fs.renameSync(site.folder, elsewhere);
  await site.cluster.until("the folder is missed", async () => (await status()) === "503 5");
  expect(await (await fetch(`${site.files}/film.mkv`)).text()).toContain("is not there");
  expect(await ask(`${site.files}/`, [])).toEqual([503]);
  fs.renameSync(elsewhere, site.folder);
  await site.cluster.until("the folder is back", async () => (await status()) === "200 ");
});
