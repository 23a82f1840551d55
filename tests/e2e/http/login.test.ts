import { expect, setDefaultTimeout, test } from "bun:test";
import { DescribedApi } from "../../support/api.ts";
import { put } from "../../support/files.ts";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";

setDefaultTimeout(120_000);

const PATH = "/api/v1/session";
const LIMITS = "/api/v1/limits";

interface Session {
  readonly keys: boolean;
  readonly rights: string | null;
  readonly name: string | null;
}

test("a page logs in with a token, does what its rights allow, is named in the log, and logs out", async () => {
  await using cluster = new KeyedCluster();
  const own = await cluster.newKey();
  put(cluster.folder(1), "film", Buffer.from("film"));
  cluster.startCentral(["--secondaries", "1", "--http", "0", "--key-file", own]);
  cluster.startSecondary(1, { args: ["--key-file", own] });
  await cluster.central.waitFor("synchronized");
  const access = await HttpAccess.of(cluster);
  const { authority } = access;
  const site = await access.site(cluster.central);
  const page = { origin: site, "sec-fetch-site": "same-origin" };
  const bearer = { authorization: `Bearer ${await access.token()}` };
  const api = await DescribedApi.open(site, { headers: bearer, tls: { ca: authority } });

  expect((await api.ask<Session>(PATH, PATH, { authority })).body).toMatchObject({ keys: true, rights: null });
  expect((await api.ask("/api/v1/status", "/api/v1/status", { authority })).status).toBe(401);
  const wrong = await api.ask(PATH, PATH, { method: "POST", body: { token: "a.b.c" }, headers: page, authority });
  expect([wrong.status, wrong.headers.get("set-cookie")]).toEqual([401, null]);

  const logIn = async (...flags: string[]) => {
    const body = { token: await access.token(...flags) };
    const answer = await api.ask<Session>(PATH, PATH, { method: "POST", body, headers: page, authority });
    expect(answer.status).toBe(200);
    const header = answer.headers.get("set-cookie") ?? "";
    for (const attribute of [/; *HttpOnly/i, /; *Secure/i, /; *SameSite=Strict/i]) expect(header).toMatch(attribute);
    expect(header).not.toContain(body.token.slice(-20));
    return { answer, cookie: header.slice(0, header.indexOf(";")) };
  };
  const reader = await logIn("--read", "--name", "bea");
  expect(reader.answer.body).toMatchObject({ keys: true, rights: "read", name: "bea" });
  const limit = (cookie: string, headers: Record<string, string>) =>
    api.ask(LIMITS, LIMITS, { method: "POST", body: { downloads: 3 }, headers: { ...headers, cookie }, authority });
  expect((await limit(reader.cookie, page)).status).toBe(403);
  const listed = await api.ask("/api/v1/status", "/api/v1/status", { headers: { cookie: reader.cookie }, authority });
  expect(listed.status).toBe(200);

  const admin = await logIn("--admin", "--name", "ana");
  // Neither another site nor a program that has the cookie alone.
  for (const headers of [{}, { origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
    expect((await limit(admin.cookie, headers as Record<string, string>)).status).toBe(403);
  }
  expect((await limit(admin.cookie, page)).status).toBe(200);
  expect((await cluster.central.waitFor("limit-changed")).by).toBe("client ana (admin) over HTTP from 127.0.0.1");

  const out = await api.ask<Session>(PATH, PATH, {
    method: "DELETE",
    headers: { ...page, cookie: admin.cookie },
    authority,
  });
  expect([out.body.rights, out.headers.get("set-cookie")]).toEqual([null, expect.stringMatching(/Max-Age=0/i)]);
  expect((await limit(admin.cookie, page)).status).toBe(401);
});
