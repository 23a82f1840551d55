import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { inlineBatches } from "../../../../src/platform/workers/batch-client.ts";
import { PlacementFinder } from "../../../../src/secondary/replication/placement/placement-finder.ts";
import { StagingFolders } from "../../../../src/secondary/replication/placement/staging-folders.ts";
import { ExfatDisk, MAY_FOLD } from "../../../support/exfat.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { IndexFixture } from "../index-fixture.ts";

const REASON = "the disk here does not tell its name from that of another file";

test.skipIf(!MAY_FOLD)(
  "a file whose name a real disk does not tell from another's does not take its place",
  async () => {
    using disk = new ExfatDisk();
    const folder = path.join(disk.folder, "share");
    fs.mkdirSync(folder);
    const fixture = new IndexFixture({ folder, settled: true });
    fixture.write("films/film", "mine");
    await fixture.start();
    expect([...fixture.index.files()].map(({ name }) => name)).toEqual(["films/film"]);
    const refused = { reason: REASON, lasting: true };
    expect(inEnglish(await fixture.index.obstacleTo("films/FILM"))).toEqual(refused);
    expect(await fixture.index.obstacleTo("films/film 2")).toBeNull();
    const staged = [fixture.stage("films/FILM", "theirs"), fixture.stage("films/film 2", "theirs, too")];
    expect(inEnglish(await fixture.index.install(staged))).toEqual([refused, "installed"]);
    expect(fs.readdirSync(fixture.path("films")).sort()).toEqual(["film", "film 2"]);
    expect([fixture.read("films/film"), fixture.read("films/film 2")]).toEqual(["mine", "theirs, too"]);
    await fixture.stop();
  },
);

test.skipIf(!MAY_FOLD)("nor does one whose folder has a name that it does not tell from another's", async () => {
  using disk = new ExfatDisk();
  const folder = path.join(disk.folder, "share");
  fs.mkdirSync(folder);
  const fixture = new IndexFixture({ folder, settled: true });
  fixture.write("films/old/film", "mine");
  await fixture.start();
  const { clock, index } = fixture;
  const staging = new StagingFolders({ clock, disk: systemDisk, root: () => folder, clean: async () => {} });
  const batches = inlineBatches(systemBlockingDisk);
  const placements = new PlacementFinder({ index, batches, staging, demand: async () => {} });
  const refused = (name: string) => ({
    reason: `the disk here does not tell the name of the folder ${name} from that of another one`,
    lasting: true,
  });
  const placed = { staging: path.join(folder, ".redes") };
  const names = ["films/OLD/new", "FILMS/old/new", "films/old/new", "other/new", "new"];
  expect(inEnglish(await placements.find(names))).toEqual([
    refused("films/OLD"),
    refused("FILMS"),
    placed,
    placed,
    placed,
  ]);
  await fixture.stop();
});
