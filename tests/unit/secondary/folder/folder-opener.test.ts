import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Fingerprint } from "../../../../src/platform/content-state.ts";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { type Log, silentLog } from "../../../../src/platform/log/log.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { FolderOpener, type OpenAttempt } from "../../../../src/secondary/folder/folder-opener.ts";
import { temporaryFolder } from "../../../support/folder.ts";

type Known = Fingerprint & { readonly name: string };

const ID = "0123456789abcdef".repeat(2);
/** More than are read from the store at once. */
const MANY = 2500;

/** Files that were in the folder in an earlier run, and are not there any more. */
const vanished: readonly Known[] = Array.from({ length: MANY }, (_, index) => {
  return { name: `f${String(index).padStart(5, "0")}`, size: 1, mtimeNs: 1n, ctimeNs: 1n, inode: 1n };
});

/** Opens a folder without a marker, of which these files are known, in the order of their names. */
async function openUnmarked(
  folder: string,
  known: readonly Known[],
  sample: number,
  disk: Disk = systemDisk,
): Promise<OpenAttempt> {
  const store = {
    meta: async () => ID,
    setMeta: async () => {},
    recordsAfter: async (after: string, limit: number) => known.filter(({ name }) => name > after).slice(0, limit),
    deleteFiles: async () => {},
  };
  const opener = new FolderOpener({ disk, log: silentLog, random: systemRandom, store, folder, number: 1 });
  const attempt = await opener.open(false, sample);
  if (attempt.kind === "there") await opener.release(attempt.opened);
  return attempt;
}

test("that a file system has no locks is said once", async () => {
  const warnings: string[] = [];
  const log: Log = { info() {}, warn: (event) => void warnings.push(event), error() {} };
  const meta = new Map<string, string>();
  const store = {
    meta: async (key: string) => meta.get(key) ?? null,
    setMeta: async (key: string, value: string) => void meta.set(key, value),
    recordsAfter: async () => [],
    deleteFiles: async () => {},
  };
  const disk: Disk = { ...systemDisk, lock: () => "unsupported" };
  const opener = new FolderOpener({ disk, log, random: systemRandom, store, folder: temporaryFolder(), number: 1 });
  for (let turn = 0; turn < 2; turn++) {
    const attempt = await opener.open(false, 0);
    expect(attempt.kind).toBe("there");
    if (attempt.kind === "there") await opener.release(attempt.opened);
  }
  expect(warnings).toEqual(["no-locks"]);
});

/** A folder in which the last known file is as it was. */
async function folderWithLast(): Promise<{ readonly folder: string; readonly known: readonly Known[] }> {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "last"), "content");
  const stat = await systemDisk.lstat(path.join(folder, "last"));
  if (!stat) throw new Error("there is no file");
  return { folder, known: [...vanished, { ...stat, name: "last" }] };
}

test("a folder without a marker is known by one file that is as it was, though it is the last of many", async () => {
  const { folder, known } = await folderWithLast();
  expect((await openUnmarked(folder, known, Number.POSITIVE_INFINITY)).kind).toBe("there");
});

test("no more files are looked for than was asked", async () => {
  const { folder, known } = await folderWithLast();
  expect((await openUnmarked(folder, known, MANY)).kind).toBe("missing");
  expect((await openUnmarked(folder, known, MANY + 1)).kind).toBe("there");
});

test("a folder in which no known file is as it was is another one", async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "f00001"), "another content");
  expect((await openUnmarked(folder, vanished, Number.POSITIVE_INFINITY)).kind).toBe("missing");
});

/** The system's disk, on which another folder comes into the place of one after a call about a path. */
function exchanging(folder: string, other: string, call: "stat" | "lstat" | "syncFolder", after: string): Disk {
  let isDone = false;
  const exchange = (wanted: string) => {
    if (isDone || wanted !== after) return;
    isDone = true;
    fs.renameSync(folder, `${folder}-away`);
    fs.renameSync(other, folder);
  };
  const done = <Rest extends unknown[], Result>(work: (wanted: string, ...rest: Rest) => Promise<Result>) => {
    return async (wanted: string, ...rest: Rest) => {
      const result = await work(wanted, ...rest);
      exchange(wanted);
      return result;
    };
  };
  return { ...systemDisk, [call]: done<unknown[], unknown>(systemDisk[call] as (wanted: string) => Promise<unknown>) };
}

/** A folder in which something is, and another one that is to come into its place. */
async function folderAndOther() {
  const above = temporaryFolder();
  const [folder, other] = [path.join(above, "share"), path.join(above, "other")];
  fs.mkdirSync(other);
  const filled = await folderWithLast();
  fs.renameSync(filled.folder, folder);
  return { folder, other, known: filled.known.slice(-1) };
}

function putMarker(folder: string, id: string): void {
  fs.mkdirSync(path.join(folder, ".redes"));
  fs.writeFileSync(path.join(folder, ".redes/marker"), JSON.stringify({ format: 1, id, number: 1 }));
}

test("an empty mount point that comes into the place of a familiar folder is not marked in its stead", async () => {
  const { folder, other, known } = await folderAndOther();
  const disk = exchanging(folder, other, "lstat", path.join(folder, "last"));
  expect(await openUnmarked(folder, known, 10, disk)).toMatchObject({ kind: "missing" });
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(fs.readdirSync(`${folder}-away`)).toEqual(["last"]);
});

test("the marker of a disk that has just come is not taken for that of the mount point which was seen before", async () => {
  const { folder, other, known } = await folderAndOther();
  putMarker(other, ID);
  const disk = exchanging(folder, other, "stat", folder);
  expect(await openUnmarked(folder, known, 10, disk)).toMatchObject({ kind: "missing" });
  expect((await openUnmarked(folder, known, 10)).kind).toBe("there");
});

test("nor is another secondary's folder that comes when this one's is marked", async () => {
  const { folder, other, known } = await folderAndOther();
  const theirs = "f".repeat(32);
  putMarker(other, theirs);
  const disk = exchanging(folder, other, "syncFolder", path.join(folder, ".redes"));
  expect(await openUnmarked(folder, known, 10, disk)).toMatchObject({ kind: "missing" });
  expect(fs.readFileSync(path.join(folder, ".redes/marker"), "utf8")).toContain(theirs);
});

test("a marker that is taken away while it is being opened is not made anew", async () => {
  const folder = temporaryFolder();
  putMarker(folder, ID);
  const marker = path.join(folder, ".redes/marker");
  const lstat = async (wanted: string) => {
    const stat = await systemDisk.lstat(wanted);
    if (wanted === marker) fs.rmSync(marker, { force: true });
    return stat;
  };
  expect((await openUnmarked(folder, [...vanished], 1, { ...systemDisk, lstat })).kind).toBe("missing");
  expect(fs.readdirSync(path.join(folder, ".redes"))).toEqual([]);
});
