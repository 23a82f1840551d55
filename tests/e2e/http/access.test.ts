import { expect, setDefaultTimeout, test } from "bun:test";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import type { Program } from "../../support/process.ts";
import { run } from "../../support/run.ts";

setDefaultTimeout(120_000);

const CURL = Bun.which("curl");

async function port(program: Program): Promise<number> {
  const { port, tls } = await program.waitFor("http-listening");
  expect(tls).toBe(true);
  return Number(port);
}

async function token(cluster: KeyedCluster, ...args: string[]): Promise<string> {
  const { code, out } = await run(["key", "token", "--key-file", cluster.own, ...args], { cwd: cluster.root });
  expect(code).toBe(0);
  return out.trim();
}

const authority = async (cluster: KeyedCluster) =>
  (await run(["key", "ca", "--key-file", cluster.own], { cwd: cluster.root })).out;

/** What a server answers over HTTPS to one who knows its authority. */
async function answer(ca: string, url: string, headers: Record<string, string> = {}): Promise<[number, string]> {
  const response = await fetch(url, { tls: { ca }, headers });
  return [response.status, await response.text()];
}

test("with a key everything is HTTPS, by a certificate of the cluster, and needs a token", async () => {
  await using cluster = new KeyedCluster();
  await cluster.newKey();
  cluster.startCentral(["--secondaries", "1", "--http", "0", "--key-file", cluster.own]);
  const ca = await authority(cluster);
  const url = `https://127.0.0.1:${await port(cluster.central)}/healthz`;
  const [status, text] = await answer(ca, url);
  expect(status).toBe(401);
  expect(text).toStartWith("this needs a token, which redes key token makes");
  const good = await token(cluster);
  const basic = Buffer.from(`anybody:${good}`).toString("base64");
  expect(await answer(ca, url, { authorization: `Bearer ${good}` })).toEqual([200, "alive\n"]);
  expect(await answer(ca, url, { authorization: `Basic ${basic}` })).toEqual([200, "alive\n"]);
  expect(await answer(ca, url.replace("127.0.0.1", "localhost"), { authorization: `Bearer ${good}` })).toEqual([
    200,
    "alive\n",
  ]);
  // Who knows another authority is told by TLS itself.
  expect(fetch(url)).rejects.toThrow();
  const other = new KeyedCluster();
  await other.newKey();
  expect(await answer(ca, url, { authorization: `Bearer ${await token(other)}` })).toEqual([
    401,
    "the token is from no key of this cluster\n",
  ]);
  await other[Symbol.asyncDispose]();
  const refused = await cluster.central.waitFor("http-refused");
  expect(refused.message).toBe("a request from 127.0.0.1 was refused: the token is from no key of this cluster");
});

test("a token that is revoked is refused at once, at the central and at the secondaries", async () => {
  await using cluster = new KeyedCluster();
  await cluster.newKey();
  cluster.startCentral(["--secondaries", "1", "--http", "0", "--key-file", cluster.own]);
  const secondary = cluster.startSecondary(1, { args: ["--http", "0", "--key-file", cluster.own] });
  await cluster.central.waitFor("synchronized");
  const ca = await authority(cluster);
  const urls: string[] = [];
  for (const program of [cluster.central, secondary]) urls.push(`https://127.0.0.1:${await port(program)}/healthz`);
  const { out, err } = await run(["key", "token", "--key-file", cluster.own], { cwd: cluster.root });
  const headers = { authorization: `Bearer ${out.trim()}` };
  for (const url of urls) expect(await answer(ca, url, headers)).toEqual([200, "alive\n"]);
  const fingerprint = /fingerprint (\w{64})/.exec(err)?.[1] ?? "";
  expect((await cluster.asked(["key", "revoke", fingerprint], "own")).code).toBe(0);
  for (const url of urls) {
    await cluster.until("the token is refused", async () => (await answer(ca, url, headers))[0] === 401);
    expect(await answer(ca, url, headers)).toEqual([401, "the token is revoked\n"]);
  }
});

test.skipIf(CURL === null)("curl takes the certificate by the name of the machine, and not by another", async () => {
  await using cluster = new KeyedCluster();
  await cluster.newKey();
  cluster.startCentral(["--http", "0", "--http-host", "files.example", "--metrics-open", "--key-file", cluster.own]);
  await Bun.write(`${cluster.root}/ca.pem`, await authority(cluster));
  const to = await port(cluster.central);
  const curl = async (host: string) => {
    const words = ["curl", "-sS", "--cacert", "ca.pem", "--connect-to", `::127.0.0.1:${to}`, `https://${host}/healthz`];
    const child = Bun.spawn(words, { cwd: cluster.root, stdout: "pipe", stderr: "pipe" });
    return [await child.exited, await child.stdout.text(), await child.stderr.text()] as const;
  };
  expect(await curl("files.example")).toEqual([0, "alive\n", ""]);
  expect(await curl("localhost")).toEqual([0, "alive\n", ""]);
  const [code, , error] = await curl("central.example");
  expect([code, error]).toEqual([60, expect.stringContaining("central.example")]);
});
