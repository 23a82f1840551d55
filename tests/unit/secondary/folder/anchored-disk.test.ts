import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError, type Reach } from "../../../../src/platform/disk/disk.ts";
import { type Anchor, beneath } from "../../../../src/platform/disk/reach/anchor.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { anchoredDisk } from "../../../../src/secondary/folder/anchored-disk.ts";
import { anchorAt } from "../../../support/anchor.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const ROOT: Anchor = { path: "/share", device: 1n, inode: 2n };
const GUARD = { root: ROOT.path, reach: () => beneath(ROOT) };

const always = () => true;

/** All that makes, changes or removes a name. */
const CHANGES: readonly (readonly [keyof Disk, (disk: Disk, path: string, reach?: Reach) => Promise<unknown>])[] = [
  ["makeSubfolder", (disk, at, reach) => disk.makeSubfolder(at, reach)],
  ["remove", (disk, at, reach) => disk.remove(at, reach)],
  ["removeIf", (disk, at, reach) => disk.removeIf(at, always, reach)],
  ["removeFolder", (disk, at, reach) => disk.removeFolder(at, reach)],
  ["rename", (disk, at, reach) => disk.rename(`${at}.part`, at, reach)],
  ["renameIf", (disk, at, reach) => disk.renameIf(`${at}.part`, at, always, reach)],
  ["renameNoReplace", (disk, at, reach) => disk.renameNoReplace(`${at}.part`, at, reach)],
  ["link", (disk, at, reach) => disk.link(`${at}.part`, at, reach)],
  ["linkFd", (disk, at, reach) => disk.linkFd(7, at, reach)],
  ["open", (disk, at, reach) => disk.open(at, "create", reach)],
  ["open", (disk, at, reach) => disk.open(at, "update", reach)],
  ["open", (disk, at, reach) => disk.open(at, "change", reach)],
];

/** With which reach the disk beneath is asked, of a call to the anchored one. */
async function reachOf(call: keyof Disk, work: (disk: Disk) => Promise<unknown>): Promise<unknown> {
  const reaches: unknown[] = [];
  const noted = async (...args: unknown[]) => void reaches.push(args.at(-1));
  await work(anchoredDisk({ ...systemDisk, [call]: noted }, GUARD));
  return reaches[0];
}

test.each(CHANGES)(
  "in the shared folder %s is done in that very folder alone, however it was asked for",
  async (call, work) => {
    for (const reach of [undefined, "any", "real", { folder: "/share", except: null }] as const) {
      expect(await reachOf(call, (disk) => work(disk, "/share/.redes/a", reach))).toEqual(beneath(ROOT));
    }
  },
);

test.each(CHANGES)("%s may be asked for on a certain file system", async (call, work) => {
  const asked = { anchor: null, device: 5n };
  expect(await reachOf(call, (disk) => work(disk, "/share/a", asked))).toEqual({ anchor: ROOT, device: 5n });
});

test.each(CHANGES)("outside of it %s is done as it was asked for", async (call, work) => {
  expect(await reachOf(call, (disk) => work(disk, "/shared/a", "real"))).toBe("real");
});

test("a file is read as it was asked for", async () => {
  expect(await reachOf("open", (disk) => disk.open("/share/a", "read", "real"))).toBe("real");
});

test("nothing is done in a folder that was never open", async () => {
  const reach = () => {
    throw new DiskError("away", "/share", "the shared folder is not open");
  };
  const disk = anchoredDisk(systemDisk, { root: "/share", reach });
  for (const [, work] of CHANGES) await expect(work(disk, "/share/a")).rejects.toThrow("the shared folder is not open");
});

test("no folder is made there with those above it: an empty mount point would get them", async () => {
  const above = temporaryFolder();
  const root = path.join(above, "share");
  fs.mkdirSync(path.join(root, ".redes"), { recursive: true });
  const disk = anchoredDisk(systemDisk, { root, reach: () => beneath(anchorAt(root)) });
  expect(await disk.makeFolder(path.join(root, ".redes"))).toBeNull();
  await expect(disk.makeFolder(path.join(root, "films/.redes"))).rejects.toMatchObject({ failure: "missing" });
  expect(fs.readdirSync(root)).toEqual([".redes"]);
  expect(await disk.makeFolder(path.join(above, "beside/it"))).toBe(path.join(above, "beside"));
});
