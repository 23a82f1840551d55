import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { Cluster } from "../support/cluster.ts";
import { MIB, put, randomBytes } from "../support/files.ts";
import { temporaryFolder } from "../support/folder.ts";
import { lastingPort } from "../support/port.ts";
import { type Run, run } from "../support/run.ts";
import { MAY_MOUNT, Tmpfs } from "../support/tmpfs.ts";

/** Each says in one line what it cannot write, why, and what to do, in the language of whoever reads it. */

setDefaultTimeout(120_000);

const SPANISH = { LC_ALL: "es_ES.UTF-8" };

/** Runs with a disk of a folder that lets nobody write. */
async function withDisk(options: "ro" | "full", use: (folder: string, cwd: string) => Promise<void>): Promise<void> {
  const cwd = temporaryFolder();
  const folder = join(cwd, "disk");
  using disk = new Tmpfs(folder, "64k");
  if (options === "ro") disk.change("ro");
  else fill(folder);
  await use(folder, cwd);
}

function fill(folder: string): void {
  const fd = fs.openSync(join(folder, "fill"), "w");
  try {
    while (fs.writeSync(fd, Buffer.alloc(4096)) > 0);
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
  } finally {
    fs.closeSync(fd);
  }
}

function failed(err: string): Run {
  return { code: 1, out: "", err: `redes: ${err}\n` };
}

describe.if(MAY_MOUNT)("a folder to which nothing can be written", () => {
  test("to keep what put reads from stdin", async () => {
    const put = (folder: string) => ["client", "put", "-", "--as", "x", "--dir", folder];
    await withDisk("ro", async (folder, cwd) => {
      expect(await run(put(folder), { cwd, input: "x" })).toEqual(
        failed(
          `cannot keep what comes from stdin in ${folder}: the file system is read-only; take another folder with --dir`,
        ),
      );
    });
    await withDisk("full", async (folder, cwd) => {
      expect(await run(put(folder), { cwd, input: "x", env: SPANISH })).toEqual(
        failed(
          `no se puede guardar en ${folder} lo que viene de stdin: el disco está lleno; tome otra carpeta con --dir`,
        ),
      );
    });
  });

  test("for manual pages, and for the files of a demo", async () => {
    await withDisk("ro", async (folder, cwd) => {
      const pages = join(folder, "man");
      expect(await run(["man", "--out", pages], { cwd })).toEqual(
        failed(`cannot make the folder ${pages}: the file system is read-only`),
      );
      expect(await run(["man", "--out", pages], { cwd, env: SPANISH })).toEqual(
        failed(`no se puede crear la carpeta ${pages}: el sistema de archivos es de solo lectura`),
      );
      const demo = await run(["demo"], { cwd, env: { ...SPANISH, TMPDIR: folder } });
      expect(demo.code).toBe(1);
      expect(demo.err).toMatch(/^redes: \S+: el sistema de archivos es de solo lectura\n$/);
    });
  });

  test("for a secondary to share", async () => {
    await withDisk("ro", async (folder, cwd) => {
      const args = ["secondary", "-n", "1", "--port", "0", "--central-port", String(lastingPort()), "--dir", folder];
      expect(await run(args, { cwd })).toEqual(
        failed(
          `cannot make the folder ${folder}/.redes: the file system is read-only; a secondary must be able to write to the folder that it shares: take another one with --dir`,
        ),
      );
      expect(await run(args, { cwd, env: SPANISH })).toEqual(
        failed(
          `no se puede crear la carpeta ${folder}/.redes: el sistema de archivos es de solo lectura; un secundario ha de poder escribir en la carpeta que comparte: tome otra con --dir`,
        ),
      );
    });
  });

  test("for downloads, which name the folder and no hidden file in it, and say what to do", async () => {
    await using cluster = await Cluster.inStep({ count: 1 }, (folder) => {
      put(folder(1), "film.mkv", randomBytes(MIB));
      put(folder(1), "series/a.mkv", randomBytes(MIB));
    });
    const get = async (cwd: string, args: readonly string[], env = {}) => {
      const central = ["--central-port", String(cluster.centralPort), "--quiet"];
      const { code, err } = await run(["client", "get", ...args, ...central], { cwd, env });
      return [code, err];
    };
    await withDisk("ro", async (folder, cwd) => {
      const denied = `film.mkv: cannot write to the folder ${folder}: the file system is read-only`;
      expect(await get(cwd, ["film.mkv", "--dir", folder])).toEqual([
        ...[1, `redes: ${denied}; take another folder with --dir\n`],
      ]);
      expect(await get(cwd, ["film.mkv", "-o", join(folder, "x")])).toEqual([
        ...[1, `redes: ${denied}; give another path with --output\n`],
      ]);
      expect(await get(cwd, ["series", "--dir", folder], SPANISH)).toEqual([
        1,
        `redes: series/a.mkv: no se puede crear la carpeta ${folder}/series: el sistema de archivos es de solo lectura; tome otra carpeta con --dir\n`,
      ]);
    });
    await withDisk("full", async (folder, cwd) => {
      expect(await get(cwd, ["film.mkv", "--dir", folder])).toEqual([
        1,
        `redes: film.mkv: 1.0 MiB are to come and the disk of ${folder} has 0 B free; make room and run it again, or take another folder with --dir\n`,
      ]);
    });
  });

  test("for downloads, of which doctor says why", async () => {
    await withDisk("ro", async (folder, cwd) => {
      const { out } = await run(["doctor", "--json", "--dir", folder, "--central-port", String(lastingPort())], {
        cwd,
      });
      const { checks } = JSON.parse(out) as { readonly checks: readonly { check: string }[] };
      expect(checks.find(({ check }) => check === "room")).toMatchObject({
        state: "failed",
        finding: `downloads cannot be written to ${folder}: the file system is read-only`,
      });
    });
  });
});
