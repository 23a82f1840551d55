import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes, same, unfinished } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { EXECUTABLE } from "../support/process.ts";
import { run, shell } from "../support/run.ts";
import { Terminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const UP = "\x1b[A";
/** Milliseconds in which everything ends that is told to. */
const PROMPTLY = 2500;

const LONG = "una película con un nombre muy, muy largo que no cabe en ninguna ventana estrecha.mkv";

/** A cluster of two secondaries, each behind a proxy that can slow it. */
function slowed(): Promise<Cluster> {
  return Cluster.inStep({ count: 2, proxies: true }, (folder) => {
    put(folder(1), "a.bin", randomBytes(24 * MIB));
    put(folder(1), LONG, randomBytes(24 * MIB));
    put(folder(2), "niños y niñas.txt", randomBytes(24 * MIB));
    put(folder(2), "small.bin", randomBytes(1000));
  });
}

function rate(cluster: Cluster, bytes: number): void {
  for (const number of [1, 2]) cluster.proxy(number).rate = bytes;
}

function clientAt(
  cluster: Cluster,
  dir: string,
  options: Partial<ConstructorParameters<typeof Terminal>[1]> = {},
): Terminal {
  const args = ["client", "--central-port", String(cluster.centralPort), "--dir", dir, "--name", "ana"];
  return new Terminal(args, { cwd: cluster.root, ...options });
}

/** What a script types where a.bin is, and the exit code that tells what came of it. */
const TOLD = {
  "verify a.bin": 0,
  "verify none": 3,
  "repair none": 3,
  "list a.bin": 0,
  "list none*": 3,
  "get --dry-run none": 3,
  "get --all --dry-run": 0,
} as const;

describe("commands from a pipe", () => {
  const small = (folder: (number: number) => string) => put(folder(1), "a.bin", randomBytes(3 * MIB));
  const client = (cluster: Cluster, dir: string) => [
    ...["client", "--central-port", String(cluster.centralPort), "--dir", dir, "--name", "nobody"],
  ];

  test("name a client, list, download; what fails is in the exit code; all in the old words", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, small);
    const dir = cluster.downloads();
    const from = (input: string) => run(client(cluster, dir), { cwd: cluster.root, input });
    const { code, out, err } = await from("INSCRIBIR ana\nLISTA_VIDEOS\nVIDEO a.bin\n");
    expect(out).toBe("file      size  secondaries\na.bin  3.0 MiB            1\n1 file, 3.0 MiB\n");
    expect(err).toMatch(/^you are ana\n\d\d:\d\d:\d\d a\.bin → .*a\.bin: 3\.0 MiB verified in .*, from secondary 1\n$/);
    expect(code).toBe(0);
    expect(await same(path.join(dir, "a.bin"), path.join(cluster.folder(1), "a.bin"))).toBe(true);
    expect((await cluster.status()).statistics).toEqual({ files: { "a.bin": 1 }, clients: { ana: 1 } });

    for (const line of ["remove missing.bin", "restore missing.bin", "kept missing.bin", "mv missing.bin b.bin"])
      expect({ line, ...(await from(`${line}\n`)) }).toMatchObject({ line, code: 3, out: "" });
    const missing = await from("video missing.bin\n");
    expect(missing).toMatchObject({ code: 3, out: "" });
    expect(missing.err).toMatch(/^\d\d:\d\d:\d\d error: there is no file missing\.bin\n$/);
    expect(await from("lits\nvideo a.bin\n")).toMatchObject({
      code: 2,
      err: expect.stringContaining('unknown command "lits": did you mean list? type help for the list'),
    });
    expect(await from("get ../a\n")).toMatchObject({ code: 1, err: expect.stringContaining('"../a" cannot be') });
    for (const [line, exit] of Object.entries(TOLD)) expect([line, (await from(line)).code]).toEqual([line, exit]);
    expect(await from("pause\n")).toMatchObject({ code: 1, err: "error: nothing to pause\n" });
    expect(await from("status\n")).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^serving\n/) });
  });

  test("a script's quit waits for its downloads, and nothing after it is run", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, small);
    for (const quit of ["quit", "SALIR", "exit"]) {
      const dir = cluster.downloads();
      const input = `get a.bin\n${quit}\nlist\n`;
      expect(await run(client(cluster, dir), { cwd: cluster.root, input })).toMatchObject({ code: 0, out: "" });
      expect(fs.readdirSync(dir)).toEqual(["a.bin"]);
    }
  });

  test("wait for a central that is not up yet, and for one that does not serve yet", async () => {
    await using cluster = new Cluster();
    small((number) => cluster.folder(number));
    const dir = cluster.downloads();
    const program = cluster.client(["--dir", dir]);
    program.type("LISTA_VIDEOS");
    program.type("VIDEO a.bin");
    program.closeInput();
    const onlyList = cluster.client([]);
    onlyList.type("list");
    onlyList.closeInput();
    await program.says(/nobody listens there; the list comes as soon as it can/);
    await cluster.startCentral(["--secondaries", "1"]).waitFor("listening");
    await program.says(/does not serve yet: 0 of 1 /);
    cluster.startSecondary(1);
    expect(await program.exited).toBe(0);
    expect(program.out.all[1]).toMatch(/^a\.bin +3\.0 MiB +1$/);
    expect(await onlyList.exited).toBe(0);
    expect(onlyList.out.all).toEqual(program.out.all);
    expect(fs.readdirSync(dir)).toEqual(["a.bin"]);
  });

  test("that do not come, or whose results nobody reads, are no reason to fail", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, small);
    const { root: cwd } = cluster;
    const redes = `redes client --central-port ${cluster.centralPort} --dir d`;
    for (const input of ["</dev/null", "<&-"]) {
      expect(await shell(`${redes} ${input}`, { cwd })).toMatchObject({ code: 0, out: "", err: "" });
    }
    const { code, out } = await shell(`yes list | head -50 | ${redes} | head -1; echo \${PIPESTATUS[2]}`, { cwd });
    expect({ code, out }).toEqual({ code: 0, out: "file      size  secondaries\n0\n" });
    const full = await shell(`printf 'list\\n' | ${redes} >/dev/full; echo $?`, { cwd });
    expect(full).toMatchObject({ out: "1\n", err: "redes: cannot write to stdout: the disk is full\n" });
    const deaf = await shell(`printf 'list\\nget a.bin\\n' | ${redes} >&- 2>&-; echo $?`, { cwd });
    expect(deaf.out).toBe("0\n");
    expect(fs.readdirSync(path.join(cwd, "d"))).toEqual(["a.bin"]);
  });

  test("show a line of progress every five seconds at most, and no escape codes", async () => {
    await using cluster = await slowed();
    rate(cluster, 1.7 * MIB);
    const began = performance.now();
    const program = cluster.client(["--dir", cluster.downloads()], { env: { NO_COLOR: "" } });
    program.type("get a.bin");
    program.closeInput();
    const code = await program.exited;
    if (code !== 0) throw new Error(`exit code ${code}\n${program.tail()}`);
    const most = Math.floor((performance.now() - began) / 5000);
    const lines = program.err.all;
    expect(lines.join("\n") + program.out.all.join("\n")).not.toContain("\x1b");
    expect(lines.at(-1)).toContain("a.bin: 24.0 MiB verified");
    const progress = lines.slice(0, -1);
    expect(progress.length).toBeWithin(1, most + 2);
    for (const line of progress) {
      expect(line).toMatch(/^a\.bin: \d+%, [\d.]+\/24\.0 MiB, ([\d.]+ [KM]iB\/s, (ETA \d+ s, )?2 sources|finishing)$/);
    }
  });

  test("to servers work in both languages, and their end does not stop a server", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, small);
    await cluster.get(["a.bin"], { name: "ana" });
    const { central } = cluster;
    const secondary = cluster.secondary(1);
    const answers = async (program: typeof central, words: readonly string[], answer: RegExp) => {
      for (const word of words) {
        const since = program.out.all.length;
        program.type(word);
        await program.prints(answer, since);
      }
    };
    await answers(
      central,
      ["downloads", "DOWNLOADS", "NUMERO_DESCARGAS_VIDEO", "numero_descargas_video"],
      /^a\.bin +1$/,
    );
    await answers(central, ["clients", "VIDEOS_CLIENTE"], /^ana +1$/);
    await answers(central, ["secondaries", "SECUNDARIOS"], /^ +1 +127\.0\.0\.1:\d+ +in step +1$/);
    await answers(central, ["queue", "COLA"], /^no downloads now$/);
    await answers(central, ["files", "LISTA_VIDEOS"], /^a\.bin +3\.0 MiB +1$/);
    await answers(central, ["help", "H", "ayuda"], /^ +remove NAME\.\.\. +ELIMINAR +\w/);
    await answers(secondary, ["active", "VIDEOS_DESCARGANDO"], /^nothing is being downloaded from here$/);
    await answers(secondary, ["served", "videos_descargados"], /^a\.bin +1$/);
    await answers(secondary, ["files", "LISTA_VIDEOS"], /^a\.bin +3\.0 MiB +in step$/);
    await answers(secondary, ["status", "ESTADO"], /^registered with the central$/);
    central.type("remove nothing");
    await central.waitFor("mistaken", ({ message }) => message.startsWith("error: there is no file nothing,"));
    central.closeInput();
    secondary.closeInput();
    const dir = cluster.downloads();
    expect(await cluster.get(["a.bin"], { dir })).toMatchObject({ code: 0 });
  });

  test("a server without a stdin serves, and ends cleanly when it is told to", async () => {
    for (const input of ["</dev/null", "<&-"]) {
      const cwd = temporaryFolder();
      const line = `"$REDES_UNDER_TEST" central --port 0 --log json ${input} 2>log & pid=$!
        until grep -q listening log; do sleep 0.05; done
        sleep 0.3; kill -0 $pid && kill -TERM $pid; wait $pid; echo $?`;
      expect(await shell(line, { cwd })).toMatchObject({ code: 0, out: "0\n" });
      expect(fs.readFileSync(path.join(cwd, "central.json"), "utf8")).toContain('"clientes": {}');
    }
  });

  test("quit ends a server, in order", async () => {
    const cwd = temporaryFolder();
    for (const args of [["central"], ["secondary", "-n", "1"]]) {
      for (const quit of ["quit", "SALIR"]) {
        const { code, err } = await run([...args, "--port", "0"], { cwd, input: `${quit}\n` });
        expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("stops (quit)") });
      }
    }
    expect(fs.existsSync(path.join(cwd, "central.json"))).toBe(true);
    expect(fs.existsSync(path.join(cwd, "secundario1.json"))).toBe(true);
  });
});

