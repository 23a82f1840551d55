import { beforeAll, describe, expect, test } from "bun:test";
import fs from "node:fs";
import { join } from "node:path";
import { newClusterKey } from "../../../src/keys/issue.ts";
import { type ClusterKey, keyText } from "../../../src/keys/key-contents.ts";
import { KeyError } from "../../../src/keys/key-error.ts";
import { readKeyFile, writeKeyFile } from "../../../src/keys/key-file.ts";
import { DiskError } from "../../../src/platform/disk/disk.ts";
import { put } from "../../support/files.ts";
import { temporaryFolder } from "../../support/folder.ts";

let key: ClusterKey;

beforeAll(async () => {
  key = await newClusterKey(Date.UTC(2030, 0, 1));
});

const refusal = (path: string): Promise<unknown> => readKeyFile(path).catch((error: unknown) => error);

/** A key file with any mode. */
function keyFile(mode: number, text = keyText(key)): string {
  const path = put(temporaryFolder(), "my.key", text);
  fs.chmodSync(path, mode);
  return path;
}

describe("writing", () => {
  test("its owner alone can read it, whatever the mask is", async () => {
    const folder = temporaryFolder();
    const mask = process.umask(0);
    try {
      await writeKeyFile(join(folder, "my.key"), key);
    } finally {
      process.umask(mask);
    }
    expect(fs.statSync(join(folder, "my.key")).mode & 0o7777).toBe(0o600);
    expect(fs.readdirSync(folder)).toEqual(["my.key"]);
    expect(await readKeyFile(join(folder, "my.key"))).toEqual(key);
  });

  test("what is there stays as it is: a file, a folder, a link to nothing", async () => {
    const folder = temporaryFolder();
    put(folder, "file", "mine");
    fs.mkdirSync(join(folder, "folder"));
    fs.symlinkSync("nothing", join(folder, "link"));
    for (const name of ["file", "folder", "link"]) {
      const error = await writeKeyFile(join(folder, name), key).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DiskError);
      expect((error as DiskError).message).toStartWith(
        `${join(folder, name)}: there is a file already, and no key is ever written over`,
      );
    }
    expect(fs.readdirSync(folder).sort()).toEqual(["file", "folder", "link"]);
    expect(fs.readFileSync(join(folder, "file"), "utf8")).toBe("mine");
  });

  test("where nothing can be written, it says so", async () => {
    const error = await writeKeyFile("/proc/my.key", key).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toStartWith("cannot create /proc/my.key: ");
  });

  test("what could not be written to its end is removed", async () => {
    const folder = temporaryFolder();
    // A limit of the process's files, of which only a child may have so low a one.
    const program = `import { writeKeyFile } from "${join(import.meta.dir, "../../../src/keys/key-file.ts")}";
      await writeKeyFile("my.key", ${JSON.stringify(key)}).catch((error) => process.stdout.write(error.message));`;
    const child = Bun.spawnSync(["bash", "-c", 'ulimit -f 0; exec "$0" -e "$1"', process.execPath, program], {
      cwd: folder,
    });
    expect(child.stdout.toString()).toStartWith("cannot write my.key: ");
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});

describe("reading", () => {
  test.each([0o600, 0o400, 0o700])("a file with mode %o, and a link to it", async (mode) => {
    const path = keyFile(mode);
    expect(await readKeyFile(path)).toEqual(key);
    fs.symlinkSync(path, `${path}.link`);
    expect(await readKeyFile(`${path}.link`)).toEqual(key);
  });

  test.each([
    [0o640, "0640"],
    [0o604, "0604"],
    [0o620, "0620"],
    [0o601, "0601"],
    [0o666, "0666"],
  ])("not one that others have a right to: %o", async (mode, written) => {
    const path = keyFile(mode);
    const error = await refusal(path);
    expect(error).toBeInstanceOf(KeyError);
    expect((error as KeyError).message).toBe(
      `${path}: others than its owner can read or change it (mode ${written}); take their rights away with chmod 600, and make a new key if somebody may have read it`,
    );
  });

  test("not what is no file, or not there", async () => {
    const folder = temporaryFolder();
    const pipe = join(folder, "pipe");
    Bun.spawnSync(["mkfifo", "-m", "600", pipe]);
    for (const [path, message] of [
      [folder, `${folder}: a key file is a regular file, and that is a folder`],
      [pipe, `${pipe}: a key file is a regular file, and that is none`],
      ["/dev/null", "/dev/null: a key file is a regular file, and that is none"],
      [join(folder, "none"), `cannot open the key file ${folder}/none: there is no such file or folder`],
    ] as const) {
      const error = await refusal(path);
      expect(error).toBeInstanceOf(KeyError);
      expect((error as KeyError).message).toBe(message);
    }
  });

  test("16 KiB at most", async () => {
    const fits = keyFile(0o600, keyText(key).padEnd(16 * 1024, "\n"));
    expect(await readKeyFile(fits)).toEqual(key);
    const large = keyFile(0o600, keyText(key).padEnd(16 * 1024 + 1, "\n"));
    expect(((await refusal(large)) as KeyError).message).toBe(
      `${large}: it is too large for a key file, which takes 16384 bytes at most`,
    );
  });
});

test("a key that is given in place of its file's name is not repeated", async () => {
  const text = keyText(key);
  const base64 = key.key.split("\n")[1] ?? "";
  for (const given of [text, text.replaceAll("\n", " "), `./${base64}`]) {
    const error = await refusal(given);
    expect(error).toBeInstanceOf(KeyError);
    expect((error as KeyError).message).toStartWith(
      "what is given as the name of a key file is a key itself or a token",
    );
    expect((error as KeyError).message).not.toContain(base64);
  }
});
