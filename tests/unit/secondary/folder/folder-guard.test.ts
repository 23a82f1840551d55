import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { FolderGuard } from "../../../../src/secondary/folder/folder-guard.ts";
import { FolderRefused } from "../../../../src/secondary/folder/folder-opener.ts";
import { SECONDARY_STORE } from "../../../../src/secondary/remote-store.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import { english } from "../../../../src/sentences/sentence.ts";
import { directly } from "../../../support/directly.ts";
import { drive, driveThrough } from "../../../support/drive.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { IndexFixture } from "../index-fixture.ts";

interface Start {
  readonly number?: number;
  readonly store?: SecondaryStore;
  readonly adopt?: boolean;
  readonly disk?: Partial<typeof systemDisk>;
}

/** A secondary's view of its folder, and the notifications about it. */
class Owner {
  readonly clock = new FakeClock();
  readonly store: SecondaryStore;
  readonly guard: FolderGuard;
  readonly warnings: string[] = [];
  readonly changes: boolean[] = [];

  constructor(
    readonly folder: string,
    { number = 1, store = new SecondaryStore(":memory:"), adopt = false, disk = {} }: Start = {},
  ) {
    this.store = store;
    const { clock } = this;
    const log = {
      info() {},
      warn: (_event: string, text: string) => void this.warnings.push(String(text)),
      error() {},
    };
    const deps = { disk: { ...systemDisk, ...disk }, clock, log, random: systemRandom, folder, number, adopt };
    this.guard = new FolderGuard({ ...deps, store: directly(store, SECONDARY_STORE) });
  }

  async open(): Promise<boolean> {
    const there = await driveThrough(this.clock, this.guard.open());
    this.guard.watch((change) => this.changes.push(change));
    return there;
  }

  until(what: string, condition: () => boolean): Promise<void> {
    return drive(this.clock, what, condition);
  }
}

function markerOf(folder: string): string {
  return fs.readFileSync(path.join(folder, ".redes/marker"), "utf8");
}

/** A folder that a secondary has shared, and what its store knows of it. */
async function shared(files: Readonly<Record<string, string>>): Promise<{ folder: string; store: SecondaryStore }> {
  const fixture = new IndexFixture({ folder: path.join(temporaryFolder(), "videos"), settled: true });
  for (const [name, content] of Object.entries(files)) fixture.write(name, content);
  await fixture.start();
  await fixture.stop();
  return fixture;
}

test("the first start makes the folder and its marker; later ones find it", async () => {
  const folder = path.join(temporaryFolder(), "new", "videos");
  const first = new Owner(folder);
  expect(await first.open()).toBe(true);
  const marker = markerOf(folder);
  expect(JSON.parse(marker)).toMatchObject({ number: 1, id: first.store.meta("folder") });
  expect(fs.readdirSync(path.join(folder, ".redes"))).toEqual(["marker"]);
  await first.guard.stop();
  const next = new Owner(folder, { store: first.store });
  expect(await next.open()).toBe(true);
  expect(markerOf(folder)).toBe(marker);
  await next.guard.stop();
});

test("an empty folder in the place of the shared one is left alone until the right one is back", async () => {
  const { folder, store } = await shared({ film: "film" });
  fs.renameSync(folder, `${folder}-away`);
  fs.mkdirSync(folder);
  const owner = new Owner(folder, { store });
  expect(await owner.open()).toBe(false);
  expect(english(owner.guard.reason)).toContain("the marker of this secondary (.redes/marker) is not in it");
  await expect(owner.guard.requirePresent()).rejects.toThrow("is not the folder that was shared");
  owner.clock.advance(60_000);
  expect(fs.readdirSync(folder)).toEqual([]);
  expect(owner.warnings).toHaveLength(1);
  expect(owner.warnings[0]).toContain("--adopt-folder");
  fs.rmdirSync(folder);
  fs.renameSync(`${folder}-away`, folder);
  await owner.until("it is back", () => owner.guard.isPresent);
  expect(owner.changes).toEqual([true]);
  await owner.guard.stop();
});

test("a folder that is not there is not made when files of it are known", async () => {
  const { folder, store } = await shared({ film: "film" });
  fs.rmSync(folder, { recursive: true });
  const owner = new Owner(folder, { store });
  expect(await owner.open()).toBe(false);
  expect(fs.existsSync(folder)).toBe(false);
  await owner.guard.stop();
});

