import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError, type DiskFailure } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { CHANGED, UNSETTLED } from "../../../../src/secondary/folder/obstacle.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { IndexFixture, started } from "../index-fixture.ts";

const lasting = (reason: string) => ({ reason, lasting: true });

async function obstacles(fixture: IndexFixture, ...names: string[]): Promise<unknown> {
  return inEnglish(await Promise.all(names.map((name) => fixture.index.obstacleTo(name))));
}

test("a name is free that nothing has, in a folder that is there or can be made, and that of a file as it is recorded", async () => {
  const fixture = await started({ film: "film", "a/b/film": "film" });
  expect(await obstacles(fixture, "new", "a/new", "a/b/c/d/new", "film", "a/b/film")).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  await fixture.index.stop();
});

test("what stands in the place of a file, or of a folder on the way to it, is named", async () => {
  const fixture = await started({ film: "film", "folder/film": "film" });
  fs.symlinkSync("nowhere", fixture.path("link"));
  expect(await obstacles(fixture, "folder", "link", "film/a/b", "link/a", ".hidden", "a.part")).toEqual([
    lasting("a folder stands here in its place"),
    lasting("a symbolic link stands here in its place"),
    lasting("a file stands here in the place of the folder film"),
    lasting("a symbolic link stands here in the place of the folder link"),
    lasting("its name is not shared here"),
    lasting("it is named like a file that another program has not finished"),
  ]);
  await fixture.index.stop();
});

test("a file that was changed, or is not recorded yet, is in the way until the scan has come to it", async () => {
  const fixture = await started({ film: "film" });
  fixture.write("film", "changed");
  fixture.write("new", "new");
  expect(await obstacles(fixture, "film", "new")).toEqual(inEnglish([CHANGED, UNSETTLED]));
  await fixture.index.stop();
});

test("on a disk that finds a file by another name too, that name cannot be had", async () => {
  const lstat: Disk["lstat"] = (wanted) => systemDisk.lstat(wanted.replace(/FILM$/, "film"));
  const fixture = await started({ "films/film": "film" }, { disk: { lstat } });
  expect(await obstacles(fixture, "films/FILM", "films/film")).toEqual([
    lasting("the disk here does not tell its name from that of another file"),
    null,
  ]);
  await fixture.index.stop();
});

test("a file that may not be read is in the way until somebody changes that; other troubles of the disk are passed on", async () => {
  let failure: DiskFailure = "denied";
  const open: Disk["open"] = (wanted, mode) => {
    if (wanted.endsWith("/new")) return Promise.reject(new DiskError(failure, wanted, `it is ${failure}`));
    return systemDisk.open(wanted, mode);
  };
  const fixture = new IndexFixture({ disk: { open } });
  await fixture.start();
  fixture.write("new", "new");
  expect(await obstacles(fixture, "new")).toEqual([lasting("a file stands here in its place that cannot be read")]);
  failure = "limit";
  expect(await obstacles(fixture, "new")).toEqual([{ reason: "it is limit", lasting: false }]);
  failure = "other";
  expect(await obstacles(fixture, "new")).toEqual([lasting("it is other")]);
  await fixture.index.stop();
});

test("a folder that may not be written to is in the way of every new name in it", async () => {
  const checkWritable: Disk["checkWritable"] = async (folder) => {
    if (folder.endsWith("/closed")) throw new DiskError("denied", folder, "permission denied");
  };
  const fixture = await started({ "closed/film": "film" }, { disk: { checkWritable } });
  expect(await obstacles(fixture, "closed/new", "closed/a/new", "new")).toEqual([
    lasting("permission denied"),
    lasting("permission denied"),
    null,
  ]);
  await fixture.index.stop();
});

test("the nearest folder of a name is the innermost one that is there", async () => {
  const fixture = await started({ "a/b/film": "film" });
  const nearest = (name: string) => fixture.index.nearestFolder(name);
  expect([
    await nearest("a/b/new"),
    await nearest("a/c/d/new"),
    await nearest("a/b/film/x"),
    await nearest("new"),
  ]).toEqual(["a/b", "a", "a/b", ""].map((name) => path.join(fixture.folder, name)));
  await fixture.index.stop();
});