describe("a client at a terminal", () => {
  test("downloads three files at once above a prompt that stays usable, in any window", async () => {
    await using cluster = await slowed();
    rate(cluster, 0.5 * MIB);
    const dir = cluster.downloads();
    await using client = clientAt(cluster, dir);
    await client.shows("you are ana; type help for the commands");
    for (const name of ["a.bin", LONG, "niños y niñas.txt"]) client.enter(`get ${name}`);
    const bars = await client.draws("three bars, their sum and the prompt", (rows) => {
      return rows.length === 5 && rows.every(isBusy);
    });
    expect(bars[3]).toMatch(/^3 files left {2}[\d.]+( MiB)?\/72\.0 MiB {2}\d+% {2}/);
    expect(bars[0]).toMatch(/^a\.bin +[█░]+ +\d+% .* 2 sources$/);
    expect(bars[1]).toMatch(/^una p.*….*\.mkv +[█░]/);
    expect(bars[2]).toMatch(/^niños y niñas\.txt|^niños.*…/);

    client.enter("LISTA_VIDEOS");
    await client.shows(/small\.bin +1000 B +2\n/);
    client.enter("status");
    await client.shows("downloads now: 3 active, 0 waiting");
    client.type("half a comm");
    await client.draws("the half line", (rows) => rows.at(-1) === "redes> half a comm");

    for (const [columns, rows] of [
      [30, 20],
      [12, 10],
      [100, 30],
    ] as const) {
      client.resize(columns, rows);
      await client.draws(`rows that fit ${columns} columns`, (drawn) => {
        const whole = drawn.join("").replaceAll(/ +$/g, "").endsWith("half a comm");
        return whole && client.frameWidth < columns && client.frameWidth > columns / 3;
      });
    }
    client.type("\x15");
    await client.draws("the empty prompt", (rows) => rows.at(-1) === "redes> ");
    rate(cluster, Number.POSITIVE_INFINITY);
    for (let count = 0; count < 3; count++) await client.shows(/→ .*24\.0 MiB verified in .*, from/);
    client.enter("get small.bin");
    await client.shows("1000 B verified");
    client.type(CTRL_D);
    expect((await client.ends()).code).toBe(0);
    for (const name of ["a.bin", LONG, "niños y niñas.txt"]) {
      expect(await same(path.join(dir, name), path.join(cluster.folder(1), name))).toBe(true);
    }
  });

  test("pauses, resumes and cancels downloads; what came is kept and goes on", async () => {
    await using cluster = await slowed();
    const passed = () => cluster.proxy(1).passed + cluster.proxy(2).passed;
    rate(cluster, MIB);
    const dir = cluster.downloads();
    await using client = clientAt(cluster, dir);
    client.enter("get a.bin");
    await client.draws("some progress", (rows) => / [1-9]\d*%/.test(rows[0] ?? ""));
    client.enter("PAUSAR a.bin");
    await client.draws("the pause", (rows) => rows[0]?.endsWith("paused") === true);
    // What was on its way comes to its end first.
    let before = -1;
    await cluster.until("no more bytes come", () => {
      const still = passed() === before;
      before = passed();
      return still;
    });
    await Bun.sleep(1000);
    // Heartbeats are no download.
    expect(passed() - before).toBeLessThan(10_000);
    const percent = Number(/ (\d+)%/.exec(client.frame[0] ?? "")?.[1]);
    client.enter("resume");
    await client.draws("more progress", (rows) => Number(/ (\d+)%/.exec(rows[0] ?? "")?.[1]) > percent);

    client.enter("cancel a.bin");
    const kept = await client.shows(
      /a\.bin: stopped; [\d.]+ MiB of 24\.0 MiB are kept in .*\.redes-[0-9a-f]+\.part, and the next/,
    );
    expect(kept).not.toContain(" 0 B");
    expect(fs.readdirSync(dir).sort()).toEqual(unfinished("a.bin"));
    expect((await cluster.status()).downloads).toEqual({ active: 0, waiting: 0 });
    rate(cluster, Number.POSITIVE_INFINITY);
    client.enter("get a.bin");
    await client.shows(/24\.0 MiB verified in .* of it were there, from/);
    expect(await same(path.join(dir, "a.bin"), path.join(cluster.folder(1), "a.bin"))).toBe(true);
    client.enter("quit");
    expect((await client.ends()).code).toBe(0);
  });

  test("that has more to get than goes on at once shows what waits, and cancels that too", async () => {
    await using cluster = await Cluster.inStep({ count: 1, proxies: true }, (folder) => {
      for (let number = 1; number <= 6; number++) put(folder(1), `${number}.bin`, randomBytes(4 * MIB));
    });
    cluster.leavesParts = true;
    cluster.proxy(1).rate = 0.2 * MIB;
    await using client = clientAt(cluster, cluster.downloads());
    for (let number = 1; number <= 6; number++) client.enter(`get ${number}.bin`);
    await client.draws("three that wait", (rows) => rows.filter((row) => / waiting [123]\/3/.test(row)).length === 3);
    client.enter("get 6.bin");
    await client.shows("6.bin is being downloaded already");
    client.enter("cancel 6.bin");
    await client.shows("6.bin: stopped\n");
    client.enter("cancel");
    for (let number = 1; number <= 5; number++) await client.draws("no bar", (rows) => rows.length === 1);
    client.enter("cancel");
    await client.shows("nothing to cancel");
  });

  test("answers mistakes, and knows both languages in upper and lower case", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, (folder) => put(folder(1), "a.bin", "a"));
    await using client = clientAt(cluster, cluster.downloads());
    const answers = async (line: string, answer: RegExp | string) => {
      client.enter(line);
      await client.shows(answer);
    };
    await answers("HELP", /Files\n +list \[PATTERN\] +files, LISTA_VIDEOS .*\n[\s\S]*\nDownloads\n/);
    for (const line of ["h", "ayuda"]) await answers(line, /quit +exit, SALIR +end this client/);
    for (const line of ["LISTA_VIDEOS", "lista_videos", "List"]) await answers(line, /a\.bin +1 B +1\n/);
    await answers("INSCRIBIR pedro", "you are pedro");
    await answers("video a.bin", "1 B verified");
    await answers("VIDEO a.bin", "is there already, with that content");
    await answers("ESTADO", /pedro +1\n/);
    await answers("reanudar", "nothing to resume");
    await answers(
      "vidoe a.bin",
      'unknown command "vidoe": did you mean video? type help for the list'.replace("video", "VIDEO"),
    );
    await answers("get", "error: get needs an argument: get NAME...");
    await answers("list all", "there is no file all, and no folder of that name");
    await answers("get nothing", "error: there is no file nothing");
    await answers("cancel a.bin", "error: a.bin is not being downloaded");
    client.enter("SALIR");
    expect((await client.ends()).code).toBe(0);
  });

  test("completes commands and names with Tab, and remembers lines between runs", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, (folder) => {
      for (const name of ["niños y niñas.txt", "niños solos.txt", "film 'uno'.mkv"]) put(folder(1), name, "a");
    });
    const dir = cluster.downloads();
    {
      await using client = clientAt(cluster, dir);
      client.enter("list");
      await client.shows("3 files");
      await completes(client, "LIS", "redes> LISTA_VIDEOS ");
      client.type("\r");
      await client.shows("3 files");
      await completes(client, "ge", "redes> get ");
      await completes(client, "ni", "redes> get niños ");
      client.type("\t");
      await client.shows(/niños solos\.txt +niños y niñas\.txt\n/);
      await completes(client, "y", "redes> get niños y niñas.txt");
      client.type("\r");
      await client.shows("niños y niñas.txt → ");
      await completes(client, "VIDEO f", "redes> VIDEO film 'uno'.mkv");
      client.type("\r");
      await client.shows("film 'uno'.mkv → ");
      await completes(client, "pa", "redes> pause ");
      client.type(CTRL_C);
      await client.draws("an empty line", (rows) => rows.at(-1) === "redes> ");
      client.type(CTRL_C);
      expect((await client.ends()).code).toBe(0);
    }
    expect(fs.readdirSync(dir).sort()).toEqual(["film 'uno'.mkv", "niños y niñas.txt"]);
    expect(fs.statSync(path.join(cluster.root, "redes", "client-history")).mode & 0o777).toBe(0o600);
    await using again = clientAt(cluster, dir);
    await again.draws("the prompt", (rows) => rows.at(-1) === "redes> ");
    again.type(UP + UP);
    await again.draws("the line before the last", (rows) => rows.at(-1) === "redes> get niños y niñas.txt");
    again.type("\r");
    await again.shows("is there already");
    again.type(CTRL_D);
    expect((await again.ends()).code).toBe(0);
  });

  test("says that there is no central yet, answers meanwhile, and goes on when there is one", async () => {
    await using cluster = new Cluster();
    put(cluster.folder(1), "a.bin", "a");
    await using client = clientAt(cluster, cluster.downloads());
    await client.shows("waiting for the central");
    client.enter("list");
    await client.shows("the list comes as soon as it can");
    client.enter("get a.bin");
    await client.draws("what it waits for", (rows) => /^a\.bin .*waiting for the central$/.test(rows[0] ?? ""));
    client.enter("status");
    await client.shows(/error: the central .* nobody listens there/);
    cluster.startCentral(["--secondaries", "1"]);
    cluster.startSecondary(1);
    await client.until("the list and the file", () => {
      return /1 file, 1 B/.test(client.text) && /1 B verified/.test(client.text) ? true : undefined;
    });
    client.type(CTRL_C);
    expect((await client.ends()).code).toBe(0);
  });
});

