import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { put } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { run } from "../support/run.ts";
import { started } from "../support/started.ts";

setDefaultTimeout(120_000);

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.bin", "content"));
});

afterAll(() => cluster[Symbol.asyncDispose]());

const at = () => `127.0.0.1:${cluster.centralPort}`;
const list = (args: readonly string[], env: Record<string, string> = {}) =>
  run(["client", "list", ...args], { cwd: temporaryFolder(), env });

describe("where the central is", () => {
  test("can be said by --central, by the old flags, and by the environment", async () => {
    const port = String(cluster.centralPort);
    const ways: [string[], Record<string, string>?][] = [
      [["--central", at()]],
      [["--central", "127.0.0.1", "--central-port", port]],
      [["--central", at(), "--central-ip", "127.0.0.1", "--puerto-central", port]],
      [["--ip-central", at()]],
      [[], { REDES_CENTRAL: at() }],
      [["--central", at()], { REDES_CENTRAL: "127.0.0.1:1" }],
      [["--central-port", port], { REDES_CENTRAL: "127.0.0.1:1" }],
      [["--central-ip", at()], { REDES_CENTRAL: "not an address" }],
    ];
    for (const [args, env] of ways) {
      const { code, out, err } = await list(args, env);
      expect({ args, code, err }).toEqual({ args, code: 0, err: "" });
      expect(out).toContain("a.bin");
    }
  });

  test("of an IPv6 address the port stands behind brackets", async () => {
    await using six = new Cluster();
    const central = six.startCentral(["--ip", "::1"]);
    await central.waitFor("listening");
    const status = await run(["client", "status", "--json", "--central", `[::1]:${six.centralPort}`], {
      cwd: six.root,
    });
    expect(status).toMatchObject({ code: 0, err: "" });
  });

  test("can be said to a secondary in the same ways", async () => {
    for (const [args, env] of [
      [["--central", at()], {}],
      [[], { REDES_CENTRAL: at() }],
    ] as const) {
      const own = ["secondary", "-n", "2", "-p", "0", "--log", "json", ...args];
      const secondary = started({ name: "secondary 2", args: own, cwd: temporaryFolder(), env });
      await secondary.waitFor("registered");
      expect((await secondary.terminate()).code).toBe(0);
    }
  });

  test.each([
    [["--central", "a", "--central-ip", "b"], {}, "--central a and --central-ip b: they name two addresses"],
    [
      ["--central", "a:1", "--central-port", "2"],
      {},
      "--central has the port 1 and --central-port 2: give the port once",
    ],
    [["--central", "a b"], {}, "--central a b: it takes HOST or HOST:PORT"],
    [["--central", "a", "--discover"], {}, "--discover looks for the central, and --central says where it is"],
    [[], { REDES_CENTRAL: "a:b" }, "REDES_CENTRAL a:b: it takes HOST or HOST:PORT"],
    [[], { REDES_CENTRAL: "a:0" }, "REDES_CENTRAL a:0: it takes a port from 1 to 65535"],
    [[], { REDES_NAME: "x".repeat(101) }, `REDES_NAME ${"x".repeat(101)}: it takes 1 to 100 characters`],
    [[], { REDES_DIR: "/dev/null/a" }, "REDES_DIR /dev/null/a: /dev/null is a file; it takes a folder"],
  ])("what is wrong is named: %p %p", async (args, env, error) => {
    const { code, out, err } = await list(args, env);
    expect(err).toStartWith(`redes: ${error}`);
    expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 2, out: "", lines: 2 });
  });
});

test("name and folder come from the environment too, and the folder of downloads is nobody's shared folder", async () => {
  const dir = cluster.downloads();
  const env = { REDES_CENTRAL: at(), REDES_NAME: "eva", REDES_DIR: dir };
  expect((await run(["client", "get", "a.bin"], { cwd: temporaryFolder(), env })).code).toBe(0);
  expect(fs.readFileSync(path.join(dir, "a.bin"), "utf8")).toBe("content");
  expect((await cluster.status()).statistics.clients).toEqual({ eva: 1 });
  const cwd = temporaryFolder();
  const secondary = await run(["secondary", "-n", "1", "-p", "0"], { cwd, env, input: "quit\n" });
  expect(secondary.code).toBe(0);
  expect(fs.existsSync(path.join(dir, ".redes"))).toBe(false);
});

describe("who has said nothing, and finds no central, is told how to name one", () => {
  const ADVICE = "Name one as in --central server0:50000, or set REDES_CENTRAL=server0:50000";

  // In a network of its own: here somebody's own central may listen where one is usually.
  const alone = (...args: string[]) =>
    started({
      ...{ name: "client", args: ["client", ...args], cwd: temporaryFolder() },
      runner: ["unshare", process.getuid?.() === 0 ? "-n" : "-rn"],
    });

  test("by a command", async () => {
    const client = alone("list");
    expect(await client.within(client.exited, "ends")).toBe(4);
    expect(client.err.all).toEqual([expect.stringMatching(/^redes: the central cannot be reached: /)]);
    expect(client.err.all[0]).toContain(ADVICE);
  });

  test("by a download that waits for one, and by the console", async () => {
    const get = alone("get", "a", "--wait", "3");
    await get.says(new RegExp(ADVICE));
    expect(await get.within(get.exited, "ends")).toBe(4);
    const console = alone();
    await console.says(new RegExp(ADVICE));
    console.closeInput();
    await console.within(console.exited, "ends");
    expect(console.err.all.filter((line) => line.includes("REDES_CENTRAL"))).toHaveLength(1);
  });

  test("but who has named it is not", async () => {
    const { code, err } = await list(["--central", "127.0.0.1:1"]);
    expect(code).toBe(4);
    expect(err).not.toContain("REDES_CENTRAL");
  });
});
