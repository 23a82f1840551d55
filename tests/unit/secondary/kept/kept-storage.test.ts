import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { numberOf } from "../../../../src/protocol/versions/version-vector.ts";
import type { InstallResult } from "../../../../src/secondary/changes/staged-file.ts";
import { CHANGED } from "../../../../src/secondary/folder/obstacle.ts";
import { bytesToFree } from "../../../../src/secondary/kept/disk-reserve.ts";
import { formatLabel } from "../../../../src/secondary/kept/label.ts";
import { restore } from "../../../../src/secondary/kept/restore.ts";
import { driveThrough } from "../../../support/drive.ts";
import { everything } from "../../../support/files.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { MAY_MOUNT, Tmpfs } from "../../../support/tmpfs.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

async function started(
  files: Record<string, string> = {},
  options: ConstructorParameters<typeof IndexFixture>[0] = {},
) {
  const fixture = new IndexFixture({ days: 7, ...options });
  for (const [name, content] of Object.entries(files)) fixture.write(name, content);
  await fixture.start();
  await fixture.agree();
  return fixture;
}

async function replace(fixture: IndexFixture, name: string, content: string): Promise<InstallResult | undefined> {
  const number = 1 + numberOf(fixture.index.get(name)?.vector ?? "");
  const [result] = await fixture.index.install([fixture.stage(name, content, `aaaaaaaa:${number}`)]);
  return result;
}

/** Names and contents of all files in the folder of kept files, by their paths without the times. */
function keptOf(fixture: IndexFixture): Record<string, string> {
  const folder = fixture.path(".redes/kept");
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const [, label = "", name = ""] = /^[^-]+-([^/]+?)-[0-9a-f]{64}\/(.*)$/.exec(path.relative(folder, file)) ?? [];
    return [`${label} ${name}`, fs.readFileSync(file, "utf8")];
  });
  return Object.fromEntries(named.sort());
}

test("what a copy replaces is kept, by a rename", async () => {
  const fixture = await started({ "a/film": "one" });
  const { ino } = fs.statSync(fixture.path("a/film"));
  expect(await replace(fixture, "a/film", "two")).toBe("installed");
  expect(fixture.read("a/film")).toBe("two");
  expect(keptOf(fixture)).toEqual({ "000001-replaced-1 a/film": "one" });
  const [kept] = fixture.kept.list(null, 10);
  expect(kept).toMatchObject({ name: "a/film", size: 3, id: idOf("one"), why: "replaced" });
  const found = await fixture.kept.find(idOf("one"));
  expect(found?.fingerprint).toMatchObject({ inode: BigInt(ino), size: 3 });
  expect(fs.readFileSync(found?.path ?? "", "utf8")).toBe("one");
  await fixture.stop();
});

test("what is removed by order is kept, and its folders go", async () => {
  const fixture = await started({ "a/b/film": "one" });
  expect(await fixture.remove("a/b/film", "one")).toBe(true);
  expect(fs.existsSync(fixture.path("a"))).toBe(false);
  expect(keptOf(fixture)).toEqual({ "000001-removed-1 a/b/film": "one" });
  await fixture.stop();
});

test("what yields its name where its content is there already is kept", async () => {
  const fixture = await started({ film: "one", "film.conflict-1": "one" });
  expect(await fixture.index.renameConflict("film", idOf("one"), "film.conflict-1")).toBe(true);
  expect([fixture.read("film"), fixture.read("film.conflict-1")]).toEqual([null, "one"]);
  expect(keptOf(fixture)).toEqual({ "000001-conflict-1 film": "one" });
  await fixture.stop();
});

test("where no hard link can be made, what is replaced is kept all the same", async () => {
  const link = async (_from: string, to: string) => {
    throw new DiskError("denied", to, "no hard links");
  };
  const fixture = await started({ film: "one" }, { disk: { link } });
  expect(await replace(fixture, "film", "two")).toBe("installed");
  expect(fixture.read("film")).toBe("two");
  expect(keptOf(fixture)).toEqual({ "000001-replaced-1 film": "one" });
  await fixture.stop();
});

test("the same content again, and a new name, leave nothing to be kept", async () => {
  const fixture = await started({ film: "one" });
  expect(await replace(fixture, "film", "one")).toBe("installed");
  expect(await replace(fixture, "new", "new")).toBe("installed");
  expect(keptOf(fixture)).toEqual({});
  await fixture.stop();
});

