import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { everything } from "../support/files.ts";
import { NAMES, ODD, OddNames, SERIES, WINDOWS } from "../support/odd-names.ts";
import { run, shell } from "../support/run.ts";
import type { Terminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

let odd: OddNames;

beforeAll(async () => {
  odd = await OddNames.start();
});

afterAll(async () => {
  await odd[Symbol.asyncDispose]();
});

/** The widest row of all that a terminal was given. */
function widest({ text }: Terminal): number {
  return Math.max(...text.split("\n").map((row) => Bun.stringWidth(row)));
}

describe("list", () => {
  test("some of them, in an order, so many, as a tree", async () => {
    const rows = async (...args: string[]) => (await odd.client(["list", ...args])).out.trimEnd().split("\n");
    expect((await rows("series/**")).map((row) => row.split(/ {2}/)[0])).toEqual([
      "file",
      ...SERIES.toSorted(),
      "4 files, 2.5 MiB",
    ]);
    const bySize = await rows("--sort", "size", "--limit", "1");
    expect([bySize[1], bySize[2]]).toEqual([
      expect.stringMatching(/^zz\.bin/),
      expect.stringMatching(/^1 of 10 files/),
    ]);
    expect((await rows("--sort", "size", "--reverse"))[1]).toStartWith(NAMES[0] ?? "");
    expect((await rows("series", "--tree")).slice(1, 4)).toEqual([
      expect.stringMatching(/^series\/ /),
      expect.stringMatching(/^├── s01\/ /),
      expect.stringMatching(/^│ {3}├── e01\.mkv .* 2$/),
    ]);
    expect(JSON.parse((await odd.client(["list", "series/*", "zz.bin", "--json"])).out)).toMatchObject([
      { name: "series/info.txt" },
      { name: "zz.bin" },
    ]);
    expect(await odd.client(["list", "no*"])).toMatchObject({
      code: 3,
      out: "",
      err: expect.stringContaining("no file no*"),
    });
  });

  test("in a pipe has every name whole", async () => {
    const rows = (await odd.client(["list"])).out.trimEnd().split("\n");
    expect(rows).toHaveLength(NAMES.length + 2);
    for (const name of NAMES) expect(rows.filter((row) => row.startsWith(`${name} `))).toHaveLength(1);
  });

  test.each(WINDOWS)("fits into %d columns and %d rows, whatever names are like", async (columns, rows) => {
    for (const args of [["list"], ["list", "--tree"], ["list", "--sort", "date"], ["status"]]) {
      await using terminal = odd.terminal(args, columns, rows, { PAGER: "cat" });
      expect((await terminal.ends()).code).toBe(0);
      expect(widest(terminal)).toBeLessThanOrEqual(columns);
      if (args.length === 1 && args[0] === "list")
        expect(terminal.text.trimEnd().split("\n")).toHaveLength(NAMES.length + 2);
    }
  });

  test("that is longer than the window goes through the pager, which is waited for", async () => {
    await using terminal = odd.terminal(["list"], 80, 10, { PAGER: "sed 's/^/> /'; exit 3" });
    expect((await terminal.ends()).code).toBe(0);
    const rows = terminal.text.trimEnd().split("\n");
    expect([rows.length, rows.every((row) => row.startsWith("> "))]).toEqual([NAMES.length + 2, true]);
    await using short = odd.terminal(["list", "--limit", "2"], 80, 10, { PAGER: "sed 's/^/> /'" });
    await short.ends();
    expect(short.text).not.toContain("> ");
    await using missing = odd.terminal(["list"], 80, 10, { PAGER: "no-such-pager" });
    expect((await missing.ends()).code).toBe(0);
    expect(missing.text).toContain("10 files, ");
    const piped = `redes client list --central-port ${odd.cluster.centralPort} | head -1`;
    expect((await shell(piped, { cwd: odd.cluster.root, env: { PAGER: "false" } })).out).toStartWith("file ");
  });

  test("Ctrl-C is the pager's, and its end is the command's", async () => {
    await using terminal = odd.terminal(["list"], 80, 10, {
      PAGER: "trap 'kill $!; echo stopped; exit' INT; cat > /dev/null; sleep 60 & echo here; wait",
    });
    await terminal.shows("here");
    terminal.type("\x03");
    await terminal.shows("stopped");
    expect((await terminal.ends()).code).toBe(0);
  });
});

describe("a console", () => {
  test.each(WINDOWS)(
    "gets folders, patterns and several names, and lists some, in %d columns and %d rows",
    async (columns, rows) => {
      const dir = odd.cluster.downloads();
      await using console = odd.terminal(["--dir", dir], columns, rows);
      await console.shows("type help");
      console.enter("get series");
      await console.shows("4 files, 2.5 MiB");
      for (const _name of SERIES) await console.shows("verified in");
      console.enter(`get zz.bin '${ODD[1]}' "film *"`);
      await console.shows("3 files, ");
      for (let file = 0; file < 3; file++) await console.shows("verified in");
      expect(everything(dir)).toEqual([...SERIES, "zz.bin", ODD[1], ODD[0]].sort());
      console.enter("get no*");
      await console.shows("there is no file no*");
      console.enter("get --all --dry-run");
      await console.shows(/3 files to download, .*; 7 there already/);
      console.type("get zz.bin año\t");
      await console.draws("the completed name", (drawn) => drawn.join("").includes('"año 日本.mkv"'));
      console.type("\r");
      await console.shows("2 files, ");
      await console.shows("is there already");
      console.enter("list --sort size --limit 2");
      await console.shows("2 of 10 files");
      console.enter("list series/s0* --tree");
      await console.shows("there is no file series/s0*");
      console.enter("list series/** --tree");
      await console.shows("└── info.txt");
      console.enter("quit");
      expect((await console.ends()).code).toBe(0);
    },
  );

  test("shows what is longer than its window by the pager, which has the keys meanwhile", async () => {
    const untilStopped = "trap 'over=yes; echo stopped' INT; echo ready; while [ -z \"$over\" ]; do sleep 0.1; done";
    const PAGER = `sed 's/^/> /'; ${untilStopped}; read -r typed < /dev/tty; echo "read $typed"`;
    await using console = odd.terminal([], 80, 10, { PAGER });
    await console.shows("type help");
    console.enter("list");
    await console.shows("> 10 files, ");
    await console.shows("ready");
    console.type("\x03");
    await console.shows("stopped");
    console.enter("keys");
    await console.shows("read keys");
    console.enter("list --limit 1");
    await console.shows(/^1 of 10 files/m);
    console.enter("quit");
    expect((await console.ends()).code).toBe(0);
  });

  test("of a script does the same, and ends with the worst", async () => {
    const dir = odd.cluster.downloads();
    const args = ["client", "--dir", dir, "--central-port", String(odd.cluster.centralPort)];
    const { code, out } = await run(args, {
      cwd: odd.cluster.root,
      input: "list series/s01/*\nget series/s01\nget no*\n",
    });
    expect([code, out.split("\n").length]).toEqual([3, 5]);
    expect(everything(dir)).toEqual(SERIES.slice(1, 3));
  });
});
