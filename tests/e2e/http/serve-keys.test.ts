import { expect, setDefaultTimeout, test } from "bun:test";
import path from "node:path";
import { MIB, put, randomBytes } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import type { Program } from "../../support/process.ts";
import { siteOf } from "../../support/site.ts";

setDefaultTimeout(120_000);

const FILM = randomBytes(3 * MIB + 77);

/** A cluster with a key, and a film. */
async function filmed(cluster: KeyedCluster): Promise<HttpAccess> {
  const own = await cluster.newKey();
  put(cluster.folder(1), "films/año 1.mkv", FILM);
  cluster.startCentral(["--secondaries", "1", "--key-file", own]);
  cluster.startSecondary(1, { args: ["--key-file", own] });
  await cluster.central.waitFor("synchronized");
  return HttpAccess.of(cluster);
}

function serve(cluster: KeyedCluster, http: string, key: string): Program {
  const cache = path.join(cluster.root, "cache");
  return cluster.client(["serve", "--http", http, "--cache-dir", cache, "--log", "json", "--key-file", key]);
}

/** It listens on all addresses of the machine. */
async function securedSite(access: HttpAccess, program: Program): Promise<string> {
  return (await access.site(program)).replace("0.0.0.0", "127.0.0.1");
}

test("beyond loopback client serve is HTTPS by the cluster's key, and needs a token", async () => {
  await using cluster = new KeyedCluster();
  const access = await filmed(cluster);
  const site = await securedSite(access, serve(cluster, "0.0.0.0:0", cluster.own));
  const film = `${site}/files/films/${encodeURIComponent("año 1.mkv")}`;
  for (const url of [film, `${site}/files/`, `${site}/playlist.m3u8`, `${site}/metrics`]) {
    expect([url, (await access.get(url, null)).status]).toEqual([url, 401]);
  }
  const token = await access.token();
  const whole = await access.get(film, token);
  expect(Buffer.from(await whole.arrayBuffer()).equals(FILM)).toBe(true);
  const mounted = await fetch(`${site}/files/films/`, {
    method: "PROPFIND",
    headers: { depth: "1", authorization: `Basic ${Buffer.from(`anybody:${token}`).toString("base64")}` },
    tls: { ca: access.authority },
  });
  expect([mounted.status, (await mounted.text()).includes("a%C3%B1o%201.mkv")]).toEqual([207, true]);
  expect((await access.get(film, `${token.slice(0, -8)}AAAAAAAA`)).status).toBe(401);
});

test("on loopback it is plain and needs no token, with a key too", async () => {
  await using cluster = new KeyedCluster();
  await filmed(cluster);
  const site = await siteOf(serve(cluster, "127.0.0.1:0", cluster.own));
  const response = await fetch(`${site}/files/films/${encodeURIComponent("año 1.mkv")}`);
  expect(Buffer.from(await response.arrayBuffer()).equals(FILM)).toBe(true);
});

test("client serve ends with 5 when the central refuses its key", async () => {
  await using cluster = new KeyedCluster();
  await filmed(cluster);
  const program = serve(cluster, "127.0.0.1:0", await cluster.newKey("foreign"));
  expect(await program.within(program.exited, "ends")).toBe(5);
  expect((await program.waitFor("refused")).message).toContain("the key is of another cluster");
});