test("at each step of a replacement the old content is under its name or kept, and the new one is never half there", async () => {
  // After each call that changes the folder the process could be killed: what is there then?
  const seen: string[] = [];
  let fixture: IndexFixture | null = null;
  const check = () => {
    if (fixture?.read("film") !== undefined)
      seen.push(`${fixture?.read("film")} ${Object.values(keptOf(fixture)).join()}`);
  };
  const spied = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => {
    return async (...args: A) => {
      const result = await work(...args);
      if (fixture) check();
      return result;
    };
  };
  const { link, rename, renameIf, renameNoReplace, remove, makeSubfolder } = systemDisk;
  const disk = {
    link: spied(link),
    rename: spied(rename),
    renameIf: spied(renameIf),
    renameNoReplace: spied(renameNoReplace),
    remove: spied(remove),
    makeSubfolder: spied(makeSubfolder),
  };
  const one = await started({ film: "one" }, { disk });
  fixture = one;
  await replace(one, "film", "two");
  expect(seen).toEqual(["one ", "one one", "two one"]);
  seen.length = 0;
  await one.agree();
  await one.remove("film", "two");
  expect(seen.filter((state) => !state.includes("two"))).toEqual([]);
  await one.stop();
});

test("a user who is faster than the replacement keeps their file, and nothing is kept", async () => {
  let fixture: IndexFixture | null = null;
  const link = async (from: string, to: string) => {
    // Between the last check at the file and the first step.
    fixture?.write(".mine", "mine");
    fs.renameSync(fixture?.path(".mine") ?? "", from);
    await systemDisk.link(from, to);
  };
  fixture = await started({ film: "one" }, { disk: { link } });
  expect(await replace(fixture, "film", "two")).toEqual(CHANGED);
  expect(fixture.read("film")).toBe("mine");
  expect(fs.readdirSync(fixture.path(".redes/kept"))).toEqual([]);
  await fixture.stop();
});

test("nor is it lost where they come while what is kept is being brought to the disk", async () => {
  let fixture: IndexFixture | null = null;
  const syncFolder = async (folder: string) => {
    if (fixture && folder.endsWith("/kept")) {
      fixture.write(".mine", "mine");
      fs.renameSync(fixture.path(".mine"), fixture.path("film"));
    }
    await systemDisk.syncFolder(folder);
  };
  fixture = await started({ film: "one" }, { disk: { syncFolder } });
  expect(await replace(fixture, "film", "two")).not.toBe("installed");
  expect(fixture.read("film")).toBe("mine");
  expect(keptOf(fixture)).toEqual({});
  await fixture.stop();
});

test("of a link to a file only the link goes", async () => {
  const fixture = new IndexFixture({ days: 7 });
  fixture.write("real", "one");
  fs.symlinkSync("real", fixture.path("film"));
  await fixture.start();
  await fixture.agree();
  expect(await fixture.remove("film", "one")).toBe(true);
  expect(fixture.read("real")).toBe("one");
  expect(keptOf(fixture)).toEqual({});
  await fixture.stop();
});

test("kept files are known again after a restart, from their folder alone", async () => {
  const fixture = await started({ film: "one", "a/other": "x" });
  await replace(fixture, "film", "two");
  await fixture.agree();
  await fixture.remove("a/other", "x");
  const before = fixture.kept.list(null, 10);
  expect(before.map(({ name }) => name)).toEqual(["a/other", "film"]);
  await fixture.stop();
  const next = new IndexFixture({ folder: fixture.folder, days: 7 });
  await next.start();
  await next.agree();
  expect(next.kept.list(null, 10)).toEqual(before);
  expect(next.kept.bytes).toBe(4);
  expect(await replace(next, "film", "three")).toBe("installed");
  expect(next.kept.list(null, 1)).toMatchObject([{ name: "film", serial: 3, id: idOf("two") }]);
  await next.stop();
});

test("a replacement that a kill cut short is no kept file: the content is under its name", async () => {
  const fixture = await started({ film: "one" });
  await fixture.stop();
  const label = { at: 1_700_000_000_000, serial: 9, why: "replaced", number: 3, id: idOf("one") } as const;
  fs.mkdirSync(fixture.path(`.redes/kept/${formatLabel(label)}`), { recursive: true });
  fs.linkSync(fixture.path("film"), fixture.path(`.redes/kept/${formatLabel(label)}/film`));
  const next = await started({}, { folder: fixture.folder });
  expect(next.kept.count).toBe(0);
  expect(fs.readdirSync(fixture.path(".redes/kept"))).toEqual([]);
  expect(next.read("film")).toBe("one");
  await next.stop();
});

