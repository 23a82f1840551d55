import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { workFilesFor } from "../../src/transfer/sinks/work-files/work-files.ts";
import { Cluster } from "../support/cluster.ts";
import { everything, MIB, put, randomBytes, same, textOf, unfinished } from "../support/files.ts";
import { EXECUTABLE, type Program } from "../support/process.ts";

const FILM = 24 * MIB + 17;
/** As long as a file system takes. */
const LONG = `${"n".repeat(251)}.mp4`;

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.inStep({ count: 2, proxies: true }, (folder) => {
    put(folder(1), "film.bin", randomBytes(FILM));
    put(folder(1), "other.bin", randomBytes(9 * MIB));
    put(folder(1), LONG, "long");
    put(folder(1), "sub/small.txt", "small");
    put(folder(1), "empty", "");
  });
});

afterEach(() => cluster.fast());

afterAll(() => cluster[Symbol.asyncDispose]());

const original = (name: string) => path.join(cluster.folder(1), name);

/** Begins to download the film to a path, and has some of it. */
async function begun(output: string, ...args: string[]): Promise<Program> {
  cluster.slow(4 * MIB);
  for (const number of [1, 2]) cluster.proxy(number).reset();
  const get = cluster.client(["get", "film.bin", "--json", "-o", output, ...args]);
  await cluster.sent([1, 2], 4 * MIB);
  return get;
}

describe("work files", () => {
  test("of one download are no other's, whatever both are called", async () => {
    for (const args of [[], ["--force"]]) {
      const dir = cluster.downloads();
      const film = path.join(dir, "film");
      const get = await begun(film, ...args);
      for (const end of ["part", "part.journal"]) {
        const { code } = await cluster.finish(
          cluster.client(["get", "other.bin", "--json", "-o", `${film}.${end}`, ...args]),
        );
        expect(code).toBe(0);
      }
      cluster.fast();
      expect((await cluster.finish(get)).code).toBe(0);
      expect(everything(dir)).toEqual(["film", "film.part", "film.part.journal"]);
      expect(await same(film, original("film.bin"))).toBe(true);
      for (const end of ["part", "part.journal"])
        expect(await same(`${film}.${end}`, original("other.bin"))).toBe(true);
    }
  });

  test("fit for a name as long as a file system takes", async () => {
    const dir = cluster.downloads();
    expect((await cluster.get([LONG], { dir })).code).toBe(0);
    expect(everything(dir)).toEqual([LONG]);
  });

  test("are no place for a download", async () => {
    const dir = cluster.downloads();
    for (const name of unfinished("film.bin")) {
      const get = cluster.client(["get", "empty", "--json", "-o", path.join(dir, name)]);
      const { code, results } = await cluster.finish(get);
      expect(code).toBe(1);
      expect(results[0]?.error).toContain("has the name of a work file of redes");
    }
    expect(everything(dir)).toEqual([]);
  });

  test("are the same for every way to say where", async () => {
    const dir = cluster.downloads();
    fs.mkdirSync(path.join(dir, "real"));
    fs.symlinkSync("real", path.join(dir, "folder"));
    fs.symlinkSync("real/film", path.join(dir, "link"));
    const get = await begun(path.join(dir, "real/film"));
    // Those that come later wait for some seconds.
    cluster.slow(MIB / 4);
    const others = ["folder/film", "real/../real/film", "link"].map((other) => {
      return cluster.finish(cluster.client(["get", "film.bin", "--json", "-o", path.join(dir, other)]));
    });
    for (const { code, results } of await Promise.all(others)) {
      expect(code).toBe(1);
      expect(results[0]?.error).toContain("another redes is downloading");
    }
    cluster.fast();
    expect((await cluster.finish(get)).code).toBe(0);
    expect(everything(dir)).toEqual(["folder", "folder/film", "link", "real/film"]);
    expect(await same(path.join(dir, "link"), original("film.bin"))).toBe(true);
  });
});

