import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { english } from "../../../../src/sentences/sentence.ts";
import { driveThrough } from "../../../support/drive.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { IndexFixture, started } from "../index-fixture.ts";

test("a folder whose work folder is a link is not opened, and nothing is made or removed where that leads", async () => {
  const fixture = new IndexFixture();
  const outside = temporaryFolder();
  fs.writeFileSync(path.join(outside, "old"), "theirs");
  fs.symlinkSync(outside, fixture.path(".redes"));
  await expect(fixture.guard.open()).rejects.toThrow(
    `${fixture.path(".redes")} is reached through a symbolic link, to ${outside}: it must be a real folder; remove the link`,
  );
  expect(fs.readdirSync(outside)).toEqual(["old"]);
});

test("one whose work folder has become a link is not there until that is gone", async () => {
  const fixture = await started({ film: "film" });
  const aside = path.join(temporaryFolder(), "aside");
  fs.renameSync(fixture.path(".redes"), aside);
  fs.symlinkSync(aside, fixture.path(".redes"));
  expect(await fixture.guard.checkPresent()).toBe(false);
  expect(english(fixture.guard.reason)).toContain("remove the link");
  fs.unlinkSync(fixture.path(".redes"));
  fs.renameSync(aside, fixture.path(".redes"));
  // What was open is closed beside that, and its lock with it: until then another try is made after a while.
  expect(await driveThrough(fixture.clock, fixture.guard.open())).toBe(true);
  await fixture.stop();
});

test("one that was moved, with a link in its place, is not there as it was, and no file of it is given up", async () => {
  const above = temporaryFolder();
  const fixture = new IndexFixture({ folder: path.join(above, "disk", "videos"), settled: true });
  fixture.write("sub/film", "film");
  await fixture.start();
  fs.renameSync(path.join(above, "disk"), path.join(above, "moved"));
  fs.symlinkSync("moved", path.join(above, "disk"));
  fixture.tellChange("sub/film");
  await fixture.until("it is missed", () => !fixture.guard.isPresent);
  expect(english(fixture.guard.reason)).toContain(`to ${above}/moved/videos/.redes`);
  expect([...fixture.index.files()].map(({ name }) => name)).toEqual(["sub/film"]);
  await fixture.stop();
});
