import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Reach } from "../../../../../src/platform/disk/disk.ts";
import { beneath } from "../../../../../src/platform/disk/reach/anchor.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { anchorAt } from "../../../../support/anchor.ts";
import { temporaryFolder } from "../../../../support/folder.ts";

/** Two folders with the same files and folders, of which the first one is meant. */
class Fixture {
  private readonly above = temporaryFolder();
  readonly folder = path.join(this.above, "share");
  private readonly other = path.join(this.above, "other");
  readonly within: string;
  readonly reach: Reach;

  /** `deep`: relative to the folder that is meant; where something is done. */
  constructor(deep = "") {
    this.within = path.join(this.folder, deep);
    for (const one of [this.folder, this.other]) {
      fs.mkdirSync(path.join(one, deep, "empty"), { recursive: true });
      fs.writeFileSync(path.join(one, deep, "there"), "there");
    }
    this.reach = beneath(anchorAt(this.folder));
  }

  /** The other folder comes into the place of the one that is meant. */
  exchange(): void {
    fs.renameSync(this.folder, path.join(this.above, "away"));
    fs.renameSync(this.other, this.folder);
  }

  /** Nothing comes into its place. */
  takeAway(): void {
    fs.renameSync(this.folder, path.join(this.above, "away"));
  }

  path(name: string): string {
    return path.join(this.within, name);
  }

  all(): string[] {
    return fs.readdirSync(this.within).sort();
  }
}

type Change = (fixture: Fixture) => Promise<unknown>;

const always = () => true;
const closed = async (fd: Promise<number>) => systemDisk.close(await fd);

/** What can be done to a name, and what is there afterwards. */
const CHANGES: readonly (readonly [string, Change, readonly string[]])[] = [
  ["a folder is made", (one) => systemDisk.makeSubfolder(one.path("new"), one.reach), ["empty", "new", "there"]],
  ["a file is made", (one) => closed(systemDisk.open(one.path("new"), "create", one.reach)), ["empty", "new", "there"]],
  [
    "a file is made if it is not there",
    (one) => closed(systemDisk.open(one.path("new"), "update", one.reach)),
    ["empty", "new", "there"],
  ],
  ["a file is changed", (one) => closed(systemDisk.open(one.path("there"), "change", one.reach)), ["empty", "there"]],
  ["a file is read", (one) => closed(systemDisk.open(one.path("there"), "read", one.reach)), ["empty", "there"]],
  ["a file is removed", (one) => systemDisk.remove(one.path("there"), one.reach), ["empty"]],
  ["a certain file is removed", (one) => systemDisk.removeIf(one.path("there"), always, one.reach), ["empty"]],
  ["a file is renamed", (one) => systemDisk.rename(one.path("there"), one.path("new"), one.reach), ["empty", "new"]],
  [
    "a file is renamed to a free name",
    (one) => systemDisk.renameNoReplace(one.path("there"), one.path("new"), one.reach),
    ["empty", "new"],
  ],
  [
    "a file is renamed over a certain one",
    (one) => systemDisk.renameIf(one.path("there"), one.path("new"), always, one.reach),
    ["empty", "new"],
  ],
  [
    "a file gets a second name",
    (one) => systemDisk.link(one.path("there"), one.path("new"), one.reach),
    ["empty", "new", "there"],
  ],
  [
    "a file that has no name gets one",
    async (one) => {
      const fd = systemBlockingDisk.openTmpfile(one.within);
      if (fd === null) throw new Error("this file system has no files without names");
      await systemDisk.linkFd(fd, one.path("new"), one.reach).finally(() => systemDisk.close(fd));
    },
    ["empty", "new", "there"],
  ],
];