test("what is not from here is left alone, and nothing is reached through a link", async () => {
  const outside = temporaryFolder();
  fs.writeFileSync(path.join(outside, "film"), "precious");
  const fixture = await started({ film: "one", other: "two" }, { days: 0.001 });
  await replace(fixture, "film", "two");
  const [kept] = fixture.kept.list(null, 1);
  const folder = fixture.path(`.redes/kept/${kept ? formatLabel(kept) : ""}`);
  fs.renameSync(folder, `${folder}.moved`);
  fs.symlinkSync(outside, folder);
  fs.mkdirSync(fixture.path(".redes/kept/mine"));
  fs.writeFileSync(fixture.path(".redes/kept/mine/film"), "mine");
  fixture.clock.advance(100_000);
  await fixture.until("its days are over", () => fixture.kept.count === 0);
  await fixture.stop();
  const next = await started({}, { folder: fixture.folder });
  expect(next.kept.count).toBe(0);
  expect(fs.readFileSync(path.join(outside, "film"), "utf8")).toBe("precious");
  expect(fs.readFileSync(fixture.path(".redes/kept/mine/film"), "utf8")).toBe("mine");
  await next.stop();
});

test("kept files go when their days are over, the others stay", async () => {
  const fixture = await started({ film: "one", other: "two" }, { days: 0.001 });
  await replace(fixture, "film", "two");
  fixture.clock.advance(60_000);
  await replace(fixture, "other", "three");
  fixture.clock.advance(40_000);
  await fixture.until("the first one is gone", () => fixture.kept.count === 1);
  await fixture.stop();
  expect(keptOf(fixture)).toEqual({ "000002-replaced-1 other": "two" });
});

test("with no days nothing is kept, and what was kept goes", async () => {
  const fixture = await started({ film: "one" });
  await replace(fixture, "film", "two");
  await fixture.stop();
  const next = new IndexFixture({ folder: fixture.folder, store: fixture.store });
  await next.start();
  await next.kept.start(next.stagingFor);
  await next.until("it is gone", () => next.kept.count === 0);
  await next.agree();
  expect(await replace(next, "film", "three")).toBe("installed");
  await next.stop();
  expect(keptOf(next)).toEqual({});
});

/** A disk on which so many bytes are free when nothing is kept. */
function smallDisk(capacity: number, free: number) {
  const state = { fixture: null as IndexFixture | null };
  const disk = {
    totalBytes: async () => capacity,
    freeBytes: async () => {
      const kept = state.fixture ? Object.values(keptOf(state.fixture)).join("").length : 0;
      return free - kept;
    },
  };
  return { disk, state };
}

test("room is made by the oldest, as much as is needed, and by none where all would not do", async () => {
  const { disk, state } = smallDisk(1000, 500);
  const fixture = await started({ a: "a".repeat(100), b: "b".repeat(100), c: "c".repeat(100) }, { disk });
  state.fixture = fixture;
  for (const name of ["a", "b", "c"]) await replace(fixture, name, "new");
  expect(await fixture.kept.freeSpace(200)).toBe(200);
  expect(fixture.kept.count).toBe(3);
  expect(await fixture.kept.freeSpace(501)).toBe(200);
  expect(fixture.kept.count).toBe(3);
  expect(await fixture.kept.freeSpace(350)).toBe(400);
  expect(Object.keys(keptOf(fixture))).toEqual(["000003-replaced-1 c"]);
  await fixture.stop();
});

test("kept files never fill the disk", async () => {
  const { disk, state } = smallDisk(1000, 150);
  const fixture = await started({ a: "a".repeat(60), b: "b".repeat(60), c: "c".repeat(60) }, { disk });
  state.fixture = fixture;
  for (const name of ["a", "b"]) await replace(fixture, name, "new");
  await fixture.until("the oldest is gone", () => fixture.kept.count === 1);
  await replace(fixture, "c", "new");
  await fixture.until("the oldest is gone", () => fixture.kept.count === 1);
  await fixture.stop();
  expect(Object.keys(keptOf(fixture))).toEqual(["000003-replaced-1 c"]);
});