describe("the end of a client in the middle of a download", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await slowed();
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const ways: [string, (client: Terminal) => void][] = [
    ["Ctrl-C", (client) => client.type(CTRL_C)],
    ["Ctrl-D", (client) => client.type(CTRL_D)],
    ["quit", (client) => client.enter("quit")],
    ["SIGTERM", (client) => client.signal("SIGTERM")],
    ["a closed window", (client) => client.hangUp()],
  ];
  test.each(ways)("%s: prompt, with what came kept and reported", async (way, end) => {
    rate(cluster, MIB);
    const dir = cluster.downloads();
    await using client = clientAt(cluster, dir);
    client.enter("get a.bin");
    await client.draws("some progress", (rows) => / ([5-9]|[1-9]\d)%/.test(rows[0] ?? ""));
    end(client);
    const { code, took } = await client.ends();
    // A window that closes ends the input too: whichever is noticed first is the reason.
    if (way === "a closed window") expect(client.endedBy ?? "SIGHUP").toBe("SIGHUP");
    else expect([code, client.endedBy]).toEqual(way === "SIGTERM" ? [null, "SIGTERM"] : [0, null]);
    expect(took).toBeLessThan(PROMPTLY);
    if (way !== "a closed window") {
      expect(client.text).toMatch(
        /a\.bin: stopped; [\d.]+ MiB of 24\.0 MiB are kept in .*\.redes-[0-9a-f]+\.part, and the next get/,
      );
      // The cursor is left below what was said, with wrapping on and nothing else set.
      expect(client.text).toEndWith("\n");
      expect(client.raw.lastIndexOf("\x1b[?7l")).toBeLessThanOrEqual(client.raw.lastIndexOf("\x1b[?7h"));
    }
    expect(fs.readdirSync(dir).sort()).toEqual(unfinished("a.bin"));
    rate(cluster, Number.POSITIVE_INFINITY);
    const { code: second, results } = await cluster.get(["a.bin"], { dir });
    expect(second).toBe(0);
    expect(results[0]?.resumedBytes).toBeGreaterThan(0);
    expect(fs.readdirSync(dir)).toEqual(["a.bin"]);
  });

  test("a get that is interrupted says so, and ends by the signal", async () => {
    rate(cluster, MIB);
    const dir = cluster.downloads();
    const args = ["client", "get", "a.bin", LONG, "--central-port", String(cluster.centralPort), "--dir", dir];
    await using client = new Terminal(args, { cwd: cluster.root });
    await client.draws("two bars", (rows) => rows.length === 3 && rows.every((row) => / [1-9]\d*%/.test(row)));
    client.type(CTRL_C);
    const { code, took } = await client.ends();
    expect([code, client.endedBy]).toEqual([null, "SIGINT"]);
    expect(took).toBeLessThan(PROMPTLY);
    expect(client.text.match(/redes: .*: stopped; .* are kept in/g)).toHaveLength(2);
    rate(cluster, Number.POSITIVE_INFINITY);
    expect(await cluster.get(["a.bin", LONG], { dir })).toMatchObject({ code: 0 });
  });
});