describe.each(["", "deep", "deep/down/here"])("in the folder that is meant, at %p in it,", (deep) => {
  test.each(CHANGES)("%s", async (_, change, after) => {
    const fixture = new Fixture(deep);
    await change(fixture);
    expect(fixture.all()).toEqual([...after]);
  });

  test("a folder is removed", async () => {
    const fixture = new Fixture(deep);
    expect(await systemDisk.removeFolder(fixture.path("empty"), fixture.reach)).toBe(true);
    expect(fixture.all()).toEqual(["there"]);
  });

  test.each(CHANGES)("nothing is done where another one has its path: %s", async (_, change) => {
    const fixture = new Fixture(deep);
    fixture.exchange();
    await expect(change(fixture)).rejects.toMatchObject({ failure: "away" });
    expect(fixture.all()).toEqual(["empty", "there"]);
  });

  test("nor is a folder removed there", async () => {
    const fixture = new Fixture(deep);
    fixture.exchange();
    expect(await systemDisk.removeFolder(fixture.path("empty"), fixture.reach)).toBe(false);
    expect(fixture.all()).toEqual(["empty", "there"]);
  });

  test("where nothing has its path, the file is not missing: its disk is away", async () => {
    const fixture = new Fixture(deep);
    fixture.takeAway();
    await expect(systemDisk.remove(fixture.path("there"), fixture.reach)).rejects.toMatchObject({ failure: "away" });
  });

  test("the same holds for threads that wait for the disk", () => {
    const fixture = new Fixture(deep);
    const { reach } = fixture;
    systemBlockingDisk.makeSubfolder(fixture.path("new"), reach);
    systemBlockingDisk.close(systemBlockingDisk.open(fixture.path("new/file"), "create", reach));
    expect(systemBlockingDisk.removeFolder(fixture.path("empty"), reach)).toBe(true);
    expect(fixture.all()).toEqual(["new", "there"]);
    fixture.exchange();
    const failure = expect.objectContaining({ failure: "away" });
    expect(() => systemBlockingDisk.makeSubfolder(fixture.path("more"), reach)).toThrow(failure);
    for (const mode of ["create", "update", "change", "read"] as const) {
      expect(() => systemBlockingDisk.open(fixture.path("there"), mode, reach)).toThrow(failure);
    }
    expect(systemBlockingDisk.removeFolder(fixture.path("empty"), reach)).toBe(false);
    expect(fixture.all()).toEqual(["empty", "there"]);
  });

  test("a folder is held only if it is the right one", () => {
    const fixture = new Fixture(deep);
    const spot = beneath(anchorAt(fixture.folder));
    const held = systemBlockingDisk.openFolder(fixture.within, spot);
    fixture.exchange();
    fs.writeFileSync(path.join(held?.path ?? "", "kept"), "");
    held?.release();
    expect(() => systemBlockingDisk.openFolder(fixture.within, spot)).toThrow("is not in its place");
    expect(fixture.all()).toEqual(["empty", "there"]);
  });
});

test("what is beside the folder that is meant is not in it", async () => {
  const fixture = new Fixture();
  const beside = `${fixture.folder}2`;
  fs.mkdirSync(beside);
  await expect(systemDisk.makeSubfolder(path.join(beside, "new"), fixture.reach)).rejects.toMatchObject({
    failure: "away",
  });
  expect(fs.readdirSync(beside)).toEqual([]);
});

test("a folder may have to be on a certain file system", async () => {
  const fixture = new Fixture();
  const { device } = anchorAt(fixture.folder);
  const made = (name: string, on: bigint) =>
    systemDisk.makeSubfolder(fixture.path(name), { anchor: anchorAt(fixture.folder), device: on });
  await made("right", device);
  await expect(made("wrong", device + 1n)).rejects.toMatchObject({ failure: "away" });
  await systemDisk.makeSubfolder(fixture.path("anywhere"), { anchor: null, device });
  await expect(
    systemDisk.makeSubfolder(fixture.path("nowhere"), { anchor: null, device: device + 1n }),
  ).rejects.toMatchObject({ failure: "away" });
  expect(fixture.all()).toEqual(["anywhere", "empty", "right", "there"]);
});

test("a link on the way, or in the place of what is read, is not followed", async () => {
  const fixture = new Fixture();
  fs.symlinkSync(fixture.path("empty"), fixture.path("link"));
  await expect(systemDisk.makeSubfolder(fixture.path("link/new"), fixture.reach)).rejects.toMatchObject({
    failure: "link",
  });
  fs.symlinkSync("there", fixture.path("other"));
  await expect(systemDisk.open(fixture.path("other"), "read", fixture.reach)).rejects.toMatchObject({
    failure: "link",
  });
  expect(fs.readdirSync(fixture.path("empty"))).toEqual([]);
});
