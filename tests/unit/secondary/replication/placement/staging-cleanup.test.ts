import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { cleanStagingFolder } from "../../../../../src/secondary/replication/placement/staging-cleanup.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../../support/folder.ts";

const DAY = 24 * 3600 * 1000;

/** What is left in a folder with a file that was put there just now and was modified in 1970, so many days later. */
async function leftAfter(days: number): Promise<string[]> {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "film"), "x");
  fs.utimesSync(path.join(folder, "film"), 1, 1);
  const clock = Object.assign(new FakeClock(), { wall: () => Date.now() + days * DAY });
  await cleanStagingFolder({ disk: systemDisk, clock }, folder, () => false);
  return fs.readdirSync(folder);
}

test("a file that is whole and waits for its name stays for days, however old its content is", async () => {
  expect(await leftAfter(6)).toEqual(["film"]);
  expect(await leftAfter(8)).toEqual([]);
});
