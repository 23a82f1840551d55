import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { allCommands } from "../../src/cli/commands.ts";
import { type Command, flagsOf } from "../../src/cli/flags/command.ts";
import { Cluster } from "../support/cluster.ts";
import { put } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { EXECUTABLE, Program } from "../support/process.ts";
import { run, shell } from "../support/run.ts";
import { Terminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

const COMMANDS = [...allCommands()].map((command): [string, Command] => [command.meta.name, command]);
const SEPARATOR = " ";

/** A folder with a file and a folder in it, to be mistaken for each other. */
function playground(): string {
  const folder = temporaryFolder();
  put(folder, "file", "");
  fs.mkdirSync(path.join(folder, "folder"));
  return folder;
}

describe("wrong usage is reported in one line that names what is wrong and what is taken, and nothing else happens", () => {
  const cases: [line: string, error: string][] = [
    ["nope", "unknown command nope: there are central, secondary, client, demo"],
    ["centrl", "unknown command centrl: did you mean central? there are central, secondary, client, demo"],
    ["client nope", "unknown command nope: there are list, get, verify, status"],
    ["client --dir folder lits", "unknown command lits: did you mean list? there are list, get, verify, status"],
    ["--port 3 central", "unknown flag --port: a command comes first, see redes --help"],
    ["--version extra", "unexpected argument extra: see redes --help"],
    ["central --nope", "unknown flag --nope: see redes central --help"],
    ["central --prot 1", "unknown flag --prot: did you mean --port?"],
    ["central -x", "unknown flag -x: see redes central --help"],
    ["central extra", "unexpected argument extra: see redes central --help"],
    ["client list --sort colour", "--sort colour: it takes name, size or date"],
    ["client list --limit 0", "--limit 0: it takes a whole number from 1 to 1000000000"],
    ["client list --tree --json", "--tree and --json: give one of them"],
    ["client status extra", "unexpected argument extra: see redes client status --help"],
    ["demo folder extra", "unexpected argument extra: demo takes one DIR"],
    ["central --port abc", "--port abc: it takes a whole number from 0 to 65535"],
    ["central --puerto 70000", "--puerto 70000: it takes a whole number from 0 to 65535"],
    ["central -p -1", "-p -1: it takes a whole number from 0 to 65535"],
    ["central -p1.5", "-p 1.5: it takes a whole number from 0 to 65535"],
    ["central --port=", '--port "": it takes a whole number from 0 to 65535'],
    ["central --port", "--port needs a value: --port PORT"],
    ["central --port --open", "--port needs a value: --port PORT"],
    ["central --port 1 -p 2", "-p: given more than once"],
    ["central --open=yes", "--open takes no value"],
    ["central --secondaries 0", "--secondaries 0: it takes a whole number from 1 to 1000"],
    ["central --max-downloads -1", "--max-downloads -1: it takes a whole number from 0 to 1000000"],
    ["central --log xml", "--log xml: it takes text or json"],
    ["central --data file", "--data file: that is a file; it takes a folder"],
    ["central --data file/data", "--data file/data: file is a file; it takes a folder"],
    ["central --ip nonsense", "--ip nonsense: it takes an IP address of this machine"],
    ["central -i 300.1.1.1", "-i 300.1.1.1: it takes an IP address of this machine"],
    [
      "central --ip 0.0.0.0",
      "--ip 0.0.0.0: anyone who reaches that address could connect; give a --key-file, add --open",
    ],
    ["secondary -n 1 -i ::", "-i ::: anyone who reaches that address could connect; give a --key-file, add --open"],
    ["secondary", "--number is missing: give this secondary a number of its own, 1 or more"],
    ["secondary -n", "-n needs a value: -n N"],
    ["secondary -n0", "-n 0: it takes a whole number from 1 to 15535"],
    ["secondary --numero x", "--numero x: it takes a whole number from 1 to 15535"],
    ["secondary -n 15536", "-n 15536: it takes a whole number from 1 to 15535"],
    ["secondary -n 1 --dir file", "--dir file: that is a file; it takes a folder"],
    ["secondary -n 1 --data file", "--data file: that is a file; it takes a folder"],
    ["secondary -n 1 --puerto-central 0", "--puerto-central 0: it takes a whole number from 1 to 65535"],
    [
      "secondary -n 1 --ip-central a/b",
      "--ip-central a/b: it takes HOST or HOST:PORT, an IPv6 address with a port as [ADDRESS]:PORT",
    ],
    ["secondary -n 1 --advertise a:0", "--advertise a:0: it takes HOST or HOST:PORT, with a port from 1 to 65535"],
    [
      "client --central-ip a:1 --central-port 2",
      "--central-ip has the port 1 and --central-port 2: give the port once",
    ],
    ["client --central-ip ::1:50000", "--central-ip ::1:50000: it takes HOST or HOST:PORT, an IPv6 address"],
    [
      "central --ip *",
      "--ip *: anyone who reaches that address could connect; give a --key-file, add --open to allow that",
    ],
    ["client --dir file", "--dir file: that is a file; it takes a folder"],
    ["client --name=", '--name "": it takes a text that is not empty'],
    ["client --json", "unknown flag --json: see redes client --help"],
    ["client get", "NAME is missing: give one or more files, named as list shows them"],
    ["client get ../a", 'NAME "../a": no file can be called so: a segment begins with a dot'],
    ["client get /a", 'NAME "/a": no file can be called so: it has an empty segment'],
    ["client get a --wait x", "--wait x: it takes a number of seconds, 0 or more"],
    ["client get a --wait -1", "--wait -1: it takes a number of seconds, 0 or more"],
    ["client get a -o folder", "-o folder: that is a folder; it takes the path of a file, and --dir a folder"],
    ["client get a -o new/", "-o new/: that is a folder; it takes the path of a file, and --dir a folder"],
    [
      "client get a -o /dev/null",
      "-o /dev/null: that is no regular file; it takes the path of a file, or - for stdout",
    ],
    ["client get --all a", "--all and a: give one of them"],
    ["client get --all -o x", "-o x: it takes one file only, and not --all"],
    ["client get a --jobs 0", "--jobs 0: it takes a whole number from 1 to 16"],
    ["client get .*", 'NAME ".*": no file can be called so: a segment begins with a dot'],
    ["client get a b --output c", "--output c: it takes one NAME only, and there are 2"],
    ["client get a -o - --json", "-o -: the file and --json cannot both go to stdout"],
    ["client -o x get a b", "-o x: it takes one NAME only, and there are 2"],
    ["key", "a command is missing: see redes key --help"],
    ["key nope", "unknown command nope: there are new, central, secondary, client, show"],
    ["key --json", "unknown flag --json: a command comes first, see redes key --help"],
    ["key new", "FILE is missing: give the file that is to be made"],
    ["key new a b", "unexpected argument b: there is one FILE only"],
    ["key new a --days 3", "unknown flag --days: see redes key new --help"],
    ["key show", "FILE is missing: give a file with a key or a token"],
    ["key central", "--key-file is missing: give the file with the cluster key, which redes key new makes"],
    ["key central extra", "unexpected argument extra: see redes key central --help"],
    ["key central --key-file file", "--out is missing: give the file that is to be made"],
    ["key central --key-file= --out a", '--key-file "": it takes a text that is not empty'],
    ["key central --key-file file --out a --days 0", "--days 0: it takes a whole number from 1 to 3650"],
    ["key central --key-file file --out a --days 3651", "--days 3651: it takes a whole number from 1 to 3650"],
    ["key central --key-file file --out a --read", "unknown flag --read: see redes key central --help"],
    ["key secondary", "N is missing: give the number of the secondary"],
    ["key secondary 0 --key-file file --out a", "N 0: it takes a whole number from 1 to 65535"],
    ["key secondary 65536 --key-file file --out a", "N 65536: it takes a whole number from 1 to 65535"],
    ["key secondary 1.5 --key-file file --out a", "N 1.5: it takes a whole number from 1 to 65535"],
    ["key secondary 1 2 --key-file file --out a", "unexpected argument 2: there is one N only"],
    ["key client --key-file file --out a", "NAME is missing: give the name of the client"],
    ["key client --read a --admin --key-file file --out b", "--read and --admin: give one of them"],
    ["key client a\tb --key-file file --out c", "NAME a\ufffdb: it takes 1 to 100 characters, none of them a control"],
  ];

  test.each(cases)("%s", async (line, error) => {
    const cwd = playground();
    const { code, out, err } = await run(line.split(SEPARATOR), { cwd });
    expect(err).toStartWith(`redes: ${error}`);
    expect(err.split("\n")).toHaveLength(2);
    expect({ code, out, files: fs.readdirSync(cwd).sort() }).toEqual({ code: 2, out: "", files: ["file", "folder"] });
  });

  test("also where an argument has lines and codes of its own", async () => {
    const { code, err } = await run(["central", "--port", "1\n\x1b[31m2"], { cwd: playground() });
    expect(err).toBe("redes: --port 1��[31m2: it takes a whole number from 0 to 65535\n");
    expect(code).toBe(2);
  });
});

describe("what is wrong with the machine is reported in one line, and exits 1", () => {
  async function refused(args: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
    const { code, out, err } = await run(args, { cwd, env });
    expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 1, out: "", lines: 2 });
    return err;
  }

  test("a port in use, which is waited for first", async () => {
    const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    try {
      const cwd = temporaryFolder();
      const error = `cannot listen on 127.0.0.1:${taken.port}: the port is in use: another program listens there`;
      const started = async (args: readonly string[]) => {
        const { code, out, err } = await run([...args, "-p", `${taken.port}`], { cwd });
        expect({ code, out }).toEqual({ code: 1, out: "" });
        const [waiting = "", last = ""] = err.split("\n");
        expect(waiting).toContain(error);
        expect(waiting).toContain("trying again");
        return last;
      };
      const [central, secondary, json] = await Promise.all([
        started(["central", "--data", "a"]),
        started(["secondary", "-n", "1", "--data", "b"]),
        started(["central", "--data", "c", "--log", "json"]),
      ]);
      expect(central).toStartWith(`redes: ${error}`);
      expect(secondary).toStartWith(`redes: ${error}`);
      expect(JSON.parse(json)).toMatchObject({ level: "error", event: "failed" });
    } finally {
      taken.stop(true);
    }
  });

  test("a database of another user, or in a place that cannot be written to", async () => {
    const cwd = temporaryFolder();
    fs.chmodSync(cwd, 0o777);
    const other = process.getuid?.() === 0 ? ["setpriv", "--reuid=12345", "--regid=12345", "--clear-groups"] : [];
    for (const [role, name] of [
      ["central", "central.sqlite"],
      ["secondary -n 1", "secondary1.sqlite"],
    ] as const) {
      put(cwd, name, "");
      fs.chmodSync(path.join(cwd, name), other.length > 0 ? 0o600 : 0);
      const child = Bun.spawnSync([...other, EXECUTABLE, ...role.split(" "), "-p", "0"], { cwd });
      expect(child.stderr.toString()).toStartWith(
        `redes: cannot use the database ${name}: cannot write to ${name}: permission denied (it belongs to user `,
      );
      expect(child.exitCode).toBe(1);
    }
  });

  test("old statistics that are none: they are not passed over, now or later", async () => {
    const cwd = temporaryFolder();
    put(cwd, "central.json", "{");
    put(cwd, "secundario1.json", '{"a": -1}');
    const told = (name: string) => `redes: ${name} holds no statistics of redes: correct it or move it away\n`;
    expect(await refused(["central", "-p", "0"], cwd)).toBe(told("central.json"));
    expect(await refused(["secondary", "-n", "1", "-p", "0"], cwd)).toBe(told("secundario1.json"));
    put(cwd, "central.json", '{"clientes": {"ana": 7}, "videos": {"a.bin": 7}}');
    put(cwd, "secundario1.json", '{"a.bin": 5}');
    const central = await run(["central", "-p", "0"], { cwd, input: "clients\nquit\n" });
    expect(central.out).toContain("ana             7");
    const secondary = await run(["secondary", "-n", "1", "-p", "0"], { cwd, input: "served\nquit\n" });
    expect(secondary.out).toContain("a.bin          5");
  });

  test("a data folder that cannot be made", async () => {
    for (const role of [["central"], ["secondary", "-n", "1"]]) {
      const err = await refused([...role, "-p", "0", "--data", "/proc/redes"], temporaryFolder());
      expect(err).toBe("redes: --data /proc/redes: it cannot be made; it takes a folder that can be written to\n");
    }
  });

  test("a temporary folder that is not there, where something is to be hashed", async () => {
    const cwd = temporaryFolder();
    for (const args of [["secondary", "-n", "1", "-p", "0"], ["client"], ["client", "get", "a"]]) {
      expect(await refused(args, cwd, { TMPDIR: "/nonexistent" })).toBe(
        "redes: cannot load BLAKE3 from the temporary folder /nonexistent: set TMPDIR to a folder that can hold programs\n",
      );
    }
    expect(fs.readdirSync(cwd)).toEqual([]);
  });
});

