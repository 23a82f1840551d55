import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { put } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type Run, run, shell } from "../support/run.ts";

setDefaultTimeout(120_000);

const OPENSSL = Bun.which("openssl");
const STRACE = Bun.which("strace");
const DAY_MS = 24 * 60 * 60 * 1000;

const read = (folder: string, name: string) => fs.readFileSync(join(folder, name), "utf8");
const blocks = (text: string, label: string) =>
  text.match(new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\n`, "g")) ?? [];

/** Runs what makes a key; gives what it has told of it. */
async function make(cwd: string, ...args: string[]): Promise<string> {
  const { code, out, err } = await run(["key", ...args], { cwd });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

async function show(cwd: string, name: string): Promise<Record<string, unknown>> {
  const { code, out } = await run(["key", "show", name, "--json"], { cwd });
  expect(code).toBe(0);
  return JSON.parse(out);
}

function expectRefusal({ code, out, err }: Run, expected: number, error: string): void {
  expect(err).toStartWith(`redes: ${error}`);
  expect({ code, out, lines: err.split("\n").length }).toEqual({ code: expected, out: "", lines: 2 });
}

test("a cluster key is made once, its owner's alone, and told of without its secret", async () => {
  const cwd = temporaryFolder();
  const made = await shell("umask 0; redes key new my.key", { cwd });
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toStartWith("what         cluster key, for every role\n");
  expect(fs.statSync(join(cwd, "my.key")).mode & 0o7777).toBe(0o600);
  const text = read(cwd, "my.key");
  const shown = await run(["key", "show", "my.key"], { cwd });
  // The first of its days may have begun meanwhile.
  const withoutDays = (text: string) => text.replace(/\(\d+ days left\)/, "");
  expect(withoutDays(shown.out)).toBe(withoutDays(made.out));
  expect(shown).toMatchObject({ code: 0, err: "" });
  const [secret = ""] = blocks(text, "PRIVATE KEY");
  expect(made.out).not.toContain(secret.split("\n")[1] ?? "");
  const [certificate = ""] = blocks(text, "CERTIFICATE");
  const { fingerprint256 } = new X509Certificate(certificate);
  expect(made.out).toContain(`\nfingerprint  ${fingerprint256.replaceAll(":", "").toLowerCase()}\n`);

  expectRefusal(await run(["key", "new", "my.key"], { cwd }), 1, "my.key: there is a file already, and no key is ever");
  expect(read(cwd, "my.key")).toBe(text);
});

test.skipIf(STRACE === null)("a power loss takes no key away of which the command has told", async () => {
  const cwd = temporaryFolder();
  const line = 'strace -f -y -e trace=fsync,write -o trace "$REDES_UNDER_TEST" key new my.key >told';
  expect(await shell(line, { cwd })).toMatchObject({ code: 0 });
  const calls = read(cwd, "trace").split("\n");
  const order = [
    ["write", `${cwd}/my.key`],
    ["fsync", `${cwd}/my.key`],
    ["fsync", cwd],
    ["write", `${cwd}/told`],
  ].map(([call, path]) => calls.findIndex((each) => each.includes(` ${call}(`) && each.includes(`<${path}>`)));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
});

describe("credentials", () => {
  test("each is a file for one, says so, and was signed by the cluster's key", async () => {
    const cwd = temporaryFolder();
    await make(cwd, "new", "my.key");
    const from = ["--key-file", "my.key", "--out"];
    const cases: [args: string[], expected: Record<string, unknown>][] = [
      [["central", ...from], { role: "central" }],
      [["secondary", "2", ...from], { role: "secondary", number: 2 }],
      [["client", "ana", ...from], { role: "client", name: "ana", rights: "read" }],
      [["client", "--read", "ana", ...from], { role: "client", name: "ana", rights: "read" }],
      [["client", "--write", 'ñ "2"', ...from], { role: "client", name: 'ñ "2"', rights: "write" }],
      [["client", "root", "--admin", ...from], { role: "client", name: "root", rights: "admin" }],
    ];
    const { authority } = await show(cwd, "my.key");
    const [authorityPem = ""] = blocks(read(cwd, "my.key"), "CERTIFICATE");
    for (const [index, [args, expected]] of cases.entries()) {
      const name = `${index}.key`;
      await make(cwd, ...args, name);
      const shown = await show(cwd, name);
      expect(shown).toMatchObject({ kind: "credential", ...expected, state: "valid", authority });
      expect([364, 365]).toContain(Number(shown.daysLeft));
      expect(fs.statSync(join(cwd, name)).mode & 0o7777).toBe(0o600);
      const [pem = "", ...others] = blocks(read(cwd, name), "CERTIFICATE");
      expect(others).toEqual([authorityPem]);
      expect(new X509Certificate(pem).verify(new X509Certificate(authorityPem).publicKey)).toBe(true);
      // The cluster's own secret is not in it.
      expect(blocks(read(cwd, name), "PRIVATE KEY")).not.toEqual(blocks(read(cwd, "my.key"), "PRIVATE KEY"));
    }
  });

  test.skipIf(OPENSSL === null)("openssl finds them in order, each for its purpose", async () => {
    const cwd = temporaryFolder();
    await make(cwd, "new", "my.key");
    await make(cwd, "secondary", "2", "--key-file", "my.key", "--out", "server.key");
    await make(cwd, "client", "ana", "--key-file", "my.key", "--out", "client.key");
    const verify = (purpose: string, name: string) =>
      shell(`openssl verify -x509_strict -purpose ${purpose} -CAfile my.key ${name}`, { cwd });
    expect(await verify("sslserver", "server.key")).toMatchObject({ code: 0, out: "server.key: OK\n" });
    expect(await verify("sslclient", "server.key")).toMatchObject({ code: 0, out: "server.key: OK\n" });
    expect(await verify("sslclient", "client.key")).toMatchObject({ code: 0, out: "client.key: OK\n" });
    expect((await verify("sslserver", "client.key")).code).not.toBe(0);
  });

  test("they last as long as --days says", async () => {
    const cwd = temporaryFolder();
    await make(cwd, "new", "my.key");
    for (const [days, told] of [
      ["1", "(1 day left: make a new one soon)"],
      ["3650", "(3650 days left)"],
    ] as const) {
      const before = Date.now();
      const out = await make(cwd, "central", "--days", days, "--key-file", "my.key", "--out", `${days}.key`);
      expect(out).toContain(told);
      const left = Date.parse(String((await show(cwd, `${days}.key`)).until)) - before;
      expect(Math.round(left / DAY_MS)).toBe(Number(days));
    }
  });

  test("none is made from another, or from a file that is refused, and then no file is there", async () => {
    const cwd = temporaryFolder();
    await make(cwd, "new", "my.key");
    await make(cwd, "client", "ana", "--admin", "--key-file", "my.key", "--out", "client.key");
    put(cwd, "text", "text");
    fs.chmodSync(join(cwd, "text"), 0o600);
    const from = (name: string) => run(["key", "central", "--key-file", name, "--out", "new.key"], { cwd });
    const refused = "it is the key of client ana (admin), and no other can be made from it: give the cluster key";
    expectRefusal(await from("client.key"), 5, `client.key: ${refused}`);
    expectRefusal(await from("none"), 5, "cannot open the key file none: there is no such file or folder");
    expectRefusal(await from("text"), 5, "text: it is no key file: a private key is missing");
    fs.chmodSync(join(cwd, "my.key"), 0o644);
    expectRefusal(await from("my.key"), 5, "my.key: others than its owner can read or change it (mode 0644)");
    expectRefusal(await run(["key", "show", "my.key"], { cwd }), 5, "my.key: others than its owner can read or change");
    expect(fs.readdirSync(cwd).sort()).toEqual(["client.key", "my.key", "text"]);
  });

  test("where the file cannot be made, it says so", async () => {
    const cwd = temporaryFolder();
    await make(cwd, "new", "my.key");
    const out = join(cwd, "none/new.key");
    const made = await run(["key", "central", "--key-file", "my.key", "--out", out], { cwd });
    expectRefusal(made, 1, `cannot create ${out}: there is no such file or folder`);
    const full = await shell("ulimit -f 0; redes key new new.key", { cwd });
    expectRefusal(full, 1, "cannot write new.key: ");
    expect(fs.readdirSync(cwd)).toEqual(["my.key"]);
  });
});

test("a secondary with a key in its shared folder does not begin: every client could download it", async () => {
  const cwd = temporaryFolder();
  fs.mkdirSync(join(cwd, "shared/inner"), { recursive: true });
  fs.symlinkSync("shared", join(cwd, "link"));
  await make(cwd, "new", "my.key");
  fs.copyFileSync(join(cwd, "my.key"), join(cwd, "shared/inner/my.key"));
  fs.chmodSync(join(cwd, "shared/inner/my.key"), 0o600);
  for (const [key, dir] of [
    ["shared/inner/my.key", "shared"],
    ["shared/inner/my.key", "link"],
    ["link/inner/my.key", "shared/"],
  ] as const) {
    const keys = ["--key-file", "my.key", "--key-file", key];
    const refused = await run(["secondary", "-n", "1", "--port", "0", "--dir", dir, ...keys], { cwd });
    expectRefusal(refused, 5, `${key}: it is in the shared folder ${dir}, from which every client could download it`);
  }
  expect(fs.readdirSync(cwd).sort()).toEqual(["link", "my.key", "shared"]);
});

describe("tokens", () => {
  test("one is printed, told of without being repeated, and shown from its file", async () => {
    const cwd = temporaryFolder();
    await make(cwd, "new", "my.key");
    const { fingerprint } = await show(cwd, "my.key");
    const made = await run(["key", "token", "--key-file", "my.key", "--name", "ana", "--days", "3"], { cwd });
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]{86}\n$/);
    const told = /^redes: a token for client ana \(read\), until [\d-]+; to revoke it: its fingerprint (\w{64})\n$/;
    const own = told.exec(made.err)?.[1] ?? "it does not tell";
    // As a shell makes it: others may read it.
    put(cwd, "ana.token", made.out);
    expect(await show(cwd, "ana.token")).toMatchObject({
      kind: "token",
      role: "client",
      name: "ana",
      rights: "read",
      daysLeft: 2,
      state: "near-end",
      fingerprint: own,
      signer: fingerprint,
    });
    const text = await run(["key", "show", "ana.token"], { cwd });
    expect(text.out).toStartWith("what         token, for client ana\nrights       read\n");
    expect(text.out).toEndWith(`\nfingerprint  ${own}\nsigned by    ${fingerprint}\n`);
    const quiet = await run(["key", "token", "--key-file", "my.key", "--quiet"], { cwd });
    expect(quiet).toMatchObject({ code: 0, err: "" });
    const given = await run(["key", "show", made.out.trim()], { cwd });
    expectRefusal(given, 5, "what is given as the name of a key file is a key itself or a token");
    expect(given.err).not.toContain(made.out.slice(0, 40));
  });

  test("a client's key makes some in its own name, with its own rights", async () => {
    const cwd = temporaryFolder();
    await make(cwd, "new", "my.key");
    await make(cwd, "client", "ana", "--write", "--key-file", "my.key", "--out", "ana.key");
    await make(cwd, "secondary", "2", "--key-file", "my.key", "--out", "server.key");
    const token = (...args: string[]) => run(["key", "token", ...args], { cwd });
    const made = await token("--write", "--key-file", "ana.key");
    put(cwd, "ana.token", made.out);
    const { fingerprint } = await show(cwd, "ana.key");
    expect(await show(cwd, "ana.token")).toMatchObject({ name: "ana", rights: "write", signer: fingerprint });
    const whose = "ana.key: it is the key of client ana (write), which ";
    expectRefusal(await token("--admin", "--key-file", "ana.key"), 5, `${whose}cannot give the right admin`);
    expectRefusal(await token("--key-file", "ana.key", "--name", "eva"), 5, `${whose}makes tokens in its own name`);
    expectRefusal(
      await token("--key-file", "server.key"),
      5,
      "server.key: it is the key of secondary 2, with which no",
    );
    const usage = async (...args: string[]) => expect((await token(...args)).code).toBe(2);
    await usage();
    await usage("--key-file", "ana.key", "--read", "--write");
    await usage("--key-file", "ana.key", "--days", "0");
    await usage("--key-file", "ana.key", "ana");
  });
});

test("the authority's certificate is printed from each key file, and no secret", async () => {
  const cwd = temporaryFolder();
  await make(cwd, "new", "my.key");
  await make(cwd, "client", "ana", "--key-file", "my.key", "--out", "ana.key");
  const [authority] = blocks(read(cwd, "my.key"), "CERTIFICATE");
  for (const name of ["my.key", "ana.key"]) expect(await make(cwd, "ca", "--key-file", name)).toBe(authority ?? "");
  expectRefusal(await run(["key", "ca"], { cwd }), 2, "--key-file is missing");
});

test("a certificate for HTTPS is made from the cluster key alone, for names of hosts and addresses", async () => {
  const cwd = temporaryFolder();
  await make(cwd, "new", "my.key");
  await make(cwd, "client", "ana", "--key-file", "my.key", "--out", "ana.key");
  const from = ["--key-file", "my.key", "--out", "https.pem"];
  const https = (...args: string[]) => run(["key", "https", ...args], { cwd });
  expectRefusal(await https(...from), 2, "HOST is missing");
  expectRefusal(await https("a b", ...from), 2, "HOST a b: it takes the name of a host or an IP address");
  expectRefusal(await https("a", "--key-file", "ana.key", "--out", "https.pem"), 5, "ana.key: it is the key of client");
  expect(await make(cwd, "https", "Server1", "192.0.2.1", "::1", ...from)).toMatch(
    /^a key and a certificate for HTTPS as server1, 192\.0\.2\.1, ::1, until \d{4}-\d\d-\d\d\n$/,
  );
  const { subjectAltName } = new X509Certificate(read(cwd, "https.pem"));
  expect(subjectAltName).toBe("DNS:server1, IP Address:192.0.2.1, IP Address:0:0:0:0:0:0:0:1");
  expectRefusal(await https("a", ...from), 1, "https.pem: there is a file already");
  // It is no key of a process of redes.
  expectRefusal(await run(["key", "show", "https.pem"], { cwd }), 5, "https.pem: it does not end with the certificate");
});
