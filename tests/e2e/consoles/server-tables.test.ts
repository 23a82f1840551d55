import { expect, setDefaultTimeout, test } from "bun:test";
import { Cluster } from "../../support/cluster.ts";
import { put, randomBytes } from "../../support/files.ts";
import { NAMES, WINDOWS } from "../../support/odd-names.ts";
import { run } from "../../support/run.ts";
import { Terminal } from "../../support/terminal.ts";

/** What a person at a server sees of files whose names are wider than any window. */

setDefaultTimeout(120_000);

/** A line of the log, which a terminal breaks, or what was typed. */
const NO_RESULT = /^(\d{4}-|central> |secondary 1> )/;

interface Servers {
  readonly central: Terminal;
  readonly secondary: Terminal;
}

/** A central and a secondary, each with a person at it. */
async function started(cluster: Cluster, columns: number, rows: number, env: Record<string, string>): Promise<Servers> {
  for (const [index, name] of NAMES.entries()) put(cluster.folder(1), name, randomBytes((index + 1) * 1000));
  const common = { cwd: cluster.root, columns, rows, env };
  const port = ["--central-port", String(cluster.centralPort)];
  const central = new Terminal(["central", "--secondaries", "1", "--port", String(cluster.centralPort)], common);
  await central.shows(/listens on|escucha en/);
  const secondary = new Terminal(["secondary", "-n", "1", "-p", "0", "--dir", cluster.folder(1), ...port], common);
  await central.shows(/serving 10 files/);
  return { central, secondary };
}

async function client(cluster: Cluster, ...args: readonly string[]): Promise<number | null> {
  const place = ["--central-port", String(cluster.centralPort), "--dir", cluster.downloads()];
  return (await run(["client", ...args, ...place], { cwd: cluster.root })).code;
}

/** The rows of results, but those of the log. */
function rowsOf({ text }: Terminal): string[] {
  return text.split("\n").filter((row) => !NO_RESULT.test(row));
}

test.each(WINDOWS.flatMap(([columns, rows]) => (["en", "es"] as const).map((lang) => [columns, rows, lang] as const)))(
  "no table of a server is wider than %d columns, at %d rows, in %s",
  async (columns, rows, lang) => {
    await using cluster = new Cluster();
    const env = { PAGER: "cat", LANG: lang };
    const servers = await started(cluster, columns, rows, env);
    await using central = servers.central;
    await using secondary = servers.secondary;
    const longest = NAMES.find((name) => name.length > 120) ?? "";
    expect(await client(cluster, "get", "--all", "--name", "somebody with a rather long name of his own")).toBe(0);
    expect(await client(cluster, "remove", longest, "zz.bin", "--yes")).toBe(0);
    await central.shows(/zz\.bin was removed|2 files were removed|removed/);
    for (const command of ["list", "downloads", "clients", "secondaries", "queue", "kept", "limit"]) {
      central.enter(command);
      await central.shows(`central> ${command}\n`);
    }
    for (const command of ["list", "served", "downloads", "kept", "limit"]) {
      secondary.enter(command);
      await secondary.shows(`secondary 1> ${command}\n`);
    }
    for (const terminal of [central, secondary]) {
      terminal.enter("quit");
      expect((await terminal.ends()).code).toBe(0);
      const shown = rowsOf(terminal);
      expect(shown.filter((row) => Bun.stringWidth(row) > columns)).toEqual([]);
      expect(shown.some((row) => /^un nombre muy.*…/.test(row))).toBe(true);
    }
  },
);

test("what is longer than a server's window goes through the pager, which has Ctrl-C meanwhile", async () => {
  await using cluster = new Cluster();
  const untilStopped = "trap 'over=yes; echo stopped' INT; echo ready; while [ -z \"$over\" ]; do sleep 0.1; done";
  const servers = await started(cluster, 80, 8, { PAGER: `sed 's/^/> /'; ${untilStopped}` });
  for (const terminal of [servers.central, servers.secondary]) {
    await using server = terminal;
    server.enter("list");
    await server.shows(/^> zz\.bin/m);
    await server.shows("ready");
    server.type("\x03");
    await server.shows("stopped");
    server.enter("help console");
    await server.shows("quit");
    server.enter("quit");
    expect((await server.ends()).code).toBe(0);
  }
});

test("limit alone says how many downloads there may be at once", async () => {
  await using cluster = new Cluster();
  const servers = await started(cluster, 80, 24, { PAGER: "cat" });
  await using central = servers.central;
  await using _secondary = servers.secondary;
  central.enter("limit");
  await central.shows(/^any number of downloads at once/m);
  central.enter("limit 4");
  await central.shows(/^4 downloads at once/m);
  central.enter("limit");
  await central.shows(/limit\n4 downloads at once/);
});
