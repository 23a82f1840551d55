import { expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { HttpAccess } from "../../support/http-access.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import { run } from "../../support/run.ts";

setDefaultTimeout(120_000);

const CURL = Bun.which("curl");
const ALIVE: [number, string] = [200, "alive\n"];

/** A cluster with a key whose central serves HTTPS, and `more` flags. */
async function served(cluster: KeyedCluster, ...more: string[]): Promise<{ access: HttpAccess; url: string }> {
  await cluster.newKey();
  cluster.startCentral(["--secondaries", "1", "--http", "0", "--key-file", cluster.own, ...more]);
  const access = await HttpAccess.of(cluster);
  return { access, url: `${await access.site(cluster.central)}/healthz` };
}

/** Runs curl, which knows the cluster's authority and reaches the central by any name. */
async function curl(cluster: KeyedCluster, { authority }: HttpAccess, url: string, ...more: string[]) {
  await Bun.write(join(cluster.root, "ca.pem"), authority);
  const { port } = await cluster.central.waitFor("http-listening");
  const words = ["curl", "-sS", "--cacert", "ca.pem", "--connect-to", `::127.0.0.1:${port}`, ...more, url];
  const child = Bun.spawn(words, { cwd: cluster.root, stdout: "pipe", stderr: "pipe" });
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, error };
}

test("with a key everything is HTTPS, by a certificate of the cluster, and needs a token", async () => {
  await using cluster = new KeyedCluster();
  const { access, url } = await served(cluster);
  const [status, text] = await access.answer(url, null);
  expect(status).toBe(401);
  expect(text).toStartWith("this needs a token, which redes key token makes");
  const good = await access.token();
  expect(await access.answer(url, good)).toEqual(ALIVE);
  expect(await access.answer(url.replace("127.0.0.1", "localhost"), good)).toEqual(ALIVE);
  const basic = Buffer.from(`anybody:${good}`).toString("base64");
  const response = await fetch(url, { tls: { ca: access.authority }, headers: { authorization: `Basic ${basic}` } });
  expect(response.status).toBe(200);
  // Who knows another authority is told by TLS itself.
  expect(fetch(url)).rejects.toThrow();
});

test("a token of another cluster, and one that has ended, are refused, and the log says why without repeating them", async () => {
  await using cluster = new KeyedCluster();
  const { access, url } = await served(cluster);
  await using other = new KeyedCluster();
  await other.newKey();
  const foreign = await (await HttpAccess.of(other)).token();
  expect(await access.answer(url, foreign)).toEqual([401, "the token is from no key of this cluster\n"]);
  const refused = await cluster.central.waitFor("http-refused");
  expect(refused.message).toBe("a request from 127.0.0.1 was refused: the token is from no key of this cluster");
  expect(cluster.central.err.all.join("\n")).not.toContain(foreign.slice(-20));
});

test("a token that is revoked is refused at once, at the central and at the secondaries", async () => {
  await using cluster = new KeyedCluster();
  const { access, url } = await served(cluster);
  const secondary = cluster.startSecondary(1, { args: ["--http", "0", "--key-file", cluster.own] });
  await cluster.central.waitFor("synchronized");
  const urls = [url, `${await access.site(secondary)}/healthz`];
  const { out, err } = await run(["key", "token", "--key-file", cluster.own], { cwd: cluster.root });
  for (const url of urls) expect(await access.answer(url, out.trim())).toEqual(ALIVE);
  const fingerprint = /fingerprint (\w{64})/.exec(err)?.[1] ?? "";
  expect((await cluster.asked(["key", "revoke", fingerprint], "own")).code).toBe(0);
  for (const url of urls) {
    await cluster.until("the token is refused", async () => (await access.answer(url, out.trim()))[0] === 401);
    expect(await access.answer(url, out.trim())).toEqual([401, "the token is revoked\n"]);
  }
});

test("the token of a client's key dies with that key", async () => {
  await using cluster = new KeyedCluster();
  const { access, url } = await served(cluster);
  await cluster.credential("ana", "client", "ana");
  const made = await run(["key", "token", "--quiet", "--key-file", cluster.key("ana")], { cwd: cluster.root });
  const token = made.out.trim();
  expect(await access.answer(url, token)).toEqual(ALIVE);
  const shown = await run(["key", "show", cluster.key("ana"), "--json"], { cwd: cluster.root });
  expect((await cluster.asked(["key", "revoke", JSON.parse(shown.out).fingerprint], "own")).code).toBe(0);
  await cluster.until("the token is refused", async () => (await access.answer(url, token))[0] === 401);
});