test("a loss is reported once, whatever is in the place meanwhile, and reported again after a return", async () => {
  const { folder, store } = await shared({ film: "film" });
  const owner = new Owner(folder, { store });
  expect(await owner.open()).toBe(true);
  fs.renameSync(folder, `${folder}-away`);
  await owner.until("it is missed", () => !owner.guard.isPresent);
  for (const step of [1, 2, 3]) {
    fs.mkdirSync(folder);
    await owner.until(`the empty one is seen ${step}`, () => english(owner.guard.reason).includes("marker"));
    fs.rmdirSync(folder);
    await owner.until(`nothing is seen ${step}`, () => english(owner.guard.reason).endsWith("is not there"));
  }
  expect(owner.warnings).toHaveLength(1);
  fs.renameSync(`${folder}-away`, folder);
  await owner.until("it is back", () => owner.guard.isPresent);
  expect(owner.changes.at(-1)).toBe(true);
  fs.rmSync(path.join(folder, ".redes"), { recursive: true });
  fs.rmSync(path.join(folder, "film"));
  await owner.until("its marker is missed", () => !owner.guard.isPresent);
  expect(owner.warnings).toHaveLength(2);
  await owner.guard.stop();
});

test("another disk in the place is noticed by its device, at once by whoever asks", async () => {
  const { folder, store } = await shared({ film: "film" });
  let device = 0n;
  const lstat: typeof systemDisk.lstat = async (wanted) => {
    const stat = await systemDisk.lstat(wanted);
    return stat && { ...stat, device: stat.device + device };
  };
  const owner = new Owner(folder, { store, disk: { lstat } });
  expect(await owner.open()).toBe(true);
  expect(await owner.guard.checkPresent()).toBe(true);
  device = 1n;
  expect(await owner.guard.checkPresent()).toBe(false);
  expect(english(owner.guard.reason)).toContain("disk");
  expect(owner.changes).toEqual([false]);
  await owner.guard.stop();
});

test("a marker that was taken away is made again where the files are untouched", async () => {
  const { folder, store } = await shared({ film: "film", other: "other" });
  for (const lose of [
    () => fs.rmSync(path.join(folder, ".redes"), { recursive: true }),
    () => fs.writeFileSync(path.join(folder, ".redes/marker"), new Uint8Array(60)),
  ]) {
    lose();
    const owner = new Owner(folder, { store });
    expect(await owner.open()).toBe(true);
    expect(JSON.parse(markerOf(folder)).id).toBe(store.meta("folder"));
    await owner.guard.stop();
  }
  fs.rmSync(path.join(folder, ".redes"), { recursive: true });
  for (const name of ["film", "other"]) {
    fs.copyFileSync(path.join(folder, name), path.join(folder, "copy"));
    fs.renameSync(path.join(folder, "copy"), path.join(folder, name));
  }
  const owner = new Owner(folder, { store });
  expect(await owner.open()).toBe(false);
  await owner.guard.stop();
});

test("an installation of a time before markers gets one", async () => {
  const { folder, store } = await shared({ film: "film" });
  fs.rmSync(path.join(folder, ".redes/marker"));
  const old = new SecondaryStore(":memory:");
  old.save({
    put: store.recordsAfter("", 10).map((record) => ({ record, hashes: store.hashes(record.name, record.id) })),
    drop: [],
    vanished: [],
    forget: [],
    planned: [],
    over: [],
    undigested: [],
  });
  const owner = new Owner(folder, { store: old });
  expect(await owner.open()).toBe(true);
  expect(JSON.parse(markerOf(folder)).id).toBe(old.meta("folder"));
  await owner.guard.stop();
});

test("a secondary that has lost its database takes its folder over; another one does not", async () => {
  const { folder, store } = await shared({ film: "film" });
  const other = new Owner(folder, { number: 2 });
  await expect(other.open()).rejects.toThrow(FolderRefused);
  await expect(other.open()).rejects.toThrow("marked as one of secondary 1");
  const lost = new Owner(folder);
  expect(await lost.open()).toBe(true);
  expect(lost.store.meta("folder")).toBe(store.meta("folder"));
  await lost.guard.stop();
});