describe("help", () => {
  test.each(COMMANDS)(
    "of %s tells every flag with its other names, on stdout and within 80 columns",
    async (name, command) => {
      const cwd = temporaryFolder();
      const words = name.split(SEPARATOR).slice(1);
      const { code, out, err } = await run([...words, "--help"], { cwd });
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(await run([...words, "-h"], { cwd })).toEqual({ code, out, err });
      expect(out).toContain(`Usage: ${name}`);
      for (const { words: spellings } of flagsOf(command)) for (const word of spellings) expect(out).toContain(word);
      expect(out).not.toContain("\x1b");
      expect(out.split("\n").filter((line) => line.length > 80 || line.trimEnd() !== line)).toEqual([]);
      expect(fs.readdirSync(cwd)).toEqual([]);
    },
  );

  test("has the flags, aliases and defaults of the contract", async () => {
    const cwd = temporaryFolder();
    const { out } = await run(["secondary", "-h"], { cwd });
    const flat = out.replaceAll(/\s+/g, " ");
    for (const part of [
      "-n, --number N its number, 1 or more; each secondary has another; also --numero",
      "-i, --ip IP address to listen on (default: 127.0.0.1)",
      "-p, --port PORT port to listen on; 0 takes a free one; also --puerto (default: 50000 + N)",
      "--central HOST[:PORT] where the central is (default: $REDES_CENTRAL, else 127.0.0.1:50000)",
      "--central-ip HOST the same; HOST:PORT works too; also --ip-central",
      "--central-port PORT the central's port; also --puerto-central",
      "--dir DIR the shared folder (default: ./videos<N>)",
      "--data DIR where the database and the statistics are kept (default: .)",
      "--log text|json how log lines look (default: text)",
    ]) {
      expect(flat).toContain(part);
    }
  });

  test("is what whoever gives no command gets, on stderr and as a mistake", async () => {
    const cwd = temporaryFolder();
    const { out } = await run(["--help"], { cwd });
    expect(await run([], { cwd })).toEqual({ code: 2, out: "", err: out });
  });

  test("is not overtaken by other flags, and does not mind a reader who leaves", async () => {
    const cwd = temporaryFolder();
    const { out } = await run(["central", "--help"], { cwd });
    expect(await run(["central", "--port", "abc", "-h"], { cwd })).toEqual({ code: 0, out, err: "" });
    expect(await shell("redes --help | true; echo $PIPESTATUS", { cwd })).toEqual({
      code: 0,
      out: "0\n",
      err: "",
    });
  });

  test("has bold headings on a terminal, unless they are not wanted", async () => {
    const cwd = temporaryFolder();
    await using bold = new Terminal(["--help"], { cwd, env: { NO_COLOR: undefined } });
    expect(await bold.ends()).toMatchObject({ code: 0 });
    expect(bold.raw).toContain("\x1b[1mUsage:\x1b[22m redes");
    for (const env of [{ NO_COLOR: "1" }, { NO_COLOR: undefined, TERM: "dumb" }]) {
      await using plain = new Terminal(["--help"], { cwd, env });
      await plain.ends();
      expect(plain.raw).toContain("Usage: redes");
      expect(plain.raw).not.toContain("\x1b");
    }
  });
});