describe("a server at a terminal", () => {
  const roles: [string, string[], string][] = [
    ["central", ["central", "--port", "0"], "central> "],
    ["secondary", ["secondary", "-n", "7", "--port", "0", "--central-port", "1"], "secondary 7> "],
  ];
  const statistics: Record<string, string> = { central: "central.json", secondary: "secundario7.json" };
  const ways: [string, (server: Terminal) => void][] = [
    ["Ctrl-C", (server) => server.type(CTRL_C)],
    ["Ctrl-D", (server) => server.type(CTRL_D)],
    ["SALIR", (server) => server.enter("SALIR")],
    ["SIGTERM", (server) => server.signal("SIGTERM")],
    ["a closed window", (server) => server.hangUp()],
  ];
  for (const [role, args, prompt] of roles) {
    test.each(ways)(`${role}: %s ends it cleanly`, async (_way, end) => {
      const cwd = temporaryFolder();
      await using server = new Terminal(args, { cwd });
      await server.shows(role === "central" ? "central listens on" : "shares ./videos7 on");
      await server.draws("its prompt", (rows) => rows.at(-1) === prompt);
      await completes(server, "hel", `${prompt}help`);
      server.type("\r");
      await server.shows(/Console\n +quit .*\n +help /);
      end(server);
      const { code, took } = await server.ends();
      expect(code).toBe(0);
      expect(took).toBeLessThan(PROMPTLY);
      expect(fs.existsSync(path.join(cwd, statistics[role] ?? ""))).toBe(true);
    });
  }

  test("lines of help are no wider than a usual window", async () => {
    const cwd = temporaryFolder();
    const all = [["central"], ["secondary", "-n", "1"]];
    for (const args of all) {
      const { out } = await run([...args, "--port", "0"], { cwd, input: "help\nquit\n" });
      expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(80);
    }
    const { out } = await run(["client", "--central-port", "1"], { cwd, input: "help\n" });
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(80);
  });

  test("a central completes the names of files, and removes one", async () => {
    const cwd = temporaryFolder();
    put(cwd, "videos1/con espacio ñ.bin", "a");
    await using central = new Terminal(["central", "--port", "0", "--secondaries", "1"], { cwd });
    const port = /:(\d+)/.exec(await central.shows(/listens on 127\.0\.0\.1:\d+/))?.[1] ?? "";
    const other = ["secondary", "-n", "1", "--port", "0", "--central-port", port];
    await using secondary = new Terminal(other, { cwd });
    await central.shows("serving 1 file with 1 secondary");
    await completes(central, "remove con", "central> remove con espacio ñ.bin");
    central.type("\r");
    await central.shows("remove con espacio ñ.bin (1 B) from every secondary?");
    central.enter("n");
    await central.shows("nothing was removed");
    central.enter("remove con espacio ñ.bin");
    await central.draws("the question", (rows) => rows.at(-1) === "[y/N] ");
    central.enter("y");
    await central.shows("con espacio ñ.bin is being removed from every secondary");
    await secondary.shows("removed con espacio ñ.bin");
    expect(fs.existsSync(path.join(cwd, "videos1/con espacio ñ.bin"))).toBe(false);
    central.type(CTRL_C);
    await central.ends();
    await secondary.shows("the central");
    secondary.type(CTRL_C);
    await secondary.ends();
  });
});

/** Types, presses Tab, and waits for what comes of it. A Tab with more behind it would be taken for pasted text. */
async function completes(terminal: Terminal, typed: string, row: string): Promise<void> {
  terminal.type(`${typed}\t`);
  await terminal.draws(`${row} after Tab`, (rows) => rows.at(-1) === row);
}

/** Whether a row is the prompt or a bar that has begun. */
function isBusy(row: string): boolean {
  return row.startsWith("redes> ") || / [1-9]\d*%( |$)/.test(row);
}

test("the executable under test is there", () => {
  expect(fs.existsSync(EXECUTABLE)).toBe(true);
});
