import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { MARKER } from "../../../../../src/secondary/folder/marker.ts";
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

test("folders that a killed copy made for its files go at once; the other folders and the marker stay", async () => {
  const folder = temporaryFolder();
  for (const name of ["small-1", "local-2", "kept", "names"]) {
    fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(path.join(folder, name, "0"), "x");
  }
  for (const name of ["small-file", MARKER, "id.part", "other.part"]) fs.writeFileSync(path.join(folder, name), "x");
  const later = Object.assign(new FakeClock(), { wall: () => Date.now() + 30 * DAY });
  const isNeeded = (name: string) => name === "id.part";
  await cleanStagingFolder({ disk: systemDisk, clock: new FakeClock() }, folder, isNeeded);
  expect(fs.readdirSync(folder).toSorted()).toEqual(["id.part", "kept", MARKER, "names", "other.part"].toSorted());
  await cleanStagingFolder({ disk: systemDisk, clock: later }, folder, isNeeded);
  expect(fs.readdirSync(folder).toSorted()).toEqual(["id.part", "kept", MARKER, "names"].toSorted());
  expect(fs.readFileSync(path.join(folder, "kept", "0"), "utf8")).toBe("x");
});