test.skipIf(CURL === null)(
  "curl takes the certificate under the names of the machine, and under no other",
  async () => {
    await using cluster = new KeyedCluster();
    const { access } = await served(cluster, "--http-host", "files.example", "--metrics-open");
    for (const host of ["files.example", "localhost"]) {
      expect(await curl(cluster, access, `https://${host}/healthz`)).toEqual({ code: 0, out: "alive\n", error: "" });
    }
    const other = await curl(cluster, access, "https://central.example/healthz");
    expect(other).toMatchObject({ code: 60, error: expect.stringContaining("central.example") });
    // Who does not look at the certificate is told by the server.
    const blind = await curl(cluster, access, "https://central.example/healthz", "--insecure");
    expect(blind.out).toContain("this server is not called so");
  },
);

test.skipIf(CURL === null)(
  "a process with a credential alone shows that, or what redes key https has made",
  async () => {
    await using cluster = new KeyedCluster();
    await cluster.newKey();
    await cluster.credential("central", "central");
    const flags = ["--http", "0", "--metrics-open", "--key-file", cluster.key("central")];
    cluster.startCentral(flags);
    const access = await HttpAccess.of(cluster);
    expect((await cluster.central.waitFor("https-name")).message).toContain("central.redes.internal");
    expect(await curl(cluster, access, "https://central.redes.internal/healthz")).toMatchObject({ out: "alive\n" });
    expect((await curl(cluster, access, "https://files.example/healthz")).code).toBe(60);
    await cluster.central.terminate();

    const made = ["key", "https", "files.example", "192.0.2.1", "--key-file", cluster.own, "--out", "https.pem"];
    expect(await run(made, { cwd: cluster.root })).toMatchObject({ code: 0, err: "" });
    expect(fs.statSync(join(cluster.root, "https.pem")).mode & 0o777).toBe(0o600);
    cluster.startCentral([...flags, "--http-host", "files.example", "--tls-cert", join(cluster.root, "https.pem")]);
    expect(await curl(cluster, access, "https://files.example/healthz")).toMatchObject({ out: "alive\n" });
  },
);

test.skipIf(CURL === null)(
  "another certificate is read at SIGHUP, and one that cannot be used changes nothing",
  async () => {
    await using cluster = new KeyedCluster();
    await cluster.newKey();
    const file = join(cluster.root, "https.pem");
    const make = (host: string, out: string) =>
      run(["key", "https", host, "--key-file", cluster.own, "--out", out], { cwd: cluster.root });
    expect((await make("one.example", file)).code).toBe(0);
    const names = ["--http-host", "one.example", "--http-host", "two.example"];
    cluster.startCentral(["--http", "0", ...names, "--tls-cert", file, "--tls-key", file]);
    const access = await HttpAccess.of(cluster);
    const takes = async (host: string) => (await curl(cluster, access, `https://${host}/healthz`)).code;
    expect([await takes("one.example"), await takes("two.example")]).toEqual([0, 60]);
    fs.writeFileSync(file, "nothing");
    cluster.central.signal("SIGHUP");
    expect((await cluster.central.waitFor("https-failed")).message).toContain(`${file}: it holds no certificate`);
    expect(await takes("one.example")).toBe(0);
    fs.unlinkSync(file);
    expect((await make("two.example", file)).code).toBe(0);
    cluster.central.signal("SIGHUP");
    await cluster.central.waitFor("https-read");
    await cluster.until("the new certificate is shown", async () => (await takes("two.example")) === 0);
    expect(await takes("one.example")).toBe(60);
  },
);

test("what cannot be used is said at the start", async () => {
  await using cluster = new KeyedCluster();
  await cluster.newKey();
  const start = async (...more: string[]) => {
    const { code, err } = await run(["central", "--port", "0", ...more], { cwd: cluster.root });
    return [code, err.split("\n")[0]];
  };
  const http = ["--http", "0"];
  expect(await start("--tls-cert", "x.pem")).toEqual([2, "redes: --tls-cert needs --http: nothing is served there"]);
  expect(await start("--metrics-open")).toEqual([2, "redes: --metrics-open needs --http: nothing is served there"]);
  expect(await start(...http, "--tls-key", "x.pem")).toEqual([
    2,
    "redes: --tls-key needs --tls-cert, the certificate of that key",
  ]);
  expect(await start(...http, "--http-host", "a b")).toEqual([
    2,
    "redes: --http-host a b: it takes the name of a host",
  ]);
  expect(await start(...http, "--tls-cert", "x.pem")).toEqual([
    5,
    "redes: cannot read x.pem: there is no such file or folder",
  ]);
});
