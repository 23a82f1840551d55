import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { CHANGED } from "../../../../src/secondary/folder/obstacle.ts";
import { everything } from "../../../support/files.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { IndexFixture } from "../index-fixture.ts";

/** A folder with `film`, whose content is "one", on a disk with these differences; what leaves it is kept for some days. */
async function started(disk: Partial<Disk>, folder = temporaryFolder(), days = 7): Promise<IndexFixture> {
  const fixture = new IndexFixture({ days, disk, folder });
  fixture.write("film", "one");
  await fixture.start();
  await fixture.agree();
  return fixture;
}

async function replace(fixture: IndexFixture): Promise<unknown> {
  const [result] = await fixture.index.install([fixture.stage("film", "two")]);
  return result;
}

/** Puts a file in the place of another, as people should: by renaming. */
function put(where: string, content: string): void {
  fs.writeFileSync(`${path.dirname(where)}/.new`, content);
  fs.renameSync(`${path.dirname(where)}/.new`, where);
}

/** The contents of the kept files. */
function keptContents(fixture: IndexFixture): string[] {
  const kept = fixture.path(".redes/kept");
  return everything(kept).map((file) => fs.readFileSync(path.join(kept, file), "utf8"));
}

describe("where the file system has no hard links", () => {
  const noLinks = async (_from: string, to: string) => {
    throw new DiskError("denied", to, "no hard links");
  };

  test("a file that is replaced is moved to the kept ones first", async () => {
    const fixture = await started({ link: noLinks });
    expect(await replace(fixture)).toBe("installed");
    expect([fixture.read("film"), keptContents(fixture)]).toEqual(["two", ["one"]]);
    await fixture.stop();
  });

  test("one that is edited in the last moment gets its name back, and nothing takes its place", async () => {
    const folder = temporaryFolder();
    const rename: Disk["rename"] = async (from, to) => {
      if (from === `${folder}/film`) fs.appendFileSync(from, " more");
      await systemDisk.rename(from, to);
    };
    const fixture = await started({ link: noLinks, rename }, folder);
    expect(await replace(fixture)).toEqual(CHANGED);
    expect([fixture.read("film"), keptContents(fixture), fixture.kept.count]).toEqual(["one more", [], 0]);
    await fixture.stop();
  });
});

describe("where the kept files are on another disk than the file", () => {
  const rename: Disk["rename"] = async (from, to) => {
    if (to.includes("/.redes/kept/")) throw new DiskError("device", to, "another disk");
    await systemDisk.rename(from, to);
  };

  test("a verified copy is kept, and on the disk before the file is removed", async () => {
    const steps: string[] = [];
    const fixture = await started({
      rename,
      sync: async (fd) => {
        steps.push("sync");
        await systemDisk.sync(fd);
      },
      removeIf: async (wanted, ...asked) => {
        steps.push(`remove ${path.basename(wanted)}`);
        return systemDisk.removeIf(wanted, ...asked);
      },
    });
    steps.length = 0;
    expect(await fixture.remove("film", "one")).toBe(true);
    expect([fixture.read("film"), keptContents(fixture), fixture.kept.count]).toEqual([null, ["one"], 1]);
    expect(steps).toEqual(["sync", "remove film"]);
    await fixture.stop();
  });

  test.each(["before", "after"])(
    "one that is edited just %s its copy was made stays, and of the copy nothing",
    async (when) => {
      const fixture = await started({ rename });
      const { copy } = fixture.hashing;
      fixture.hashing.copy = async (...asked) => {
        if (when === "before") fs.writeFileSync(fixture.path("film"), "two");
        const hashes = await copy(...asked);
        if (when === "after") fs.writeFileSync(fixture.path("film"), "two");
        return hashes;
      };
      expect(await fixture.remove("film", "one")).toBe(false);
      expect([fixture.read("film"), fixture.kept.count]).toEqual(["two", 0]);
      expect(fs.readdirSync(fixture.path(".redes/kept"))).toEqual([]);
      await fixture.stop();
    },
  );

  test("a file that somebody puts there while its copy is synced stays, and of the copy nothing", async () => {
    let afterSync = () => {};
    const sync: Disk["sync"] = async (fd) => {
      await systemDisk.sync(fd);
      afterSync();
    };
    const fixture = await started({ rename, sync });
    afterSync = () => put(fixture.path("film"), "of somebody");
    expect(await fixture.remove("film", "one")).toBe(false);
    expect([fixture.read("film"), keptContents(fixture), fixture.kept.count]).toEqual(["of somebody", [], 0]);
    await fixture.stop();
  });

  test("one whose copy the disk does not take stays, and of the copy nothing", async () => {
    const fixture = await started({ rename });
    fixture.hashing.copy = async (_from, _size, { path: to }) => {
      fs.writeFileSync(to, "o");
      throw new DiskError("full", to, "the disk is full");
    };
    await expect(fixture.remove("film", "one")).rejects.toThrow("the disk is full");
    expect([fixture.read("film"), fixture.kept.count]).toEqual(["one", 0]);
    expect(fs.readdirSync(fixture.path(".redes/kept"))).toEqual([]);
    await fixture.stop();
  });
});

describe("where nothing is kept", () => {
  /** `film`, in the place of which somebody puts another file just after the program has looked at it. */
  async function replacedInTheLastMoment(): Promise<IndexFixture> {
    let afterLook = () => {};
    const close: Disk["close"] = async (fd) => {
      await systemDisk.close(fd);
      afterLook();
    };
    const fixture = await started({ close }, temporaryFolder(), 0);
    afterLook = () => put(fixture.path("film"), "of somebody");
    return fixture;
  }

  test("a file that somebody puts there in the last moment is not replaced", async () => {
    const fixture = await replacedInTheLastMoment();
    expect(await replace(fixture)).toEqual(CHANGED);
    expect(fixture.read("film")).toBe("of somebody");
    await fixture.stop();
  });

  test("a file that somebody puts there in the last moment is not replaced by the same content, either", async () => {
    const fixture = await replacedInTheLastMoment();
    expect(await fixture.index.install([fixture.stage("film", "one")])).toEqual([CHANGED]);
    expect(fixture.read("film")).toBe("of somebody");
    await fixture.stop();
  });

  test("a file that somebody puts there in the last moment is not removed", async () => {
    const fixture = await replacedInTheLastMoment();
    expect(await fixture.remove("film", "one")).toBe(false);
    expect(fixture.read("film")).toBe("of somebody");
    await fixture.stop();
  });
});
