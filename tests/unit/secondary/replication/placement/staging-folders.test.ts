import { expect, test } from "bun:test";
import { DiskError, type FileStat } from "../../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { StagingFolders } from "../../../../../src/secondary/replication/placement/staging-folders.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";

/** A shared folder at /share with mount points and devices that a test chooses. */
class StagingFixture {
  readonly clock = new FakeClock();
  mountPoints: string[] = ["/"];
  /** Folders on a device of their own, which no mount point tells of. */
  devices = new Map<string, bigint>();
  acceptsAnyName = true;
  readonly made: string[] = [];
  readonly reaches: unknown[] = [];
  readonly cleaned: string[] = [];
  mountQueries = 0;
  readonly staging = new StagingFolders({
    clock: this.clock,
    root: () => "/share",
    disk: {
      ...systemDisk,
      mountPoints: async () => {
        this.mountQueries += 1;
        return this.mountPoints;
      },
      stat: async (path) => ({ device: this.deviceOf(path) }) as FileStat,
      makeSubfolder: async (path, reach) => {
        this.made.push(path);
        this.reaches.push(reach);
      },
      removeFolder: async () => true,
      remove: async () => {},
      close: async () => {},
      open: async (path) => {
        if (path.includes("?")) throw new DiskError("other", path, "EINVAL");
        return 0;
      },
      acceptsAnyName: async () => this.acceptsAnyName,
    },
    clean: async (folder) => void this.cleaned.push(folder),
  });

  private deviceOf(path: string): bigint {
    for (const [folder, device] of this.devices) if (path === folder || path.startsWith(`${folder}/`)) return device;
    return 1n;
  }
}

test("what is not below another mount point is staged in the shared folder, which is not cleaned here", async () => {
  const fixture = new StagingFixture();
  fixture.mountPoints = ["/", "/share", "/shared", "/other"];
  expect(await fixture.staging.isSingle()).toBe(true);
  expect(await fixture.staging.folderFor("/share/a/b")).toBe("/share/.redes");
  expect(await fixture.staging.folderFor("/share")).toBe("/share/.redes");
  expect([fixture.made, fixture.cleaned]).toEqual([[], []]);
});

test("what is below a mount point is staged there, in a folder that is cleaned once", async () => {
  const fixture = new StagingFixture();
  fixture.mountPoints = ["/", "/share/disk"];
  expect(await fixture.staging.isSingle()).toBe(false);
  expect(await fixture.staging.folderFor("/share/disk/a/b")).toBe("/share/disk/.redes");
  expect(await fixture.staging.folderFor("/share/disk")).toBe("/share/disk/.redes");
  expect(await fixture.staging.folderFor("/share/disks")).toBe("/share/.redes");
  expect(fixture.made).toEqual(["/share/disk/.redes", "/share/disk/.redes"]);
  expect(fixture.cleaned).toEqual(["/share/disk/.redes"]);
});

test("another device counts though no mount point tells of it", async () => {
  const fixture = new StagingFixture();
  fixture.devices.set("/share/volume", 2n);
  expect(await fixture.staging.folderFor("/share/volume/a")).toBe("/share/volume/.redes");
  expect(await fixture.staging.folderFor("/share/a/b")).toBe("/share/.redes");
});

test("mount points are asked for once in two seconds", async () => {
  const fixture = new StagingFixture();
  await fixture.staging.isSingle();
  fixture.clock.advance(1999);
  await fixture.staging.isSingle();
  expect(fixture.mountQueries).toBe(1);
  fixture.clock.advance(1);
  await fixture.staging.isSingle();
  expect(fixture.mountQueries).toBe(2);
});

test("a name with unusual characters is accepted once the file system is known to take any", async () => {
  const fixture = new StagingFixture();
  const unusual = ["größe", "a:b", "what?", "end.", "end ", "a./b", "a /b"];
  for (const name of ["a", "a.b/c d", ".hidden"]) expect(fixture.staging.acceptsName(name)).toBe(true);
  for (const name of unusual) expect(fixture.staging.acceptsName(name)).toBe(false);
  await fixture.staging.probeName("/share/.redes", "größe");
  expect(fixture.made).toEqual([]);
  for (const name of unusual) expect(fixture.staging.acceptsName(name)).toBe(true);
});

test("where a file system may refuse a name, a file of that name is tried", async () => {
  const fixture = new StagingFixture();
  fixture.acceptsAnyName = false;
  await fixture.staging.probeName("/share/.redes", "plain/name");
  expect(fixture.made).toEqual([]);
  await fixture.staging.probeName("/share/.redes", "größe");
  expect(fixture.made).toEqual(["/share/.redes/names"]);
  const error = await fixture.staging.probeName("/share/.redes", "what?").catch((caught: unknown) => caught);
  expect(error).toMatchObject({ failure: "name" });
});

test("the mount point of a disk that was taken away since the mount points were asked for gets no staging folder", async () => {
  const fixture = new StagingFixture();
  fixture.mountPoints = ["/", "/share/disk"];
  expect(await fixture.staging.isSingle()).toBe(false);
  fixture.mountPoints = ["/"];
  expect(await fixture.staging.folderFor("/share/disk/a")).toBe("/share/.redes");
  expect(fixture.made).toEqual([]);
});

test("a staging folder is made on the file system that was found alone", async () => {
  const fixture = new StagingFixture();
  fixture.mountPoints = ["/", "/share/disk"];
  fixture.devices.set("/share/disk", 2n);
  await fixture.staging.folderFor("/share/disk/a/b");
  expect(fixture.reaches).toEqual([{ anchor: null, device: 2n }]);
});