describe("a destination", () => {
  test("that is no place for a file is refused before a byte comes, by --dir, -o and at the console", async () => {
    const places: [string, (at: string) => void][] = [
      ["no regular file", (at) => Bun.spawnSync(["mkfifo", at])],
      ["no regular file", (at) => fs.symlinkSync("/dev/null", at)],
      ["a folder", (at) => fs.mkdirSync(at)],
    ];
    for (const [what, make] of places) {
      const dir = cluster.downloads();
      const at = path.join(dir, "film.bin");
      make(at);
      for (const number of [1, 2]) cluster.proxy(number).reset();
      const { code, results } = await cluster.get(["film.bin"], { dir, args: ["--force"] });
      expect(code).toBe(1);
      expect(results[0]?.error).toContain(what);
      const output = cluster.client(["get", "film.bin", "-o", at]);
      expect(await output.within(output.exited, "ends")).toBe(2);
      const console = cluster.client(["--dir", dir]);
      console.type("get film.bin");
      console.closeInput();
      await console.says(new RegExp(`film.bin: .*${what}`));
      expect(await console.within(console.exited, "ends")).toBe(1);
      expect(cluster.passed).toBe(0);
      expect(fs.readdirSync(dir)).toEqual(["film.bin"]);
    }
  });

  test("below a file is refused, and the message names that file", async () => {
    const dir = cluster.downloads();
    put(dir, "sub", "a file");
    const { code, results } = await cluster.get(["sub/small.txt"], { dir });
    expect(code).toBe(1);
    expect(results[0]?.error).toContain(`${path.join(dir, "sub")}: a file is in its place`);
    expect(textOf(dir, "sub")).toBe("a file");
  });

  test("keeps its link, whether that leads to a file or to nothing yet", async () => {
    const dir = cluster.downloads();
    fs.mkdirSync(path.join(dir, "real"));
    fs.symlinkSync("real/target", path.join(dir, "link"));
    for (const args of [[], ["--force"]]) {
      const { code } = await cluster.finish(
        cluster.client(["get", "sub/small.txt", "--json", "-o", path.join(dir, "link"), ...args]),
      );
      expect(code).toBe(0);
      expect(fs.readlinkSync(path.join(dir, "link"))).toBe("real/target");
      expect(textOf(dir, "real/target")).toBe("small");
      put(dir, "real/target", "edited");
    }
  });

  test("that fails early is left without empty files and folders", async () => {
    const dir = cluster.downloads();
    const get = cluster.client(["get", "film.bin", "--json", "--dir", path.join(dir, "new/er"), "--wait", "1"]);
    cluster.slow(1);
    await cluster.until("it has begun", () => everything(dir).length > 0);
    get.signal("SIGTERM");
    await cluster.finish(get);
    expect(fs.readdirSync(dir)).toEqual([]);
  });

  test("of a stdout that is closed is a failure", async () => {
    const args = `--central-port ${cluster.centralPort}`;
    const commands = [
      `client get empty -o - ${args}`,
      `client get empty --json ${args}`,
      `client list ${args}`,
      "hash x",
    ];
    for (const command of commands) {
      const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", `"${EXECUTABLE}" ${command} >&-`]);
      expect([exitCode, stderr.toString()]).toEqual([1, "redes: stdout is closed: nothing can be written there\n"]);
    }
  });

  test("of a stdout that takes nothing more is a failure, and what was downloaded stays", async () => {
    const dir = cluster.downloads();
    const args = `--central-port ${cluster.centralPort}`;
    const file = put(dir, "file", "x");
    for (const command of [`client get empty --json --dir "${dir}" ${args}`, `client list ${args}`, `hash "${file}"`]) {
      const { exitCode, stderr } = Bun.spawnSync(["sh", "-c", `"${EXECUTABLE}" ${command} >/dev/full`]);
      expect([exitCode, stderr.toString()]).toEqual([1, "redes: cannot write to stdout: the disk is full\n"]);
    }
    expect(fs.readdirSync(dir).sort()).toEqual(["empty", "file"]);
  });
});

describe("a part that somebody touches while it grows", () => {
  const removed = "was moved or removed while it grew";
  const cases: [string, string, (dir: string, part: string) => void][] = [
    ["removed", removed, (_dir, part) => fs.rmSync(part)],
    ["moved", removed, (dir, part) => fs.renameSync(part, path.join(dir, "mine"))],
    [
      "replaced by a copy of itself",
      "was replaced by another file while it grew",
      (dir, part) => {
        fs.copyFileSync(part, path.join(dir, "copy"));
        fs.renameSync(path.join(dir, "copy"), part);
      },
    ],
    ["cut", "was changed by somebody while it grew", (_dir, part) => fs.truncateSync(part, 0)],
    [
      "written over in place",
      "was changed by somebody while it grew",
      (_dir, part) => {
        const fd = fs.openSync(part, "r+");
        fs.writeSync(fd, new Uint8Array(fs.fstatSync(fd).size).fill(7));
        fs.closeSync(fd);
      },
    ],
    [
      "moved with its folder",
      "was moved or removed during the download",
      (dir) => fs.renameSync(dir, path.join(path.dirname(dir), "moved")),
    ],
  ];
  test.each(cases)("%s: nothing gets the name, and the message says so", async (_what, message, touch) => {
    const dir = path.join(cluster.downloads(), "here");
    const output = path.join(dir, "film.bin");
    const get = await begun(output);
    const { part } = workFilesFor(output);
    await cluster.until("some of it is there", () => fs.statSync(part).blocks > 0);
    touch(dir, part);
    cluster.fast();
    const { code, results } = await cluster.finish(get);
    expect([code, results[0]?.event]).toEqual([1, "failed"]);
    expect(results[0]?.error).toContain(message);
    expect(fs.existsSync(output)).toBe(false);
    // What is there then does not keep the next one from being right.
    const again = await cluster.finish(cluster.client(["get", "film.bin", "--json", "-o", output]));
    expect(again.code).toBe(0);
    expect(await same(output, original("film.bin"))).toBe(true);
    fs.rmSync(path.dirname(dir), { recursive: true });
  });
});

describe("a part that somebody has touched between two tries", () => {
  test("is read, and what is wrong comes again, right after kill -9 as well as later", async () => {
    const dir = cluster.downloads();
    const output = path.join(dir, "film.bin");
    const get = await begun(output);
    await get.kill();
    const { part } = workFilesFor(output);
    const fd = fs.openSync(part, "r+");
    fs.writeSync(fd, new Uint8Array(8 * MIB));
    fs.closeSync(fd);
    cluster.fast();
    const again = await cluster.finish(cluster.client(["get", "film.bin", "--json", "-o", output]));
    expect(again.code).toBe(0);
    expect(await same(output, original("film.bin"))).toBe(true);
  });
});
