import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readdir, stat, statfs } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Random } from "../../platform/random.ts";
import { MIB, saidBytes } from "../../platform/units.ts";
import { isName } from "../../protocol/name.ts";
import { say } from "../../sentences/sentence.ts";
import { UsageError } from "../flags/check-arguments.ts";

/** A file that one of the demo's folders begins with. */
export interface DemoFile {
  readonly name: string;
  readonly size: number;
}

/** What is made up for each of the three folders: 256 MiB in all. */
const MADE_UP: readonly (readonly DemoFile[])[] = [
  [
    { name: "películas/el viaje.mkv", size: 160 * MIB },
    { name: "notes.txt", size: 1200 },
  ],
  [
    { name: "dataset.bin", size: 64 * MIB },
    { name: "empty", size: 0 },
  ],
  [{ name: "disk image.img", size: 32 * MIB - 1200 }],
];

/** Fills the folders with made-up files. Gives what each was given. */
export async function makeUpFiles(folders: readonly string[], random: Random): Promise<DemoFile[][]> {
  const given: DemoFile[][] = [];
  for (const [index, folder] of folders.entries()) {
    const files = [...(MADE_UP[index] ?? [])];
    for (const { name, size } of files) await fill(join(folder, name), size, random);
    given.push(files);
  }
  return given;
}

/** Spreads the files of a user's folder over the folders, as links where that is possible. */
export async function spreadFiles(source: string, folders: readonly string[]): Promise<DemoFile[][]> {
  const files = (await filesIn(source)).sort((left, right) => right.size - left.size);
  if (files.length === 0)
    throw new UsageError(say("{source}: there is no file in it that could be shared", { source }));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const { bavail, bsize } = await statfs(folders[0] ?? source);
  const needed = total * (folders.length + 1);
  if (needed > bavail * bsize) {
    const free = saidBytes(bavail * bsize);
    throw new UsageError(
      say("{source}: the demo needs {bytes} for its copies, and {free} are free", {
        source,
        bytes: saidBytes(needed),
        free,
      }),
    );
  }
  const given: DemoFile[][] = folders.map(() => []);
  for (const [index, file] of files.entries()) {
    const folder = index % folders.length;
    const path = join(folders[folder] ?? "", file.name);
    await mkdir(dirname(path), { recursive: true });
    await linkOrCopy(join(source, file.name), path);
    given[folder]?.push(file);
  }
  return given;
}

async function fill(path: string, size: number, random: Random): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "w");
  try {
    for (let done = 0; done < size; done += MIB) {
      const block = new Uint8Array(Math.min(MIB, size - done));
      // A getRandomValues call fills 64 KiB at most.
      for (let at = 0; at < block.length; at += 65_536)
        block.set(random.bytes(Math.min(65_536, block.length - at)), at);
      await file.write(block);
    }
  } finally {
    await file.close();
  }
}

async function filesIn(folder: string): Promise<DemoFile[]> {
  const files: DemoFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (isName(name)) files.push({ name, size: (await stat(path)).size });
  }
  return files;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch {
    // Another file system, or one without links.
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}
