import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../../support/cluster.ts";
import { CompletingShell, SHELLS, type ShellName } from "../../support/completing-shell.ts";
import { put } from "../../support/files.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { KeyedCluster } from "../../support/keyed-cluster.ts";
import { run } from "../../support/run.ts";

setDefaultTimeout(120_000);

/** What is typed, and the name that is to be its argument. */
const NAMES: readonly (readonly [typed: string, name: string])[] = [
  ["my", "my film.mkv"],
  ["'my fi", "my film.mkv"],
  ['"my fi', "my film.mkv"],
  ["my\\ fi", "my film.mkv"],
  ["it", "it's here.mkv"],
  ['"it', "it's here.mkv"],
  ["say", 'say "hi".mkv'],
  ["'say", 'say "hi".mkv'],
  ["\\$", "$HOME & `co`.mkv"],
  ["'$H", "$HOME & `co`.mkv"],
  ["a:", "a:b=c;d.mkv"],
  ["back", "back\\slash*[x].mkv"],
  ["bang", "bang!(1)#{2}.mkv"],
  ["Ña", "Ñandú 😀.mkv"],
  ["plain", "plain.mkv"],
];
const FILES = [...new Set(NAMES.map(([, name]) => name)), "series/one two/e 1.mkv", "series/one two/e 2.mkv"];

function fill(folder: string): void {
  for (const name of FILES) put(folder, name, name);
}

/** A cluster with these files, and a folder in which a shell is. */
async function cluster(): Promise<Cluster> {
  return Cluster.inStep({ count: 1 }, (folder) => fill(folder(1)));
}

describe.each(SHELLS)("%s", (name: ShellName) => {
  test("completes names of the cluster's files, whatever is in them", async () => {
    await using running = await cluster();
    const start = `redes client --central-port ${running.centralPort} get`;
    await using shell = await CompletingShell.start(name, temporaryFolder());
    const found: Record<string, string | undefined> = {};
    for (const [typed] of NAMES) found[typed] = (await shell.completed(`${start} ${typed}`)).at(-1);
    expect(found).toEqual(Object.fromEntries(NAMES));
    // Folders step by step, and no space behind them.
    expect((await shell.completed(`${start} ser`, "\tx\t")).at(-1)).toBe("series/one two/x");
    expect((await shell.completed(`${start} 'series/one two/e 1`)).at(-1)).toBe("series/one two/e 1.mkv");
    expect((await shell.completed(`${start} plain.mkv my`, "--quiet")).slice(4)).toEqual([
      ...["plain.mkv", "my film.mkv", "--quiet"],
    ]);
  });

  test("completes commands, flags, fixed values and paths", async () => {
    const folder = temporaryFolder();
    put(folder, "own key.pem", "");
    fs.mkdirSync(path.join(folder, "own films"));
    await using shell = await CompletingShell.start(name, folder);
    expect(await shell.completed("redes cl", "li\t")).toEqual(["client", "list"]);
    expect(await shell.completed("redes secondary --numb", "3")).toEqual(["secondary", "--number", "3"]);
    expect(await shell.completed("redes central --log j")).toEqual(["central", "--log", "json"]);
    expect(await shell.completed("redes central --log=j")).toEqual(["central", "--log=json"]);
    expect(await shell.completed("redes client --key-file own\\ k")).toEqual(["client", "--key-file", "own key.pem"]);
    expect(await shell.completed("redes client --key-file=own\\ k")).toEqual(["client", "--key-file=own key.pem"]);
    // zsh takes the slash away again where a word ends with it.
    const films = name === "zsh" ? "own films" : "own films/";
    expect(await shell.completed("redes central --data own")).toEqual(["central", "--data", films]);
    expect(await shell.completed("redes central --data=own")).toEqual(["central", `--data=${films}`]);
    expect(await shell.completed("redes central --port own")).toEqual(["central", "--port", "own"]);
    await shell.shows("redes client ", /list[\s\S]*status|status[\s\S]*list/);
  });

  test("asks with the key that is given", async () => {
    await using running = new KeyedCluster();
    await running.newKey();
    const keyed = ["--key-file", running.own];
    fill(running.folder(1));
    running.startCentral(["--secondaries", "1", ...keyed]);
    running.startSecondary(1, { args: keyed });
    await running.central.waitFor("synchronized");
    const start = `redes client --central-port ${running.centralPort}`;
    const folder = temporaryFolder();
    fs.copyFileSync(running.own, path.join(folder, "own.key"));
    {
      await using shell = await CompletingShell.start(name, folder);
      expect((await shell.completed(`${start} --key-file ~/own.key get pla`)).at(-1)).toBe("plain.mkv");
      expect((await shell.completed(`${start} get pla`)).at(-1)).toBe("pla");
    }
    const settings = { REDES_KEY_FILE: running.own, REDES_CENTRAL: `127.0.0.1:${running.centralPort}` };
    await using shell = await CompletingShell.start(name, folder, settings);
    expect((await shell.completed("redes client get pla")).at(-1)).toBe("plain.mkv");
  });
});

describe("what shells call", () => {
  test("says nothing and comes back soon where the central does not answer", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    try {
      const began = performance.now();
      const words = ["client", "--central-port", String(silent.port), "get", "a"];
      const { code, out, err } = await run(["__complete", "zsh", ...words], { cwd: temporaryFolder() });
      expect({ code, out, err }).toEqual({ code: 0, out: "words \n", err: "" });
      // A session would wait for 5 s.
      expect(performance.now() - began).toBeLessThan(4500);
    } finally {
      silent.stop(true);
    }
  });

  test.each([
    [["client", "--central-port", "1", "get", "a"]],
    [["client", "--central-port", "x", "get", "a"]],
    [["client", "--key-file", "/nowhere", "get", "a"]],
    [["client", "--nope", "get", "a"]],
    [["nope", "a"]],
  ])("says nothing of what is wrong: %p", async (words) => {
    const { code, out, err } = await run(["__complete", "fish", ...words], { cwd: temporaryFolder() });
    expect({ code, out, err }).toEqual({ code: 0, out: "words \n", err: "" });
  });

  test("a shell that there is no script for", async () => {
    const { code, err } = await run(["completion", "csh"], { cwd: temporaryFolder() });
    expect({ code, err }).toEqual({ code: 2, err: "redes: SHELL csh: there are bash, zsh, fish\n" });
  });
});