describe("redes hash", () => {
  const EMPTY = "21cf486777a3e18251bce87495c2701dba90faab9d192a7fd4875abdcb327af5";

  test("prints ids in the order asked for, as other programs print hashes", async () => {
    const cwd = playground();
    put(cwd, "two\nlines", "");
    const { code, out, err } = await run(["hash", "two\nlines", "file"], { cwd });
    expect({ code, out, err }).toEqual({ code: 0, out: `\\${EMPTY}  two\\nlines\n${EMPTY}  file\n`, err: "" });
  });

  test("--json has the plain BLAKE3 too", async () => {
    const cwd = playground();
    const { code, out } = await run(["hash", "--json", "file"], { cwd });
    const blake3 = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
    expect({ code, files: JSON.parse(out) }).toEqual({
      code: 0,
      files: [{ name: "file", size: 0, id: EMPTY, blake3 }],
    });
  });

  test("what cannot be read is reported in a line each, and the rest is printed", async () => {
    const { code, out, err } = await run(["hash", "nope", "folder", "/dev/null", "file"], { cwd: playground() });
    expect({ code, out }).toEqual({ code: 1, out: `${EMPTY}  file\n` });
    expect(err.split("\n")).toEqual([
      'redes: "nope" cannot be hashed: there is no such file',
      'redes: "folder" cannot be hashed: that is a folder',
      'redes: "/dev/null" cannot be hashed: that is no regular file',
      "",
    ]);
  });

  test("without a file it is wrong usage", async () => {
    const { code, err } = await run(["hash"], { cwd: playground() });
    expect({ code, err }).toEqual({ code: 2, err: "redes: FILE is missing: give one or more files\n" });
  });
});

