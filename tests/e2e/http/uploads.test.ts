import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { KeptAnswer, PossibleUploadAnswer, PutAnswer } from "../../../src/http/api/central-answers.ts";
import { DescribedApi } from "../../support/api.ts";
import { Cluster } from "../../support/cluster.ts";
import { everything, MIB, put, randomBytes, same } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import { RawHttp } from "../../support/raw-http.ts";
import { shell } from "../../support/run.ts";
import { siteOf } from "../../support/site.ts";

/** Files that programs put over HTTP. */

setDefaultTimeout(120_000);

const FILE = "/api/v1/files/{name}";
const BY = "somebody over HTTP from 127.0.0.1";

/** Until each secondary has a file with the content of another one. */
function everywhere(cluster: Cluster, name: string, file: string, count: number): Promise<void> {
  return cluster.until(`${name} is everywhere`, async () => {
    for (let number = 1; number <= count; number++) {
      const copy = path.join(cluster.folder(number), name);
      if (!fs.existsSync(copy) || !(await same(copy, file))) return false;
    }
    return true;
  });
}

/** Runs curl, and gives what it prints: the status, with `-w` alone. */
async function curl(cluster: Cluster, line: string, ending = "-s -o answer -w %{http_code}"): Promise<string> {
  const { code, out, err } = await shell(`curl ${ending} ${line}`, { cwd: cluster.root });
  expect([code, err]).toEqual([0, ""]);
  return out;
}

