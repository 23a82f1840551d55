import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk, systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { inlineBatches } from "../../../../../src/platform/workers/batch-client.ts";
import { Staging } from "../../../../../src/secondary/replication/placement/staging.ts";
import { Targets } from "../../../../../src/secondary/replication/placement/targets.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { MAY_MOUNT, Tmpfs } from "../../../../support/tmpfs.ts";
import { Shelf } from "../../library-fixture.ts";

const BATCHES = inlineBatches(systemBlockingDisk);

async function started(
  files: Record<string, string> = {},
  disk: Partial<typeof systemDisk> = {},
  sweep: (folder: string) => Promise<void> = async () => {},
) {
  const shelf = new Shelf({ settled: true });
  for (const [name, content] of Object.entries(files)) shelf.write(name, content);
  await shelf.start();
  const { library } = shelf;
  const swept: string[] = [];
  const staging = new Staging({
    clock: new FakeClock(),
    disk: { ...systemDisk, ...disk },
    root: () => library.root,
    sweep: (folder) => {
      swept.push(folder);
      return sweep(folder);
    },
  });
  const targets = new Targets({ library, batches: BATCHES, staging, demand: async () => {} });
  return { shelf, staging, targets, swept, main: path.join(library.root, ".redes") };
}

describe("where a file can be put", () => {
  test("what is free, and what is known, is staged in the shared folder", async () => {
    const { shelf, targets, main } = await started({ known: "x", "folder/known": "y" });
    const names = ["new", "folder/new", "no/such/folder/new", "known", "folder/known", "Größe: 1?"];
    expect(await targets.ofAll(names)).toEqual(names.map(() => ({ staging: main })));
    await shelf.stop();
  });

  test("whatever stands in its place, or in that of a folder of it, is named", async () => {
    const { shelf, targets } = await started({ file: "x" });
    spawnSync("mkfifo", [shelf.path("pipe")]);
    fs.mkdirSync(shelf.path("folder"));
    fs.symlinkSync("/nowhere", shelf.path("link"));
    const found = await targets.ofAll(["file/inner", "pipe", "folder", "link", "link/inner", "pipe/inner"]);
    expect(found).toEqual(
      [
        "a file stands here in the place of the folder file",
        "a pipe, socket or device stands here in its place",
        "a folder stands here in its place",
        "a symbolic link stands here in its place",
        "a symbolic link stands here in the place of the folder link",
        "a pipe, socket or device stands here in the place of the folder pipe",
      ].map((reason) => ({ reason, lasting: true })),
    );
    await shelf.stop();
  });

  test("a file that is not known yet is no lasting obstacle", async () => {
    const { shelf, targets } = await started();
    fs.writeFileSync(shelf.path("fresh"), "x");
    expect(await targets.ofAll(["fresh"])).toEqual([
      { reason: "a file of that name is not settled here", lasting: false },
    ]);
    await shelf.stop();
  });

  test("a name too long for the disk, and a folder that cannot be written to, are named", async () => {
    const { shelf, targets } = await started({}, {});
    const long = "n".repeat(300);
    const [first] = await targets.ofAll([long]);
    expect(first).toMatchObject({ lasting: true, reason: expect.stringContaining("cannot hold such a name") });
    await shelf.stop();
  });

  test("a name that the disk refuses only when a file is made is found by a trial, and leaves nothing", async () => {
    const open = async (file: string, mode: Parameters<typeof systemDisk.open>[1]) => {
      if (path.basename(file).includes("?")) throw new DiskError("other", file, "EINVAL: invalid argument");
      return systemDisk.open(file, mode);
    };
    const { shelf, targets, main } = await started({}, { open, takesAnyName: async () => false });
    const [bad, good] = await targets.ofAll(["what?", "größe"]);
    expect(bad).toMatchObject({ lasting: true, reason: expect.stringContaining("cannot hold a name like") });
    expect(good).toEqual({ staging: main });
    expect(fs.existsSync(path.join(main, "names"))).toBe(false);
    await shelf.stop();
  });
});

describe.if(MAY_MOUNT)("with another disk in a subfolder", () => {
  test("files are staged on the disk that they are to be on, and what earlier runs left there is removed once", async () => {
    const { shelf, targets, swept, main } = await started();
    using _disk = new Tmpfs(shelf.path("sub"), "4m");
    const sub = path.join(shelf.library.root, "sub/.redes");
    expect(await targets.ofAll(["a", "sub/b", "sub/deep/c", "subway/d"])).toEqual([
      { staging: main },
      { staging: sub },
      { staging: sub },
      { staging: main },
    ]);
    await targets.ofAll(["sub/e"]);
    expect(swept).toEqual([sub]);
    await shelf.stop();
  });

  test("that could not be swept is swept when it is used next, and takes files then", async () => {
    let sweeps = 0;
    const sweep = async () => {
      sweeps += 1;
      if (sweeps === 1) throw new DiskError("limit", "", "too many open files");
    };
    const { shelf, targets } = await started({}, {}, sweep);
    using _disk = new Tmpfs(shelf.path("sub"), "4m");
    expect(await targets.ofAll(["sub/b"])).toEqual([{ reason: "too many open files", lasting: false }]);
    const sub = path.join(shelf.library.root, "sub/.redes");
    expect(await targets.ofAll(["sub/b", "sub/c"])).toEqual([{ staging: sub }, { staging: sub }]);
    expect(sweeps).toBe(2);
    await shelf.stop();
  });

  test("that is found also where it is not told among what is mounted, as with subvolumes", async () => {
    const { shelf, targets, main } = await started({}, { mountPoints: async () => [] });
    using _disk = new Tmpfs(shelf.path("sub"), "4m");
    const sub = path.join(shelf.library.root, "sub/.redes");
    expect(await targets.ofAll(["a", "sub/b", "sub/deep/c"])).toEqual([
      { staging: main },
      { staging: sub },
      { staging: sub },
    ]);
    await shelf.stop();
  });

  test("a read-only one is an obstacle, with its cause", async () => {
    const { shelf, targets } = await started();
    using disk = new Tmpfs(shelf.path("ro"), "4m");
    disk.change("ro");
    const [found] = await targets.ofAll(["ro/a"]);
    expect(found).toMatchObject({ lasting: true, reason: expect.stringContaining("read-only") });
    await shelf.stop();
  });
});