test("with the user's word another folder is adopted, and what is known of the former one is forgotten", async () => {
  const { folder, store } = await shared({ film: "film" });
  fs.rmSync(folder, { recursive: true });
  const owner = new Owner(folder, { store, adopt: true });
  expect(await owner.open()).toBe(true);
  expect(store.recordsAfter("", 10)).toEqual([]);
  expect(JSON.parse(markerOf(folder)).id).toBe(store.meta("folder"));
  await owner.guard.stop();
});

test("a folder is shared by one process, by whatever path, and neither around nor inside of it by another", async () => {
  const { folder, store } = await shared({ film: "film" });
  const owner = new Owner(folder, { store });
  expect(await owner.open()).toBe(true);
  const link = `${folder}-link`;
  fs.symlinkSync(folder, link);
  for (const [where, why] of [
    [folder, "is shared by secondary 1 already"],
    [link, "is shared by secondary 1 already"],
    [path.join(folder, "in", "it"), "which secondary 1 shares"],
    [path.join(link, "in"), "which secondary 1 shares"],
  ] as const) {
    await expect(new Owner(where, { number: 2, adopt: true }).open()).rejects.toThrow(why);
  }
  await owner.guard.stop();
  const around = new IndexFixture({ folder: path.dirname(folder), settled: true });
  around.write("mine", "mine");
  const again = new Owner(folder, { store });
  expect(await again.open()).toBe(true);
  await around.start();
  expect([...around.index.files()].map(({ name }) => name)).toEqual(["mine"]);
  expect(around.warnings).toEqual(["videos is not shared: secondary 1 shares that folder by itself"]);
  await again.guard.stop();
  await around.stop();
});

test("a lock that is given back within seconds is waited for", async () => {
  const { folder, store } = await shared({ film: "film" });
  const ending = new Owner(folder, { store });
  expect(await ending.open()).toBe(true);
  const next = new Owner(folder, { store });
  const opened = next.open();
  await next.until("it has waited", () => next.clock.passed > 500);
  await ending.guard.stop();
  expect(await opened).toBe(true);
  await next.guard.stop();
});

test.each(["readonly", "denied"] as const)(
  "where no marker can be made (%s) the folder itself is kept an eye on",
  async (failure) => {
    const folder = path.join(temporaryFolder(), "videos");
    fs.mkdirSync(path.join(folder, ".redes"), { recursive: true });
    const open: typeof systemDisk.open = async (wanted, mode) => {
      if (mode === "read") return systemDisk.open(wanted, mode);
      throw new DiskError(failure, wanted, "no marker can be made here");
    };
    const owner = new Owner(folder, { disk: { open } });
    expect(await owner.open()).toBe(true);
    expect(owner.warnings[0]).toContain("no marker can be made here");
    fs.renameSync(folder, `${folder}-away`);
    await owner.until("it is missed", () => !owner.guard.isPresent);
    await owner.guard.stop();
  },
);

test.each(["is gone", "is another file"])("a folder whose marker %s has lost it", async (what) => {
  const owner = new Owner(temporaryFolder());
  expect(await owner.open()).toBe(true);
  const marker = path.join(owner.guard.root, ".redes/marker");
  if (what === "is another file") fs.copyFileSync(marker, `${marker}-copy`);
  fs.rmSync(marker);
  if (what === "is another file") fs.renameSync(`${marker}-copy`, marker);
  expect(await owner.guard.checkPresent()).toBe(false);
  expect(english(owner.guard.reason)).toEndWith("has lost its marker (.redes/marker)");
  await owner.guard.stop();
});

test("a stop ends the wait for another secondary that has the folder, which is not taken then", async () => {
  const { folder, store } = await shared({ film: "film" });
  const first = new Owner(folder, { store });
  expect(await first.open()).toBe(true);
  const second = new Owner(folder, { store });
  const opening = second.guard.open();
  await drive(second.clock, "it waits", () => second.clock.pending === 1, 0);
  await second.guard.stop();
  await first.guard.stop();
  expect([await opening, second.guard.isPresent, second.clock.pending]).toEqual([false, false, 0]);
  const third = new Owner(folder, { store });
  expect(await third.open()).toBe(true);
  await third.guard.stop();
});
