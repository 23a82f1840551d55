import { expect, test } from "bun:test";
import fs from "node:fs";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { inEnglish } from "../../../support/in-english.ts";
import type { IndexFixture } from "../index-fixture.ts";
import { started } from "../index-fixture.ts";

/** Everything in the folder, apart from the program's own. */
function tree({ folder }: IndexFixture): string[] {
  const paths = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths.filter((path) => !path.startsWith(".redes")).sort();
}

function refuse(to: string): never {
  throw new DiskError("full", to, "the disk is full");
}

/** A disk on which nothing gets a name that ends with `refused`. */
const renameNoReplace = async (from: string, to: string) =>
  to.endsWith("refused") ? refuse(to) : systemDisk.renameNoReplace(from, to);

test("folders that were made for copies which do not get their names are removed, and no others", async () => {
  const fixture = await started({}, { disk: { renameNoReplace } });
  fs.mkdirSync(fixture.path("mine/empty"), { recursive: true });
  const names = ["new/deep/refused", "new/refused", "other/a", "other/sub/refused", "mine/empty/made/refused"];
  const results = await fixture.index.install(names.map((name) => fixture.stage(name, name)));
  expect(results.map((result) => result === "installed")).toEqual([false, false, true, false, false]);
  expect(tree(fixture)).toEqual(["mine", "mine/empty", "other", "other/a"]);
  // What was made for another file stays also when it is empty later.
  fs.rmSync(fixture.path("other/a"));
  await fixture.index.install([fixture.stage("other/refused", "refused")]);
  expect(tree(fixture)).toEqual(["mine", "mine/empty", "other"]);
  await fixture.index.stop();
});

test("a folder in which somebody has put a file meanwhile stays", async () => {
  const putBeside = async (from: string, to: string) => {
    if (to.endsWith("refused")) fs.writeFileSync(`${to}.theirs`, "theirs");
    await renameNoReplace(from, to);
  };
  const fixture = await started({}, { disk: { renameNoReplace: putBeside } });
  await fixture.index.install([fixture.stage("new/deep/refused", "copy")]);
  expect(tree(fixture)).toEqual(["new", "new/deep", "new/deep/refused.theirs"]);
  await fixture.index.stop();
});

test("a kept file that cannot be put back leaves no folder", async () => {
  const fixture = await started({ verified: "one" }, { disk: { renameNoReplace } });
  const path = fixture.path("verified");
  const { size } = fs.statSync(path);
  const verified = await fixture.hashing.hash(path, size);
  await expect(fixture.index.restore("s/t/refused", path, verified)).rejects.toThrow("the disk is full");
  expect(tree(fixture)).toEqual(["verified"]);
  await fixture.index.stop();
});

test("no folder is made on another disk than the file for it: that of a mount point, whose disk was taken away", async () => {
  const lstat: typeof systemDisk.lstat = async (wanted) => {
    const stat = await systemDisk.lstat(wanted);
    return stat && wanted.endsWith("/.redes") ? { ...stat, device: stat.device + 1n } : stat;
  };
  const fixture = await started({ verified: "one" }, { disk: { lstat } });
  const [result] = await fixture.index.install([fixture.stage("new/deep/a", "copy")]);
  expect(inEnglish(result)).toMatchObject({ reason: expect.stringContaining("is not in its place"), lasting: false });
  const kept = fixture.stage("kept", "one");
  const verified = await fixture.hashing.hash(kept.temp, 3);
  await expect(fixture.index.restore("s/t/a", kept.temp, verified)).rejects.toThrow("is not in its place");
  expect(tree(fixture)).toEqual(["verified"]);
  await fixture.index.stop();
});