test("a disk that is nearly full keeps something too", () => {
  expect(bytesToFree({ capacity: 1000, free: 60 }, 500)).toBe(0);
  expect(bytesToFree({ capacity: 1000, free: 10 }, 500)).toBe(40);
  expect(bytesToFree({ capacity: 1000, free: 5 }, 5)).toBe(0);
  expect(bytesToFree({ capacity: 1000, free: 2 }, 6)).toBe(2);
  expect(bytesToFree({ capacity: 1000, free: 0 }, 0)).toBe(0);
});

test("a full disk lets the oldest go for a new one, and where there is none the file goes without", async () => {
  let full = 0;
  const makeSubfolder: Disk["makeSubfolder"] = async (wanted, reach) => {
    if (full > 0 && wanted.includes("-replaced-")) {
      full -= 1;
      throw new DiskError("full", wanted, "the disk is full");
    }
    return systemDisk.makeSubfolder(wanted, reach);
  };
  const fixture = await started({ a: "a", b: "b", c: "c" }, { disk: { makeSubfolder } });
  expect(await replace(fixture, "a", "new")).toBe("installed");
  full = 1;
  expect(await replace(fixture, "b", "new")).toBe("installed");
  expect(Object.keys(keptOf(fixture))).toEqual(["000002-replaced-1 b"]);
  full = 2;
  expect(await replace(fixture, "c", "new")).toBe("installed");
  expect(keptOf(fixture)).toEqual({});
  expect(fixture.warnings).toEqual(["c leaves the shared folder and cannot be kept: the disk is full"]);
  await fixture.stop();
});

function restoring(
  fixture: IndexFixture,
  name: string,
  version: { number?: number; id?: string } = {},
): Promise<unknown> {
  const warn = (_event: string, message: string) => void fixture.warnings.push(String(message));
  const log = { info() {}, warn, error: warn };
  return restore({ ...fixture, log }, name, version);
}

test("restore puts the newest kept file back as an edit; what stood there is kept", async () => {
  const fixture = await started({ film: "one" });
  await replace(fixture, "film", "two");
  await replace(fixture, "film", "three");
  await restoring(fixture, "film");
  expect(fixture.read("film")).toBe("two");
  await fixture.untilHolds("film", "two");
  expect(fixture.index.get("film")).toMatchObject({ id: idOf("two"), changed: true });
  expect(keptOf(fixture)).toEqual({ "000001-replaced-1 film": "one", "000003-replaced-3 film": "three" });
  await fixture.stop();
});

test("restore puts back the version with a number", async () => {
  const fixture = await started({ film: "one" });
  await replace(fixture, "film", "two");
  await replace(fixture, "film", "three");
  expect(fixture.kept.list(null, 10).map(({ number }) => number)).toEqual([2, 1]);
  await restoring(fixture, "film", { number: 1 });
  await fixture.untilHolds("film", "one");
  // Nobody has numbered it yet when it is replaced in turn.
  await restoring(fixture, "film", { number: 2 });
  await fixture.untilHolds("film", "two");
  expect(fixture.kept.list(null, 10).map(({ number, id }) => [number, id])).toEqual([
    [0, idOf("one")],
    [3, idOf("three")],
  ]);
  await fixture.stop();
});

test("restore brings a removed file back to life", async () => {
  const fixture = await started({ "a/film": "one" });
  await fixture.remove("a/film", "one");
  await restoring(fixture, "a/film");
  await fixture.untilHolds("a/film", "one");
  expect(fixture.index.get("a/film")?.changed).toBe(true);
  expect(fs.readdirSync(fixture.path(".redes/kept"))).toEqual([]);
  await fixture.stop();
});

test("a kept file that is damaged is not put back, and stays kept", async () => {
  const fixture = await started({ film: "one", short: "one" });
  await replace(fixture, "film", "two");
  await replace(fixture, "short", "two");
  const [short, film] = fixture.kept.list(null, 2).map((file) => {
    return fixture.path(`.redes/kept/${formatLabel(file)}/${file.name}`);
  });
  fs.writeFileSync(film ?? "", "onf");
  fs.writeFileSync(short ?? "", "on");
  await expect(restoring(fixture, "film")).rejects.toThrow("was damaged or changed since");
  await expect(restoring(fixture, "short")).rejects.toThrow("was damaged or changed since");
  expect([fixture.read("film"), fixture.read("short")]).toEqual(["two", "two"]);
  expect(keptOf(fixture)).toEqual({ "000001-replaced-1 film": "onf", "000002-replaced-1 short": "on" });
  expect(fixture.warnings).toHaveLength(2);
  // A person who has a sound copy may put it there.
  fs.writeFileSync(film ?? "", "one");
  await restoring(fixture, "film");
  await fixture.untilHolds("film", "one");
  await fixture.stop();
});

