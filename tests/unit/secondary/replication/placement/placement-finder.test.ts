import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { inlineBatches } from "../../../../../src/platform/workers/batch-client.ts";
import { PlacementFinder } from "../../../../../src/secondary/replication/placement/placement-finder.ts";
import { StagingFolders } from "../../../../../src/secondary/replication/placement/staging-folders.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { inEnglish } from "../../../../support/in-english.ts";
import { MAY_MOUNT, Tmpfs } from "../../../../support/tmpfs.ts";
import { IndexFixture } from "../../index-fixture.ts";

const BATCHES = inlineBatches(systemBlockingDisk);

async function started(
  files: Record<string, string> = {},
  disk: Partial<typeof systemDisk> = {},
  sweep: (folder: string) => Promise<void> = async () => {},
) {
  const indexFixture = new IndexFixture({ settled: true });
  for (const [name, content] of Object.entries(files)) indexFixture.write(name, content);
  await indexFixture.start();
  const { index } = indexFixture;
  const swept: string[] = [];
  const staging = new StagingFolders({
    clock: new FakeClock(),
    disk: { ...systemDisk, ...disk },
    root: () => index.root,
    clean: (folder) => {
      swept.push(folder);
      return sweep(folder);
    },
  });
  const placements = new PlacementFinder({ index, batches: BATCHES, staging, demand: async () => {} });
  return { indexFixture, staging, placements, swept, main: path.join(index.root, ".redes") };
}

describe("where a file can be put", () => {
  test("what is free, and what is known, is staged in the shared folder", async () => {
    const { indexFixture, placements, main } = await started({ known: "x", "folder/known": "y" });
    const names = ["new", "folder/new", "no/such/folder/new", "known", "folder/known", "Größe: 1?"];
    expect(await placements.find(names)).toEqual(names.map(() => ({ staging: main })));
    await indexFixture.stop();
  });

  test("whatever stands in its place, or in that of a folder of it, is named", async () => {
    const { indexFixture, placements } = await started({ file: "x" });
    spawnSync("mkfifo", [indexFixture.path("pipe")]);
    fs.mkdirSync(indexFixture.path("folder"));
    fs.symlinkSync("/nowhere", indexFixture.path("link"));
    const found = await placements.find(["file/inner", "pipe", "folder", "link", "link/inner", "pipe/inner"]);
    expect(inEnglish(found)).toEqual(
      [
        "a file stands here in the place of the folder file",
        "a pipe, socket or device stands here in its place",
        "a folder stands here in its place",
        "a symbolic link stands here in its place",
        "a symbolic link stands here in the place of the folder link",
        "a pipe, socket or device stands here in the place of the folder pipe",
      ].map((reason) => ({ reason, lasting: true })),
    );
    await indexFixture.stop();
  });

  test("a file that is not known yet is no lasting obstacle", async () => {
    const { indexFixture, placements } = await started();
    fs.writeFileSync(indexFixture.path("fresh"), "x");
    expect(inEnglish(await placements.find(["fresh"]))).toEqual([
      { reason: "a file of that name is not settled here", lasting: false },
    ]);
    await indexFixture.stop();
  });

  test("a name too long for the disk, and a folder that cannot be written to, are named", async () => {
    const { indexFixture, placements } = await started({}, {});
    const long = "n".repeat(300);
    const [first] = await placements.find([long]);
    expect(inEnglish(first)).toMatchObject({
      lasting: true,
      reason: expect.stringContaining("cannot hold such a name"),
    });
    await indexFixture.stop();
  });

  test("a name that the disk refuses only when a file is made is found by a trial, and leaves nothing", async () => {
    const open = async (file: string, mode: Parameters<typeof systemDisk.open>[1]) => {
      if (path.basename(file).includes("?")) throw new DiskError("other", file, "EINVAL: invalid argument");
      return systemDisk.open(file, mode);
    };
    const { indexFixture, placements, main } = await started({}, { open, acceptsAnyName: async () => false });
    const [bad, good] = await placements.find(["what?", "größe"]);
    expect(inEnglish(bad)).toMatchObject({ lasting: true, reason: expect.stringContaining("cannot hold a name like") });
    expect(good).toEqual({ staging: main });
    expect(fs.existsSync(path.join(main, "names"))).toBe(false);
    await indexFixture.stop();
  });

  test("trials of names do not take each other's folder away, and the last one leaves none", async () => {
    const underWay = { now: 0, most: 0 };
    const { indexFixture, placements, main } = await started(
      {},
      {
        acceptsAnyName: async () => false,
        async makeSubfolder(folder, way) {
          if (path.basename(folder) === "names") underWay.most = Math.max(underWay.most, ++underWay.now);
          return systemDisk.makeSubfolder(folder, way);
        },
        async removeFolder(folder, way) {
          if (path.basename(folder) === "names") underWay.now--;
          return systemDisk.removeFolder(folder, way);
        },
      },
    );
    expect(await placements.find(["größe", "país", "año"])).toEqual(Array(3).fill({ staging: main }));
    expect(underWay).toEqual({ now: 0, most: 1 });
    expect(fs.existsSync(path.join(main, "names"))).toBe(false);
    await indexFixture.stop();
  });
});

describe.if(MAY_MOUNT)("with another disk in a subfolder", () => {
  test("files are staged on the disk that they are to be on, and what earlier runs left there is removed once", async () => {
    const { indexFixture, placements, swept, main } = await started();
    using _disk = new Tmpfs(indexFixture.path("sub"), "4m");
    const sub = path.join(indexFixture.index.root, "sub/.redes");
    expect(await placements.find(["a", "sub/b", "sub/deep/c", "subway/d"])).toEqual([
      { staging: main },
      { staging: sub },
      { staging: sub },
      { staging: main },
    ]);
    await placements.find(["sub/e"]);
    expect(swept).toEqual([sub]);
    await indexFixture.stop();
  });

  test("that could not be swept is swept when it is used next, and takes files then", async () => {
    let sweeps = 0;
    const sweep = async () => {
      sweeps += 1;
      if (sweeps === 1) throw new DiskError("limit", "", "too many open files");
    };
    const { indexFixture, placements } = await started({}, {}, sweep);
    using _disk = new Tmpfs(indexFixture.path("sub"), "4m");
    expect(inEnglish(await placements.find(["sub/b"]))).toEqual([{ reason: "too many open files", lasting: false }]);
    const sub = path.join(indexFixture.index.root, "sub/.redes");
    expect(await placements.find(["sub/b", "sub/c"])).toEqual([{ staging: sub }, { staging: sub }]);
    expect(sweeps).toBe(2);
    await indexFixture.stop();
  });

  test("that is found also where it is not told among what is mounted, as with subvolumes", async () => {
    const { indexFixture, placements, main } = await started({}, { mountPoints: async () => [] });
    using _disk = new Tmpfs(indexFixture.path("sub"), "4m");
    const sub = path.join(indexFixture.index.root, "sub/.redes");
    expect(await placements.find(["a", "sub/b", "sub/deep/c"])).toEqual([
      { staging: main },
      { staging: sub },
      { staging: sub },
    ]);
    await indexFixture.stop();
  });

  test("a read-only one is an obstacle, with its cause", async () => {
    const { indexFixture, placements } = await started();
    using disk = new Tmpfs(indexFixture.path("ro"), "4m");
    disk.change("ro");
    const [found] = await placements.find(["ro/a"]);
    expect(inEnglish(found)).toMatchObject({ lasting: true, reason: expect.stringContaining("read-only") });
    await indexFixture.stop();
  });
});
