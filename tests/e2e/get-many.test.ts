import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { everything, MIB, put, same } from "../support/files.ts";
import { NAMES, ODD, OddNames, SERIES, WINDOWS } from "../support/odd-names.ts";
import { run } from "../support/run.ts";

setDefaultTimeout(120_000);

let odd: OddNames;

beforeAll(async () => {
  odd = await OddNames.start();
});

afterAll(async () => {
  await odd[Symbol.asyncDispose]();
});

describe("get", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["several names", ["zz.bin", ODD[0], ODD[1]], ["zz.bin", ODD[0], ODD[1]]],
    ["a folder", ["series"], SERIES],
    ["a folder with a slash", ["series/s01/"], SERIES.slice(1, 3)],
    ["a pattern", ["series/**/*.mkv"], SERIES.slice(1)],
    ["a pattern within one folder", ["series/*"], ["series/info.txt"]],
    ["patterns with odd characters", ["film [[]1080p] (*", "!x*", "año ??.mkv"], [ODD[0], ODD[2], ODD[3]]],
    ["all", ["--all"], NAMES],
  ])("%s, with the tree", async (_what, args, names) => {
    const dir = odd.cluster.downloads();
    const { code, out, err } = await odd.client(["get", ...args, "--dir", dir]);
    expect([code, out]).toEqual([0, ""]);
    expect(everything(dir)).toEqual(names.toSorted());
    for (const name of names)
      expect(await same(path.join(dir, name), path.join(odd.cluster.folder(1), name))).toBe(true);
    // A line for each, and one for all.
    const lines = err.trimEnd().split("\n");
    for (const name of names) expect(lines.filter((line) => line.startsWith(`${name} → `))).toHaveLength(1);
    expect(lines.at(-1)).toStartWith(
      names.length > 1 ? `${names.length} files: ${names.length} downloaded (` : (names[0] ?? ""),
    );
  });

  test("a name that looks like a pattern is that file, alone", async () => {
    const dir = odd.cluster.downloads();
    expect(await odd.client(["get", "!x*y.mkv", "--dir", dir])).toMatchObject({ code: 0 });
    expect(everything(dir)).toEqual(["!x*y.mkv"]);
  });

  test("what is there and right is left alone, and not asked for again", async () => {
    const dir = odd.cluster.downloads();
    const before = (await odd.cluster.status()).statistics.files["zz.bin"] ?? 0;
    expect(await odd.client(["get", "series", "zz.bin", "--dir", dir])).toMatchObject({ code: 0 });
    fs.rmSync(path.join(dir, "series/s01/e01.mkv"));
    const again = await odd.client(["get", "series", "zz.bin", "--dir", dir, "--json"]);
    const results = again.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(results.map(({ event }) => event)).toEqual(Array(5).fill("done"));
    const received = results.filter(({ receivedBytes }) => receivedBytes > 0).map(({ name }) => name);
    expect(received).toEqual(["series/s01/e01.mkv"]);
    for (const { name, id, hash, size } of results) {
      expect(id).toBe(hash);
      expect(size).toBe(fs.statSync(path.join(odd.cluster.folder(1), name)).size);
    }
    expect((await odd.cluster.status()).statistics.files["zz.bin"]).toBe(before + 1);
    const third = await odd.client(["get", "series", "zz.bin", "--dir", dir]);
    expect(third.err).toEndWith("5 files: 5 there already\n");
    // Somebody changes bytes and puts the time back: it is not taken for right.
    const target = path.join(dir, "zz.bin");
    const { atime, mtime } = fs.statSync(target);
    const fd = fs.openSync(target, "r+");
    fs.writeSync(fd, Buffer.from("changed"), 0, 7, 1000);
    fs.closeSync(fd);
    fs.utimesSync(target, atime, mtime);
    const fourth = await odd.client(["get", "series", "zz.bin", "--dir", dir]);
    expect([fourth.code, fourth.err]).toEqual([1, expect.stringContaining("zz.bin exists with other content")]);
    expect(fourth.err).toEndWith("5 files: 4 there already, 1 failed\n");
  });

  test("a dry run says what would be done, and does nothing", async () => {
    const dir = odd.cluster.downloads();
    expect(await odd.client(["get", "zz.bin", "--dir", dir])).toMatchObject({ code: 0 });
    put(dir, "series/info.txt", "other");
    const { code, out, err } = await odd.client(["get", "series", "zz.bin", "--dir", dir, "--dry-run"]);
    expect([code, err]).toEqual([1, ""]);
    expect(out).toMatch(/^series\/s01\/e01\.mkv → .* would be downloaded$/m);
    expect(out).toMatch(/^series\/info\.txt → .* exists with other content: it would need --force$/m);
    expect(out).toMatch(/^zz\.bin → .* is there already$/m);
    expect(out).toMatch(/^3 files to download, .*; 1 there already; 1 in the way\n$/m);
    expect(everything(dir)).toEqual(["series/info.txt", "zz.bin"]);
    const json = await odd.client(["get", "series/s0?/*", "--dir", dir, "--dry-run", "--json"]);
    expect(
      json.out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).action),
    ).toEqual(Array(3).fill("download"));
    expect(json.code).toBe(0);
  });

  test("what means nothing exits 3, also beside what is there; a failure 1; too many for one output 2", async () => {
    const dir = odd.cluster.downloads();
    const nothing = await odd.client(["get", "no*", "--dir", dir]);
    expect(nothing).toMatchObject({
      code: 3,
      out: "",
      err: "redes: there is no file no*, and none that it matches (** goes into folders)\n",
    });
    const some = await odd.client(["get", "no*", "zz.bin", "--dir", dir, "--json"]);
    expect(some.code).toBe(3);
    const events = some.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ event, name }) => `${event} ${name}`).sort()).toEqual(["done zz.bin", "failed no*"]);
    fs.mkdirSync(path.join(dir, "series/s01/e01.mkv"), { recursive: true });
    expect(await odd.client(["get", "series", "nope", "--dir", dir])).toMatchObject({ code: 1 });
    const output = await odd.client(["get", "series", "-o", "x"]);
    expect(output).toMatchObject({ code: 2, err: "redes: -o x: it takes one file only, and 4 files are meant\n" });
    expect(await odd.client(["get", "zz.*", "-o", "-"])).toMatchObject({ code: 0 });
    expect(await odd.client(["get", "a", "b*", "--wait", "0.2", "--central-ip", "127.0.0.1:1"])).toMatchObject({
      code: 2,
    });
  });

  test("without a central each that was asked for has failed, and exits 4", async () => {
    const args = ["client", "get", "a*", "b", "--json", "--wait", "0.5", "--central-port", "1"];
    const { code, out } = await run(args, { cwd: odd.cluster.root });
    expect(code).toBe(4);
    const results = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(results.map(({ event, name, size }) => ({ event, name, size }))).toEqual([
      { event: "failed", name: "a*", size: null },
      { event: "failed", name: "b", size: null },
    ]);
  });

  test.each(WINDOWS)("shows all together in one line, in %d columns and %d rows", async (columns, rows) => {
    for (const number of [1, 2]) odd.cluster.proxy(number).rate = MIB;
    try {
      await using terminal = odd.terminal(
        ["get", "--all", "--jobs", "2", "--dir", odd.cluster.downloads()],
        columns,
        rows,
      );
      const frame = await terminal.draws("two bars and their sum", (drawn) => {
        return drawn.length === 3 && /^\d+ (files )?left .*B\/s +ETA /.test(drawn[2] ?? "");
      });
      expect(terminal.frameWidth).toBeLessThanOrEqual(columns);
      expect(frame[2]).toMatch(/\d (KiB|MiB|B)/);
      for (const number of [1, 2]) odd.cluster.proxy(number).rate = Number.POSITIVE_INFINITY;
      expect((await terminal.ends()).code).toBe(0);
      expect(terminal.text).toContain(`${NAMES.length} files: ${NAMES.length} downloaded (`);
    } finally {
      for (const number of [1, 2]) odd.cluster.proxy(number).rate = Number.POSITIVE_INFINITY;
    }
  });
});
