import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import type { KeptFile } from "../../../../src/protocol/messages/kept.ts";
import { KeptDeletion } from "../../../../src/secondary/kept/kept-deletion.ts";
import { KeptFolders } from "../../../../src/secondary/kept/kept-folders.ts";
import { KeptIndex } from "../../../../src/secondary/kept/kept-index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";

/** Bytes of a disk, and of each kept file. */
const CAPACITY = 1000;
const SIZE = 100;

/** Kept files on the disk of a shared folder, and on another one within it. Both are as large. */
class Fixture {
  readonly index = new KeptIndex();
  readonly log: string[] = [];
  /** Bytes that are free on each disk beside what is kept there. */
  readonly unused = { main: 300, other: 300 };
  present = true;
  /** Serial numbers of files that the disk does not let go. */
  readonly stuck = new Set<number>();

  private constructor(
    readonly folders: KeptFolders,
    readonly disk: Disk,
    readonly other: string,
  ) {}

  static async make(): Promise<Fixture> {
    const share = temporaryFolder();
    const other = path.join(share, "other/.redes");
    for (const staging of [path.join(share, ".redes"), other]) fs.mkdirSync(staging, { recursive: true });
    let fixture: Fixture | null = null;
    const disk: Disk = {
      ...systemDisk,
      mountPoints: async () => [],
      totalBytes: async () => CAPACITY,
      freeBytes: async (staging) => fixture?.free(staging === other ? "other" : "main") ?? 0,
      remove: async (wanted) => {
        for (const serial of fixture?.stuck ?? []) {
          if (wanted.endsWith(`f${serial}`)) throw new DiskError("denied", wanted, "permission denied");
        }
        await systemDisk.remove(wanted);
      },
    };
    const folders = await KeptFolders.open(disk, share, ".redes");
    fixture = new Fixture(folders, disk, other);
    return fixture;
  }

  readonly deletion = () =>
    new KeptDeletion({
      clock: new FakeClock(),
      disk: this.disk,
      log: {
        info: (_event, text) => void this.log.push(String(text)),
        warn: (_event, text) => void this.log.push(String(text)),
        error() {},
      },
      guard: { checkPresent: async () => this.present },
      index: this.index,
      folders: this.folders,
    });

  async keep(serial: number, disk: "main" | "other" = "main", at = serial): Promise<KeptFile> {
    const location = disk === "main" ? this.folders.main : await this.folders.openAt(this.other);
    const id = String(serial).padStart(64, "0");
    const file = { serial, at: at * 1000, why: "replaced", number: 1, id, name: `f${serial}`, size: SIZE } as const;
    await location.folder.makeFolders(file);
    fs.writeFileSync(location.folder.pathOf(file), "x".repeat(SIZE));
    this.index.add(file);
    this.folders.add(file, location);
    return file;
  }

  get serials(): number[] {
    return [...this.index.oldest()].map(({ serial }) => serial);
  }

  free(disk: "main" | "other"): number {
    const kept = [...this.index.oldest()].filter((file) => {
      return (this.folders.locationOf(file) === this.folders.main) === (disk === "main");
    });
    return this.unused[disk] - kept.length * SIZE;
  }
}

test("room is made by as many of the oldest as are needed on that disk, and by none where all would not do", async () => {
  const fixture = await Fixture.make();
  for (const serial of [1, 2, 3]) await fixture.keep(serial, serial === 2 ? "other" : "main");
  const deletion = fixture.deletion();
  expect(await deletion.freeSpace(100)).toBe(100);
  expect(await deletion.freeSpace(301)).toBe(100);
  expect(fixture.serials).toEqual([1, 2, 3]);
  expect(await deletion.freeSpace(200)).toBe(200);
  expect(fixture.serials).toEqual([2, 3]);
  await fixture.keep(4);
  expect(await deletion.freeSpace(300)).toBe(300);
  expect(fixture.serials).toEqual([2]);
  expect(await deletion.freeSpace(301, fixture.other)).toBe(200);
  expect(await deletion.freeSpace(300, fixture.other)).toBe(300);
  expect(fixture.serials).toEqual([]);
  expect(fixture.log[0]).toBe("let 1 kept file go (100 B): their room is needed");
});

test("no room is made while the folder is not there, nor by what is being put back", async () => {
  const fixture = await Fixture.make();
  const file = await fixture.keep(1);
  await fixture.keep(2);
  const deletion = fixture.deletion();
  await deletion.withhold(file, async () => {
    expect(await deletion.freeSpace(300)).toBe(200);
    expect(fixture.serials).toEqual([1]);
    expect(await deletion.withhold(file, async () => "twice")).toBeNull();
  });
  fixture.present = false;
  expect(await deletion.freeSpace(300)).toBe(200);
  fixture.present = true;
  expect(await deletion.freeSpace(300)).toBe(300);
});

test("what left the folder at a time or before is deleted together, with one line in the log", async () => {
  const fixture = await Fixture.make();
  for (const serial of [1, 2, 3]) await fixture.keep(serial);
  const deletion = fixture.deletion();
  deletion.deleteOlderThan(0);
  deletion.deleteOlderThan(2000);
  await deletion.idle();
  expect([fixture.serials, fixture.log]).toEqual([[3], ["let 2 kept files go (200 B): their days are over"]]);
});

test("so much is kept on each disk that the disk is not too full", async () => {
  const fixture = await Fixture.make();
  for (const serial of [1, 2, 3]) await fixture.keep(serial);
  for (const serial of [4, 5]) await fixture.keep(serial, "other");
  const deletion = fixture.deletion();
  fixture.unused.main = 320;
  deletion.trimToReserve();
  deletion.trimToReserve();
  await deletion.idle();
  expect([fixture.serials, fixture.log]).toEqual([
    [2, 3, 4, 5],
    ["let 1 kept file go (100 B): the disk would be too full"],
  ]);
  fixture.present = false;
  fixture.unused.other = 210;
  deletion.trimToReserve();
  await deletion.idle();
  expect(fixture.serials).toEqual([2, 3, 4, 5]);
});

test("a file that cannot be deleted is said, and keeps nobody from deleting the others", async () => {
  const fixture = await Fixture.make();
  for (const serial of [1, 2, 3]) await fixture.keep(serial);
  for (const serial of [1, 3]) fixture.stuck.add(serial);
  const deletion = fixture.deletion();
  expect(await deletion.deleteAt(fixture.folders.main, 200)).toBe(1);
  expect(fixture.log.splice(0)).toEqual([
    "let 1 kept file go (100 B): their room is needed",
    "a kept file cannot be removed: permission denied",
  ]);
  expect(await deletion.deleteAt(fixture.folders.main, 100)).toBe(0);
  expect(fixture.log).toEqual(["a kept file cannot be removed: permission denied"]);
});