test("a restored file is read once, to be verified", async () => {
  const fixture = await started({ film: "one" });
  await replace(fixture, "film", "two");
  const before = fixture.hashed.length;
  await restoring(fixture, "film");
  await fixture.untilHolds("film", "one");
  await fixture.nextScans();
  expect(fixture.hashed.slice(before)).toEqual([expect.stringMatching(/^\.redes\/kept\/.*\/film$/)]);
  await fixture.stop();
});

test("a kept file that is changed after it was verified is not put back", async () => {
  const fixture = await started({ film: "one" });
  await replace(fixture, "film", "two");
  const path = (await fixture.kept.find(idOf("one")))?.path ?? "";
  const verified = await fixture.hashing.hash(path, 3);
  fs.writeFileSync(path, "ONE");
  expect(await fixture.index.restore("film", path, verified)).toBe(false);
  expect(fixture.read("film")).toBe("two");
  await fixture.stop();
});

test("restore says why it cannot, and changes nothing", async () => {
  const fixture = await started({ film: "one", gone: "one" });
  await replace(fixture, "film", "two");
  await replace(fixture, "gone", "two");
  await expect(restoring(fixture, "other")).rejects.toThrow("nothing of other is kept here");
  await expect(restoring(fixture, "film", { number: 7 })).rejects.toThrow("only another version of film is kept here");
  const writer = fs.openSync(fixture.path("film"), "r+");
  await expect(restoring(fixture, "film")).rejects.toThrow("being changed just now");
  fs.closeSync(writer);
  expect(keptOf(fixture)).toMatchObject({ "000001-replaced-1 film": "one" });
  fs.rmSync((await fixture.kept.find(idOf("one")))?.path ?? "");
  await expect(restoring(fixture, "gone")).rejects.toThrow("is not there any more");
  expect(fixture.read("gone")).toBe("two");
  await fixture.stop();
});

test("restore names what stands in the way", async () => {
  const fixture = await started({ film: "one" });
  await fixture.remove("film", "one");
  fs.mkdirSync(fixture.path("film"));
  await expect(restoring(fixture, "film")).rejects.toThrow("cannot be put back: a folder stands here in its place");
  expect(keptOf(fixture)).toEqual({ "000001-removed-1 film": "one" });
  await fixture.stop();
});

test("while the shared folder is not there nothing is restored, and what is kept in it is not forgotten", async () => {
  const fixture = await started({ film: "one" });
  await replace(fixture, "film", "two");
  fixture.guard.watch(() => {});
  const away = `${fixture.folder}-away`;
  fs.renameSync(fixture.folder, away);
  fs.mkdirSync(fixture.folder);
  await expect(restoring(fixture, "film")).rejects.toThrow("the shared folder is not there");
  fs.rmdirSync(fixture.folder);
  fs.renameSync(away, fixture.folder);
  await fixture.until("the folder is there again", () => fixture.guard.isPresent);
  await restoring(fixture, "film");
  expect(fixture.read("film")).toBe("one");
  await fixture.stop();
});

test("a second start, after one that failed later on, counts nothing twice", async () => {
  const fixture = await started({ film: "one" });
  await replace(fixture, "film", "two");
  await fixture.kept.start(fixture.stagingFor);
  expect([fixture.kept.count, fixture.kept.bytes]).toEqual([1, 3]);
  await fixture.stop();
});

test.if(MAY_MOUNT)("what leaves a subfolder that is another disk is kept as a verified copy", async () => {
  const fixture = new IndexFixture({ days: 7, settled: true });
  using _disk = new Tmpfs(fixture.path("sub"), "4m");
  for (const name of ["sub/a", "sub/b"]) fixture.write(name, name);
  await fixture.start();
  await fixture.agree();
  const staging = fixture.path("sub/.redes");
  fs.mkdirSync(staging);
  const staged = fixture.stage("sub/a", "newer");
  fs.copyFileSync(staged.temp, path.join(staging, "a"));
  const temp = path.join(staging, "a");
  expect(await driveThrough(fixture.clock, fixture.index.install([{ ...staged, temp }]))).toEqual(["installed"]);
  expect(await driveThrough(fixture.clock, fixture.remove("sub/b", "sub/b"))).toBe(true);
  expect([fixture.read("sub/a"), fs.existsSync(fixture.path("sub/b"))]).toEqual(["newer", false]);
  expect(keptOf(fixture)).toEqual({ "000001-replaced-1 sub/a": "sub/a", "000002-removed-1 sub/b": "sub/b" });
  await fixture.stop();
});

