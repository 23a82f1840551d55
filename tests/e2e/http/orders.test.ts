import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { KeptAnswer, SecondariesAnswer, StatusAnswer } from "../../../src/http/api/central-answers.ts";
import { DescribedApi } from "../../support/api.ts";
import { Cluster } from "../../support/cluster.ts";
import type { Program } from "../../support/process.ts";
import { siteOf } from "../../support/site.ts";

/** What an operator has a central do over HTTP. */

setDefaultTimeout(120_000);

let cluster: Cluster;
let api: DescribedApi;
let downloads: Program[];

/** Three secondaries, of which two keep a replaced file, a download under way and one that waits. */
beforeAll(async () => {
  cluster = await Cluster.inStep(
    { count: 3, proxies: true, central: ["--max-downloads", "1", "--http", "0"] },
    (folder) => {
      fs.mkdirSync(path.join(folder(1), "año 1"), { recursive: true });
      fs.writeFileSync(path.join(folder(1), "film"), Buffer.alloc(3 * 1024 * 1024, 7));
      for (const name of ["Note", "other"]) fs.writeFileSync(path.join(folder(1), "año 1", name), name);
    },
  );
  api = await DescribedApi.open(await siteOf(cluster.central));
  cluster.slow(200_000);
  downloads = [cluster.getting(["film"]), cluster.getting(["film"])];
  const replacement = path.join(cluster.root, "replacement");
  fs.writeFileSync(replacement, "another content");
  fs.renameSync(replacement, path.join(cluster.folder(1), "año 1", "other"));
  await cluster.until("the version before is kept, and a download waits", async () => {
    const { body } = await api.ask<KeptAnswer>("/api/v1/kept");
    const status = await api.ask<StatusAnswer>("/api/v1/status");
    return body.versions[0]?.secondaries.length === 2 && status.body.downloads.waiting === 1;
  });
});

afterAll(async () => {
  for (const download of downloads) await download.kill();
  await cluster[Symbol.asyncDispose]();
});

const by = "somebody over HTTP from 127.0.0.1";

test("a kept version is put back", async () => {
  const { body: kept } = await api.ask<KeptAnswer>("/api/v1/kept");
  const [{ name = "", id = "", version = 0 } = {}] = kept.versions;
  const path = "/api/v1/kept/restore";
  const body = { name, id, version };
  const answer = await api.ask<{ secondary: number }>(path, path, { method: "POST", body });
  expect([answer.status, answer.body]).toEqual([200, { secondary: 2 }]);
  expect((await cluster.central.waitFor("restored")).by).toBe(by);
  const absent = await api.ask(path, path, { method: "POST", body: { ...body, id: "0".repeat(64) } });
  expect(absent.status).toBe(404);
  const wrong = await api.ask(path, path, { method: "POST", body: { name } });
  expect([wrong.status, wrong.body]).toMatchObject([400, { error: { code: "bad-request" } }]);
});

test("the limit of downloads is another, and those who wait have their turn", async () => {
  const path = "/api/v1/limits";
  const answer = await api.ask(path, path, { method: "POST", body: { downloads: null } });
  expect([answer.status, answer.body]).toEqual([200, { downloads: null }]);
  const { body } = await api.ask<StatusAnswer>("/api/v1/status");
  expect(body.downloads).toMatchObject({ waiting: 0, limit: null });
  expect((await api.ask(path, path, { method: "POST", body: { downloads: 0 } })).status).toBe(400);
});

test("a file is removed everywhere, then a folder with all in it", async () => {
  const route = "/api/v1/files/{name}";
  const folder = encodeURIComponent("año 1");
  const removed = async (url: string) => {
    const { status, body } = await api.ask(route, `/api/v1/files/${url}`, { method: "DELETE" });
    return [status, body];
  };
  expect(await removed(`${folder}/Note`)).toEqual([200, { removed: 1 }]);
  expect(await removed(`${folder}/Note`)).toMatchObject([404, { error: { code: "not-found" } }]);
  expect(await removed(folder)).toMatchObject([404, {}]);
  // A pattern is a name here.
  expect(await removed(`*?of=folder`)).toMatchObject([404, {}]);
  expect(await removed(`${folder}?of=folder`)).toEqual([200, { removed: 1 }]);
  await cluster.until("both folders have it no more", () =>
    [1, 2, 3].every((number) => !fs.existsSync(path.join(cluster.folder(number), "año 1"))),
  );
  for (const name of ["Note", "other"]) {
    const line = await cluster.central.waitFor("remove", ({ message }) => message.includes(name));
    expect(line.message).toBe(`${by} has año 1/${name} removed`);
  }
});

test("a secondary is forgotten when it is lost, and not before", async () => {
  const path = "/api/v1/secondaries/{name}";
  const forget = async (which: string) => {
    const { status, body } = await api.ask(path, `/api/v1/secondaries/${which}`, { method: "DELETE" });
    return [status, body];
  };
  expect(await forget("3")).toMatchObject([409, { error: { code: "conflict" } }]);
  for (const unknown of ["9", "0", "x"]) expect(await forget(unknown)).toMatchObject([404, {}]);
  await cluster.secondary(3).kill();
  await cluster.central.waitFor("lost");
  expect(await forget("3")).toEqual([200, { forgotten: 3 }]);
  await cluster.until("it is known no more", async () => {
    const { body } = await api.ask<SecondariesAnswer>("/api/v1/secondaries");
    return body.secondaries.map(({ number }) => number).join() === "1,2";
  });
});

test("a page of another site has nothing done", async () => {
  const path = "/api/v1/limits";
  for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
    const answer = await api.ask(path, path, { method: "POST", body: { downloads: 1 }, headers });
    expect(answer.status).toBe(403);
  }
  const form = { "content-type": "text/plain" };
  expect((await api.ask(path, path, { method: "POST", body: { downloads: 1 }, headers: form })).status).toBe(415);
});

test("each route that changes something was asked", () => {
  const orders = api.paths.filter((path) => !/^(GET|PUT) |\/session$/.test(path));
  expect([...api.asked].filter((path) => !path.startsWith("GET ")).sort()).toEqual(orders.sort());
});
