import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { put } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { DEADLINE, type Program } from "../support/process.ts";
import { run } from "../support/run.ts";
import { started } from "../support/started.ts";
import { MAY_MOUNT, Tmpfs } from "../support/tmpfs.ts";

setDefaultTimeout(120_000);

/** A line of text in the log of a server. */
const DATED = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S/;

function centralIn(cwd: string, ...args: string[]): Program {
  return started({ name: "central", args: ["central", "-p", "0", ...args], cwd });
}

const linesOf = (file: string) => fs.readFileSync(file, "utf8").split("\n").filter(Boolean);

/** Waits until a file has a line like that; gives it. */
async function has(file: string, wanted: RegExp): Promise<string> {
  const end = performance.now() + DEADLINE;
  for (;;) {
    const found = fs.existsSync(file) ? linesOf(file).find((line) => wanted.test(line)) : undefined;
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`${file} never had ${wanted}`);
    await Bun.sleep(20);
  }
}

test("lines of a server have date and time, wherever they go", async () => {
  const cwd = temporaryFolder();
  const central = centralIn(cwd);
  await central.says(/central listens on/);
  expect((await central.terminate()).code).toBe(0);
  for (const line of central.err.all) expect(line).toMatch(DATED);
});

describe.each(["text", "json"] as const)("a log file (%s)", (format) => {
  const isLine = (line: string) => (format === "text" ? DATED.test(line) : typeof JSON.parse(line).event === "string");

  test("has every line in the place of stderr, and is added to", async () => {
    const cwd = temporaryFolder();
    const file = put(cwd, "log", "from before\n");
    const central = centralIn(cwd, "--log", format, "--log-file", "log", "--verbose");
    await has(file, /central listens on/);
    expect((await central.terminate()).code).toBe(0);
    expect(central.err.all).toEqual([]);
    const [before, ...lines] = linesOf(file);
    expect(before).toBe("from before");
    expect(lines.filter((line) => !isLine(line))).toEqual([]);
    expect(lines.at(-1)).toContain("central stops (SIGTERM)");
    // --verbose: how, too.
    expect(lines.some((line) => line.includes("files may be open at once"))).toBe(true);
  });

  test("is opened anew by SIGHUP, which does not stop the server", async () => {
    const cwd = temporaryFolder();
    const file = path.join(cwd, "log");
    const central = centralIn(cwd, "--log", format, "--log-file", file);
    await has(file, /central listens on/);
    expect(fs.statSync(file).mode & 0o777).toBe(0o640 & ~process.umask());
    fs.renameSync(file, `${file}.1`);
    central.signal("SIGHUP");
    await has(file, /the log file was opened anew/);
    const old = fs.readFileSync(`${file}.1`, "utf8");
    expect((await central.terminate()).code).toBe(0);
    expect(linesOf(file).at(-1)).toContain("central stops (SIGTERM)");
    expect(fs.readFileSync(`${file}.1`, "utf8")).toBe(old);
    expect(linesOf(file).filter((line) => !isLine(line))).toEqual([]);
  });

  test("in a folder that is not there is told once, and keeps no server from its work", async () => {
    const cwd = temporaryFolder();
    const file = path.join(cwd, "no/log");
    const central = centralIn(cwd, "--log", format, "--log-file", file);
    await central.says(/cannot write the log to \S+no\/log: there is no such file or folder/);
    await central.says(/central listens on/);
    expect(central.err.all.filter((line) => line.includes("cannot write"))).toHaveLength(1);
    fs.mkdirSync(path.join(cwd, "no"));
    central.signal("SIGHUP");
    await has(file, /the log goes on here; \d+ lines? before could not be written/);
    expect((await central.terminate()).code).toBe(0);
    expect(central.err.all.filter((line) => !isLine(line))).toEqual([]);
    expect(linesOf(file).at(-1)).toContain("central stops");
  });

  test.skipIf(!MAY_MOUNT)("on a full disk is told once, and goes on when there is room", async () => {
    const cwd = temporaryFolder();
    const disk = path.join(cwd, "disk");
    using tmpfs = new Tmpfs(disk, "64k");
    put(disk, "filler", "");
    const fill = () => Bun.spawnSync(["sh", "-c", 'head -c 1m /dev/zero >"$0" 2>/dev/null', path.join(disk, "filler")]);
    fill();
    const file = path.join(disk, "log");
    const central = centralIn(cwd, "--log", format, "--log-file", file);
    await central.says(/cannot write the log to \S+: the disk is full/);
    await central.says(/central listens on/);
    central.signal("SIGHUP");
    await central.says(/the log file was opened anew/);
    fs.rmSync(path.join(disk, "filler"));
    central.signal("SIGHUP");
    await has(file, /the log goes on here/);
    expect((await central.terminate()).code).toBe(0);
    for (const line of [...linesOf(file), ...central.err.all]) expect(isLine(line)).toBe(true);
    void tmpfs;
  });
});

test("SIGHUP reads keys again, too", async () => {
  const cwd = temporaryFolder();
  expect((await run(["key", "new", "k"], { cwd })).code).toBe(0);
  const file = path.join(cwd, "log");
  const central = centralIn(cwd, "--log-file", file, "--key-file", "k", "--log", "json");
  await has(file, /central listens on/);
  fs.writeFileSync(path.join(cwd, "k"), "no key");
  central.signal("SIGHUP");
  await has(file, /log-reopened/);
  expect(JSON.parse(await has(file, /no key|key file|goes on with/)).level).not.toBe("info");
  expect((await central.terminate()).code).toBe(0);
});

test("why a server does not start is in the file and on stderr", async () => {
  const cwd = temporaryFolder();
  const { code, err } = await run(["central", "-p", "0", "--data", "/proc/redes", "--log-file", "log"], { cwd });
  expect(code).toBe(1);
  const why = "--data /proc/redes: it cannot be made; it takes a folder that can be written to";
  expect(err).toBe(`redes: ${why}\n`);
  expect(linesOf(path.join(cwd, "log"))).toEqual([expect.stringMatching(/^\S+ \S+ error: --data \/proc\/redes: /)]);
});

test("a secondary and client serve have one as well", async () => {
  const cwd = temporaryFolder();
  const file = path.join(cwd, "log");
  const secondary = started({
    name: "secondary",
    args: ["secondary", "-n", "1", "-p", "0", "--central", "127.0.0.1:1", "--log-file", file],
    cwd,
  });
  await has(file, /secondary 1 .* on 127/);
  expect((await secondary.terminate()).code).toBe(0);
  const args = ["client", "serve", "--http", "0", "--cache", "0", "--central", "127.0.0.1:1", "--log-file", `${file}2`];
  const serve = started({ name: "serve", args, cwd });
  await has(`${file}2`, /HTTP on/);
  fs.renameSync(`${file}2`, `${file}3`);
  serve.signal("SIGHUP");
  await has(`${file}2`, /opened anew/);
  expect((await serve.terminate()).code).toBe(0);
  expect([...secondary.err.all, ...serve.err.all]).toEqual([]);
});