test("what is on another disk is kept on that disk, listed with the rest, and makes room there alone", async () => {
  let full = false;
  const main = temporaryFolder();
  const mount = path.join(main, "mounted");
  fs.mkdirSync(path.join(mount, ".redes"), { recursive: true });
  const disk = {
    mountPoints: async () => ["/", mount],
    freeBytes: async (folder: string) => (full && folder.startsWith(mount) ? 10 : 1_000_000),
    totalBytes: async () => 1_000_000,
  };
  const stagingFor = async (name: string) => path.join(name.startsWith("mounted/") ? mount : main, ".redes");
  const fixture = await started({ film: "one", "mounted/film": "two" }, { disk, folder: main, stagingFor });
  await replace(fixture, "film", "new");
  await replace(fixture, "mounted/film", "new");
  await replace(fixture, "film", "newer");
  expect(everything(path.join(mount, ".redes/kept"))).toEqual([
    expect.stringMatching(/-000002-replaced-.*\/mounted\/film$/),
  ]);
  expect((await fixture.kept.find(idOf("two")))?.path).toStartWith(`${mount}/.redes/kept/`);
  await fixture.stop();
  const next = await started({}, { disk, folder: main, stagingFor });
  expect(next.kept.list(null, 10).map(({ name }) => name)).toEqual(["film", "mounted/film", "film"]);
  full = true;
  expect(await next.kept.freeSpace(13, path.join(mount, ".redes"))).toBe(10);
  expect(next.kept.list(null, 10).map(({ name }) => name)).toEqual(["film", "film"]);
  await next.stop();
});

test("a disk of kept files that is gone is reported now and then, and keeps nobody from making room on the others", async () => {
  let gone = false;
  let capacity = 1_000_000;
  const main = temporaryFolder();
  const mount = path.join(main, "mounted");
  fs.mkdirSync(path.join(mount, ".redes"), { recursive: true });
  const disk = {
    mountPoints: async () => ["/", mount],
    freeBytes: async () => capacity,
    totalBytes: async (folder: string) => {
      if (gone && folder.startsWith(mount)) throw new DiskError("missing", folder, "there is no such folder");
      return capacity;
    },
  };
  const stagingFor = async (name: string) => path.join(name.startsWith("first/") ? mount : main, ".redes");
  const fixture = await started({ "first/film": "one", film: "two" }, { disk, folder: main, stagingFor });
  await replace(fixture, "first/film", "new");
  await replace(fixture, "film", "new");
  gone = true;
  for (let minute = 0; minute < 30; minute++) {
    fixture.clock.advance(60_000);
    await Bun.sleep(1);
  }
  const warnings = fixture.warnings.filter((text) => text.includes("kept files"));
  expect(warnings).toEqual([expect.stringContaining("there is no such folder")]);
  capacity = 10;
  await driveThrough(fixture.clock, fixture.kept.freeSpace(13));
  expect(fixture.kept.list(null, 10).map(({ name }) => name)).toEqual(["first/film"]);
  await fixture.stop();
});

test("where a file cannot be kept for another reason than a full disk, it is not replaced", async () => {
  const makeSubfolder: Disk["makeSubfolder"] = async (wanted, reach) => {
    if (wanted.includes("-replaced-")) throw new DiskError("denied", wanted, "permission denied");
    return systemDisk.makeSubfolder(wanted, reach);
  };
  const fixture = await started({ film: "one" }, { disk: { makeSubfolder } });
  expect(await replace(fixture, "film", "two")).toEqual({ reason: "permission denied", lasting: true });
  expect([fixture.read("film"), fixture.warnings]).toEqual(["one", []]);
  await fixture.stop();
});

test("no room is made while the shared folder is not there", async () => {
  const { disk, state } = smallDisk(1000, 500);
  const fixture = await started({ a: "a".repeat(100) }, { disk });
  state.fixture = fixture;
  await replace(fixture, "a", "new");
  fs.renameSync(fixture.path(".redes/marker"), fixture.path(".redes/marker-away"));
  expect(await fixture.kept.freeSpace(450)).toBe(400);
  expect(fixture.kept.count).toBe(1);
  fs.renameSync(fixture.path(".redes/marker-away"), fixture.path(".redes/marker"));
  await fixture.stop();
});
