import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { version } from "../../../src/cli/flags/command.ts";
import { Cluster } from "../../support/cluster.ts";
import { put } from "../../support/files.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { lastingPort } from "../../support/port.ts";
import { run } from "../../support/run.ts";
import { Terminal } from "../../support/terminal.ts";

setDefaultTimeout(120_000);

test("redes help and redes version say what the flags say", async () => {
  const cwd = temporaryFolder();
  const said = async (...args: string[]) => run(args, { cwd });
  expect(await said("help")).toEqual(await said("--help"));
  expect(await said("help", "client", "get")).toEqual(await said("client", "get", "--help"));
  expect(await said("help", "get")).toEqual(await said("client", "get", "--help"));
  expect(await said("version")).toMatchObject({ code: 0, out: `${version}\n`, err: "" });
  expect(await said("version")).toEqual(await said("--version"));
  expect(await said("help", "gte")).toMatchObject({
    code: 2,
    out: "",
    err: "redes: unknown command gte: see redes --help\n",
  });
  expect(await said("help", "list")).toMatchObject({
    ...{ code: 2, err: "redes: list is in several commands: client list, key list\n" },
  });
});

test("the language may stand before the command, and alone it has the help in that language", async () => {
  const cwd = temporaryFolder();
  const said = async (...args: string[]) => run(args, { cwd, env: { LC_ALL: "en_GB.UTF-8" } });
  const spanish = await run([], { cwd, env: { LC_ALL: "es_ES.UTF-8" } });
  expect(spanish).toMatchObject({ code: 2, out: "", err: expect.stringContaining("Uso: redes ORDEN") });
  expect(await said("--lang", "es")).toEqual(spanish);
  expect(await said("--lang=es")).toEqual(spanish);
  expect(await said("--lang", "es", "--help")).toEqual({ code: 0, out: spanish.err, err: "" });
  expect(await said("--lang", "es", "client", "get", "--help")).toEqual(
    await said("client", "get", "--help", "--lang=es"),
  );
  expect(await said("key", "--lang", "es", "list", "--help")).toEqual(
    await said("key", "list", "--help", "--lang", "es"),
  );
  expect(await said("--lang", "es", "clinet")).toMatchObject({
    ...{ code: 2, err: expect.stringContaining("orden desconocida clinet: ¿quería decir client?") },
  });
  expect(await said("--lang", "fr")).toEqual({ code: 2, out: "", err: "redes: --lang fr: it takes en or es\n" });
  expect(await said("--lang", "es", "--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
  const port = String(lastingPort());
  const central = await run(["--lang", "es", "central", "--port", port], { cwd, input: "status\nquit\n" });
  expect(central).toMatchObject({ code: 0, out: expect.stringContaining("sin servicio") });
});

describe("a name that is nearly right", () => {
  test("get says which file is meant", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "series/My Film.mkv", "x"));
    const get = cluster.client(["get", "my film.mkv"]);
    expect(await get.exited).toBe(3);
    expect(get.err.all.join("\n")).toContain("there is no file my film.mkv; did you mean series/My Film.mkv?");
    const other = cluster.client(["get", "nothing like it"]);
    expect(await other.exited).toBe(3);
    expect(other.err.all.join("\n")).not.toContain("did you mean");
  });

  test("so does the console, for people and for scripts", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "film.mkv", "x"));
    const script = cluster.client([]);
    script.type("get flim.mkv");
    script.closeInput();
    expect(await script.exited).toBe(3);
    expect(script.err.all.join("\n")).toContain("there is no file flim.mkv; did you mean film.mkv?");
    await using terminal = new Terminal(["client", "--central-port", String(cluster.centralPort)], {
      cwd: cluster.root,
    });
    await terminal.shows("type help for the commands");
    terminal.enter("get flim.mkv");
    await terminal.shows("did you mean film.mkv?");
    terminal.enter("help get");
    await terminal.shows(/get NAME\.\.\.\s+download files/);
    terminal.enter("quit");
    expect((await terminal.ends()).code).toBe(0);
  });
});

test("servers at a terminal say what comes next", async () => {
  const cwd = temporaryFolder();
  const port = String(lastingPort());
  await using central = new Terminal(["central", "--port", port, "--secondaries", "1", "--data", "central"], { cwd });
  await central.shows("type help for the commands");
  await central.shows(new RegExp(`start the secondaries: redes secondary -n 1 --central-port\\s+${port}, then`));
  const own = ["--port", String(lastingPort()), "--central-port", port, "--data", "data"];
  await using secondary = new Terminal(["secondary", "-n", "1", ...own], { cwd });
  await secondary.shows("./videos1 is empty: put files there, and all get them");
  await central.shows(/serving 0 files with 1 secondary: put files into\s+the\s+folder of any secondary/);
  for (const server of [secondary, central]) {
    server.enter("quit");
    expect((await server.ends()).code).toBe(0);
  }
});