test("the version", async () => {
  const { version } = await Bun.file(path.join(import.meta.dir, "../../package.json")).json();
  for (const flag of ["--version", "-v"]) {
    expect(await run([flag], { cwd: temporaryFolder() })).toEqual({ code: 0, out: `${version}\n`, err: "" });
  }
});

test("settings for Bun and environment files in the working folder are not read", async () => {
  const cwd = temporaryFolder();
  put(cwd, ".env", "TMPDIR=/nonexistent\n");
  put(cwd, "bunfig.toml", 'preload = ["./preload.ts"]\n');
  put(cwd, "preload.ts", "process.exit(99);\n");
  const { code, err } = await run(["client", "get", "a", "--wait", "0", "--central-port", "1"], { cwd });
  expect(err).toContain("nobody listens there");
  expect(code).toBe(4);
});

test("every way to write the flags works: both languages, one letter, with = and attached", async () => {
  await using cluster = new Cluster();
  const { root: cwd, centralPort } = cluster;
  const programs: Program[] = [];
  const start = (name: string, line: string) => {
    const program = new Program({ name, args: line.split(SEPARATOR), cwd });
    programs.push(program);
    return program;
  };
  try {
    const central = start(
      "central",
      `central --puerto ${centralPort} -i 127.0.0.1 --data=data --secondaries=3 --log json`,
    );
    await central.waitFor("listening");
    const ways = [
      `-n1 -p0 --puerto-central ${centralPort} --ip-central 127.0.0.1`,
      `--numero=2 --port=0 --central-port=${centralPort} --central-ip=localhost`,
      `--number 3 --puerto 0 --puerto-central=${centralPort} --ip 127.0.0.1`,
    ];
    for (const [index, way] of ways.entries())
      start(`secondary ${index + 1}`, `secondary ${way} --data data --log json`);
    await central.waitFor("synchronized");
    const way = `--ip-central=127.0.0.1 --puerto-central ${centralPort}`;
    const { code, out } = await run(`client ${way} status --json`.split(SEPARATOR), { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out).secondaries.map(({ number }: { number: number }) => number)).toEqual([1, 2, 3]);
    expect(fs.readdirSync(cwd).sort()).toEqual(["data", "videos1", "videos2", "videos3"]);
  } finally {
    for (const program of programs) if (program.alive) expect(await program.terminate()).toMatchObject({ code: 0 });
  }
});