describe("at the central", () => {
  let cluster: Cluster;
  let site: string;
  let api: DescribedApi;
  let film: string;

  beforeAll(async () => {
    cluster = await Cluster.inStep({ count: 2, central: ["--http", "0"] }, (folder) => put(folder(1), "old", "old"));
    site = await siteOf(cluster.central);
    api = await DescribedApi.open(site);
    film = put(cluster.root, "film.mkv", randomBytes(40 * MIB + 11));
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test("curl -T puts a file; put again it is a new version, and the one before is kept", async () => {
    expect(await curl(cluster, `-T film.mkv ${site}/files/films/a%C3%B1o.mkv`)).toBe("201");
    expect(await cluster.central.waitFor("put")).toMatchObject({ by: BY, name: "films/año.mkv", size: 40 * MIB + 11 });
    await everywhere(cluster, "films/año.mkv", film, 2);
    expect(await curl(cluster, `-T film.mkv ${site}/files/films/a%C3%B1o.mkv`)).toBe("204");
    const second = put(cluster.root, "second.mkv", randomBytes(MIB));
    expect(await curl(cluster, `-T second.mkv ${site}/files/films/a%C3%B1o.mkv`)).toBe("204");
    await everywhere(cluster, "films/año.mkv", second, 2);
    await cluster.until("the version before is kept", async () => {
      const { body } = await api.ask<KeptAnswer>("/api/v1/kept", "/api/v1/kept?name=films/a%C3%B1o.mkv");
      return body.versions.some(({ size, why }) => size === 40 * MIB + 11 && why === "replaced");
    });
  });

  test("what comes from a pipe, in chunks, and an empty file", async () => {
    expect(await curl(cluster, `-T - ${site}/files/piped.bin < film.mkv`)).toBe("201");
    await everywhere(cluster, "piped.bin", film, 2);
    expect(await curl(cluster, `-X PUT ${site}/files/empty`)).toBe("201");
    await everywhere(cluster, "empty", put(cluster.root, "nothing", ""), 2);
  });

  test("the id of its version is the entity tag, by which it is replaced or not", async () => {
    const headers = await curl(cluster, `-T nothing ${site}/files/tagged`, "-s -D - -o answer");
    const etag = /etag: ("[0-9a-f]{64}")/i.exec(headers)?.[1] ?? "";
    expect((await cluster.list()).find(({ name }) => name === "tagged")?.id).toBe(JSON.parse(etag));
    expect(headers.toLowerCase()).toContain("location: /files/tagged\r\n");
    const withCondition = (condition: string) => curl(cluster, `-T film.mkv -H '${condition}' ${site}/files/tagged`);
    expect(await withCondition("If-None-Match: *")).toBe("412");
    expect(fs.readFileSync(path.join(cluster.root, "answer"), "utf8")).toBe(
      "there is a file tagged: nothing was replaced\n",
    );
    expect(await withCondition(`If-Match: "${"0".repeat(64)}"`)).toBe("412");
    expect(await withCondition(`If-Match: ${etag}`)).toBe("204");
    expect(await curl(cluster, `-T film.mkv -H 'If-Match: *' ${site}/files/nowhere`)).toBe("412");
    expect(await curl(cluster, `-T film.mkv -H 'If-None-Match: *' ${site}/files/created`)).toBe("201");
  });

  test("programs are told what they can do, as the document says, and why not", async () => {
    const UPLOAD = "/api/v1/uploads/{name}";
    const asked = await api.ask<PossibleUploadAnswer>(UPLOAD, "/api/v1/uploads/fresh?size=5");
    expect(asked.body).toEqual({ replaces: null });
    const made = await api.ask<PutAnswer>(FILE, "/api/v1/files/fresh", {
      ...{ method: "PUT", content: "fresh", headers: { "x-oc-mtime": "1700000000.5" } },
    });
    expect(made).toMatchObject({ status: 201, body: { name: "fresh", size: 5, isNew: true } });
    expect(Math.max(...[1, 2].map((number) => modifiedIn(cluster, number, "fresh")))).toBe(1_700_000_000_500);
    const again = await api.ask<PossibleUploadAnswer>(UPLOAD, "/api/v1/uploads/fresh");
    expect(again.body.replaces).toBe(made.body.id);
    const statuses: Record<string, number> = {};
    for (const name of ["old/inner", "films", ".hidden", "a.part"]) {
      const { status } = await api.ask(FILE, `/api/v1/files/${name}`, { method: "PUT", content: "x" });
      statuses[name] = status;
    }
    expect(statuses).toEqual({ "old/inner": 409, films: 409, ".hidden": 400, "a.part": 400 });
    expect((await api.ask(UPLOAD, `/api/v1/uploads/huge?size=${2 ** 50}`)).status).toBe(507);
    expect(await curl(cluster, `-T film.mkv -H 'Content-Range: bytes 0-4/10' ${site}/files/part`)).toBe("400");
    expect(await curl(cluster, `-T film.mkv -H 'Content-Encoding: gzip' ${site}/files/coded`)).toBe("415");
    expect(await curl(cluster, `-T film.mkv -H 'Origin: http://evil.example' ${site}/files/foreign`)).toBe("403");
    expect(await curl(cluster, `-T film.mkv -H 'Host: evil.example' ${site}/files/foreign`)).toBe("421");
  });

  test("why not is said in Spanish to who prefers it, and in English to all others", async () => {
    const put = async (name: string, language?: string) => {
      const headers: Record<string, string> = language === undefined ? {} : { "accept-language": language };
      return api.ask<{ error: { code: string; message: string } }>(FILE, `/api/v1/files/${name}`, {
        ...{ method: "PUT", content: "x", headers },
      });
    };
    const english = "old is a file, so nothing can be put into it";
    for (const language of [undefined, "*", "fr", "es;q=0.5, en"]) {
      const { status, body, headers } = await put("old/inner", language);
      expect([status, body.error]).toEqual([409, { code: "conflict", message: english }]);
      expect([headers.get("content-language"), headers.get("vary")]).toEqual(["en", "Accept-Language"]);
    }
    const { status, body, headers } = await put("old/inner", "es-MX, es;q=0.9, en;q=0.8");
    const message = "old es un archivo, así que no se puede poner nada dentro";
    expect([status, body.error]).toEqual([409, { code: "conflict", message }]);
    expect([headers.get("content-language"), headers.get("vary")]).toEqual(["es", "Accept-Language"]);
    expect((await put("a.part", "es")).body.error.message).toBe(
      "a.part se llama como un archivo que otro programa no ha acabado, y que nadie comparte",
    );
    await curl(cluster, `-H 'Accept-Language: es' -T film.mkv -H 'If-None-Match: *' ${site}/files/old`);
    expect(fs.readFileSync(path.join(cluster.root, "answer"), "utf8")).toBe(
      "hay un archivo old: no se ha reemplazado nada\n",
    );
  });

  test("of what is broken off in the middle nothing is left anywhere, and what is sent has room again", async () => {
    const connection = await RawHttp.connect(Number(new URL(site).port));
    connection.send(`PUT /files/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${8 * MIB}\r\n\r\n`);
    connection.send("x".repeat(MIB));
    await cluster.until("a part of it has come", () => spooled(cluster).length === 1);
    connection.close();
    await cluster.until("the central has no file of it open", () => spooled(cluster).length === 0);
    const left = [cluster.data(0), cluster.folder(1), cluster.folder(2)].flatMap((folder) => everything(folder));
    expect(left.filter((name) => /half|upload|put-/.test(name))).toEqual([]);
    expect((await cluster.list()).map(({ name }) => name)).not.toContain("half");
  });

  test("while no secondary is there, it is said when to try again", async () => {
    for (const number of [1, 2]) await cluster.secondary(number).kill();
    await cluster.until("the central has noticed", async () => {
      return (await curl(cluster, `-T nothing ${site}/files/later`)) === "503";
    });
    expect(await curl(cluster, `-T nothing ${site}/files/later`, "-s -D - -o answer")).toMatch(/retry-after: \d/i);
  });
});

function modifiedIn(cluster: Cluster, number: number, name: string): number {
  return fs.statSync(path.join(cluster.folder(number), name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Files without a name that the central has open. */
function spooled(cluster: Cluster): string[] {
  const folder = `/proc/${cluster.central.pid}/fd`;
  return fs.readdirSync(folder).flatMap((fd) => {
    try {
      const target = fs.readlinkSync(path.join(folder, fd));
      return target.includes(".redes-upload-") ? [target] : [];
    } catch {
      return [];
    }
  });
}

test("client serve takes files too, and tells where they are", async () => {
  await using cluster = await Cluster.inStep({ count: 2 }, (folder) => put(folder(1), "old/a", "old"));
  const program = cluster.client(["serve", "--http", "0", "--cache", "0", "--log", "json"]);
  const site = await siteOf(program);
  const film = put(cluster.root, "film.mkv", randomBytes(5 * MIB));
  expect(await curl(cluster, `-T film.mkv ${site}/api/v1/files/films/1.mkv`)).toBe("201");
  expect((await program.waitFor("put")).by).toBe(BY);
  await everywhere(cluster, "films/1.mkv", film, 2);
  expect(await curl(cluster, `-T film.mkv -H 'If-None-Match: *' ${site}/api/v1/files/films/1.mkv`)).toBe("412");
  expect(await curl(cluster, `-T film.mkv ${site}/api/v1/files/old`)).toBe("409");
  expect(await curl(cluster, `-T film.mkv ${site}/api/v1/files/old/a/b`)).toBe("409");
  expect(await curl(cluster, `-X PUT ${site}/files/films/2.mkv`)).toBe("405");
  const api = await DescribedApi.open(site);
  const made = await api.ask<PutAnswer>(FILE, "/api/v1/files/films/1.mkv", { method: "PUT", content: "x" });
  expect(made).toMatchObject({ status: 200, body: { size: 1, isNew: false } });
  const refused = await api.ask<{ error: { message: string } }>(FILE, "/api/v1/files/old", {
    ...{ method: "PUT", content: "x", headers: { "accept-language": "es" } },
  });
  expect(refused.body.error.message).toBe("hay una carpeta old, así que ningún archivo puede llamarse así");
});

test("with keys a token with the right to write puts files, and no other; a client puts with its own right alone", async () => {
  await using cluster = new KeyedCluster();
  const own = await cluster.newKey();
  put(cluster.folder(1), "film", "film");
  cluster.startCentral(["--secondaries", "1", "--http", "0", "--http-host", "localhost", "--key-file", own]);
  cluster.startSecondary(1, { args: ["--key-file", own] });
  await cluster.central.waitFor("synchronized");
  const access = await HttpAccess.of(cluster);
  const site = await access.site(cluster.central);
  const putting = async (url: string, token: string | null, headers: Record<string, string> = {}) => {
    const shown: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(url, {
      ...{ method: "PUT", body: "new", headers: { ...shown, ...headers }, tls: { ca: access.authority } },
    });
    return [response.status, await response.text()] as const;
  };
  expect((await putting(`${site}/files/new`, null))[0]).toBe(401);
  const reading = await putting(`${site}/files/new`, await access.token("--read"));
  expect(reading).toEqual([403, "this needs the right write, and the token has read only\n"]);
  expect((await putting(`${site}/files/new`, await access.token("--write", "--name", "ana")))[0]).toBe(201);
  expect((await cluster.central.waitFor("put")).by).toBe("client ana (write) over HTTP from 127.0.0.1");
  expect(fs.readFileSync(path.join(cluster.folder(1), "new"), "utf8")).toBe("new");

  const reader = await cluster.credential("reader", "client", "bea", "--read");
  const program = cluster.client([
    "serve",
    "--http",
    "127.0.0.1:0",
    "--cache",
    "0",
    "--log",
    "json",
    "--key-file",
    reader,
  ]);
  const own2 = await siteOf(program);
  const refused = await putting(`${own2}/api/v1/files/other`, null);
  expect(refused[0]).toBe(403);
  expect(refused[1]).toContain("the key of client bea has the right read, and to put files needs write");
  expect((await fetch(`${own2}/files/film`)).status).toBe(200);
});
