import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { KeptFolder } from "../../../../src/secondary/kept/kept-folder.ts";
import { temporaryFolder } from "../../../support/folder.ts";

function file(serial: number, name: string) {
  const id = serial.toString(16).padStart(64, "0");
  return { at: 1_700_000_000_000, serial, why: "replaced", number: 1, id, name } as const;
}

/** The kept files of a shared folder, over a disk with these differences. */
class Fixture {
  readonly share = temporaryFolder();
  readonly synced: string[] = [];
  readonly folder: KeptFolder;

  constructor(disk: Partial<Disk> = {}) {
    fs.mkdirSync(path.join(this.share, ".redes"));
    const syncFolder = async (folder: string) => void this.synced.push(path.relative(this.root, folder));
    this.folder = new KeptFolder({ ...systemDisk, syncFolder, ...disk }, this.share, path.join(this.share, ".redes"));
  }

  get root(): string {
    return path.join(this.share, ".redes/kept");
  }

  async keep(serial: number, name: string): Promise<void> {
    await this.folder.makeFolders(file(serial, name));
    fs.writeFileSync(this.folder.pathOf(file(serial, name)), name);
  }

  async read(): Promise<unknown> {
    const { files, last } = await this.folder.read();
    return { names: files.map(({ serial, name, size }) => [serial, name, size]), last };
  }
}

test("what is kept is read in the order of the serial numbers, with the highest of all", async () => {
  const fixture = new Fixture();
  await fixture.folder.open();
  await fixture.keep(10, "b");
  await fixture.keep(9, "a/b/film");
  await fixture.folder.makeFolders(file(11, "gone"));
  expect(await fixture.read()).toEqual({
    names: [
      [9, "a/b/film", 8],
      [10, "b", 1],
    ],
    last: 11,
  });
  expect(fs.readdirSync(fixture.root)).toHaveLength(2);
});

test("what somebody has put there is none of the kept files, and stays", async () => {
  const fixture = new Fixture();
  await fixture.folder.open();
  await fixture.keep(1, "two");
  fs.writeFileSync(path.join(path.dirname(fixture.folder.pathOf(file(1, "two"))), "mine"), "mine");
  await fixture.keep(2, ".hidden");
  await fixture.keep(3, "link");
  fs.rmSync(fixture.folder.pathOf(file(3, "link")));
  fs.symlinkSync("elsewhere", fixture.folder.pathOf(file(3, "link")));
  fs.mkdirSync(path.join(fixture.root, "mine"));
  expect(await fixture.read()).toEqual({ names: [], last: 3 });
  expect(fs.readdirSync(fixture.root)).toHaveLength(4);
});

test("every folder on the way to a file is synced, the innermost first", async () => {
  const fixture = new Fixture();
  await fixture.folder.open();
  await fixture.keep(1, "a/film");
  fixture.synced.length = 0;
  await fixture.folder.sync(file(1, "a/film"));
  const [label = ""] = fs.readdirSync(fixture.root);
  expect(fixture.synced).toEqual([`${label}/a`, label, ""]);
});

test("of a file that is gone, with its folders, what is left of them is synced; without the folder of all that is an error", async () => {
  const fixture = new Fixture({ syncFolder: systemDisk.syncFolder });
  await fixture.folder.open();
  await fixture.keep(1, "a/film");
  await fixture.folder.remove(file(1, "a/film"));
  await fixture.folder.sync(file(1, "a/film"));
  fs.rmdirSync(fixture.root);
  await expect(fixture.folder.sync(file(1, "a/film"))).rejects.toThrow("there is no such file or folder");
});

test("a file that is removed goes with its folders; one that is gone already too; one that the disk keeps stays", async () => {
  let refused = false;
  const remove = async (wanted: string) => {
    if (refused) throw new DiskError("denied", wanted, "permission denied");
    await systemDisk.remove(wanted);
  };
  const fixture = new Fixture({ remove });
  await fixture.folder.open();
  for (const serial of [1, 2, 3]) await fixture.keep(serial, "a/film");
  await fixture.folder.remove(file(1, "a/film"));
  fs.rmSync(fixture.folder.pathOf(file(2, "a/film")));
  await fixture.folder.remove(file(2, "a/film"));
  expect(fs.readdirSync(fixture.root)).toHaveLength(1);
  refused = true;
  await expect(fixture.folder.remove(file(3, "a/film"))).rejects.toThrow("permission denied");
});

test("a folder of kept files that is a link is refused", async () => {
  const fixture = new Fixture();
  fs.symlinkSync(temporaryFolder(), fixture.root);
  await expect(fixture.folder.open()).rejects.toThrow("is a link or behind one");
});

test("the folder is made in the staging folder alone: without that its disk is not there", async () => {
  const fixture = new Fixture();
  fs.rmdirSync(path.join(fixture.share, ".redes"));
  await expect(fixture.folder.open()).rejects.toMatchObject({ failure: "missing" });
  expect(fs.readdirSync(fixture.share)).toEqual([]);
});