test("a server starts anew in place with the options of the engine that it does best with, unless its user wants others", async () => {
  await using cluster = new Cluster();
  const root = cluster.root;
  const told = async (option: string, name: string, args: readonly string[], env: Record<string, string> = {}) => {
    const program = new Program({ name, args: [...args, "--log", "json"], cwd: root, env });
    await program.waitFor(args[0] === "client" ? "http-listening" : "listening");
    const environment = fs.readFileSync(`/proc/${program.pid}/environ`, "latin1").split("\0");
    await program.terminate();
    return environment.find((line) => line.startsWith(`${option}=`))?.slice(option.length + 1);
  };
  const [compiler, garbage] = ["BUN_JSC_useFTLJIT", "BUN_JSC_forceRAMSize"];
  const central = ["central", "--port", "0"];
  expect(await told(compiler, "central without", central)).toBe("0");
  expect(await told(compiler, "central with", central, { [compiler]: "1" })).toBe("1");
  expect(await told(garbage, "central with garbage", central)).toBeUndefined();
  const client = ["client", "serve", "--http", "0", "--cache", "0"];
  expect(await told(garbage, "client", client)).toBe("200000000");
  expect(await told(garbage, "client with", client, { [garbage]: "1000000000" })).toBe("1000000000");
});

describe("a question to the central", () => {
  test("that nobody answers ends at once with exit code 4", async () => {
    const cwd = temporaryFolder();
    for (const command of ["list", "status"]) {
      const { code, out, err } = await run(["client", command, "--central-port", "1"], { cwd });
      expect({ code, out }).toEqual({ code: 4, out: "" });
      expect(err).toMatch(/^redes: the central .* nobody listens there\n$/);
    }
  });

  test("before it serves is answered with what is missing", async () => {
    await using cluster = new Cluster();
    await cluster.startCentral().waitFor("listening");
    const list = cluster.client(["list"]);
    expect(await list.exited).toBe(1);
    expect(list.err.all).toEqual(["redes: the central does not serve yet: 0 of 3 secondaries registered, 3 missing"]);
    expect(await cluster.status()).toMatchObject({ synchronized: false, secondaries: [] });
  });

  test("may lose its reader", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a", "a"));
    const line = `redes client list --central-port ${cluster.centralPort} | true; echo $PIPESTATUS`;
    expect(await shell(line, { cwd: cluster.root })).toEqual({ code: 0, out: "0\n", err: "" });
  });
});

test("a server says more with --verbose, and less with --quiet", async () => {
  const started = async (flag: string) => {
    const { err } = await run(["central", "-p", "0", "--log", "json", flag], {
      cwd: temporaryFolder(),
      input: "quit\n",
    });
    return err
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line).level as string);
  };
  const [verbose, quiet] = await Promise.all([started("--verbose"), started("--quiet")]);
  expect(new Set(verbose)).toEqual(new Set(["debug", "info"]));
  expect(quiet).toEqual([]);
});
