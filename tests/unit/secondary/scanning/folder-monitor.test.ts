import { expect, test } from "bun:test";
import fs from "node:fs";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MAX_CHANGED_PATHS } from "../../../../src/secondary/scanning/folder-monitor.ts";
import { driveThrough } from "../../../support/drive.ts";
import { IndexFixture } from "../index-fixture.ts";

/** What is found before the first regular scan was found by watching. */
const BEFORE_SCAN_MS = 25_000;

async function started(options: ConstructorParameters<typeof IndexFixture>[0] = {}): Promise<IndexFixture> {
  const fixture = new IndexFixture({ wall: Date.now(), ...options });
  await fixture.start();
  return fixture;
}

function statCallsOf(fixture: IndexFixture, name: string): string[] {
  return fixture.statCalls.filter((call) => call.endsWith(` ${name}`));
}

test("the disk is asked three times about a new file: when it is found, when it has come to rest, and after it is read", async () => {
  // What the system tells of late would be one change more.
  const fixture = await started({ watched: false });
  fixture.write("film", "film");
  fixture.tellChange("film");
  await fixture.untilHolds("film", "film");
  expect(statCallsOf(fixture, "film")).toEqual(["lstat film", "fstat film", "fstat film"]);
  await fixture.stop();
});

test("and of a file that is written for long no more often", async () => {
  const fixture = await started({ watched: false });
  const fd = fs.openSync(fixture.path("film"), "w");
  fixture.tellChange("film");
  await fixture.until("it is found", () => statCallsOf(fixture, "film").length > 0, 4);
  for (let part = 0; part < 10; part++) {
    const until = fixture.clock.now() + 500;
    fs.writeSync(fd, "part");
    fixture.tellChange("film");
    await fixture.until("time passes", () => fixture.clock.now() >= until, 4);
  }
  fs.closeSync(fd);
  fixture.tellChange("film");
  await fixture.untilHolds("film", "part".repeat(10));
  expect(statCallsOf(fixture, "film")).toEqual(["lstat film", "fstat film", "fstat film"]);
  expect(fixture.kinds("film")).toEqual(["present"]);
  await fixture.stop();
});

test("of a file that a scan finds at rest too", async () => {
  const fixture = new IndexFixture({ settled: true });
  fixture.write("film", "film");
  await fixture.start();
  expect(statCallsOf(fixture, "film")).toEqual(["lstat film", "fstat film", "fstat film"]);
  await fixture.stop();
});

test("a folder that takes the place of a file is found with what is in it", async () => {
  const fixture = await started();
  fixture.write("a", "file");
  await fixture.untilHolds("a", "file");
  fs.rmSync(fixture.path("a"));
  fixture.write("a/b", "in a folder");
  await fixture.untilHolds("a", null);
  await fixture.untilHolds("a/b", "in a folder");
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN_MS);
  await fixture.stop();
});

test("a folder is found that takes the place of a file while that is being checked", async () => {
  const fixture = await started();
  fixture.write("a", "file");
  await fixture.until("it is found", () => statCallsOf(fixture, "a").length > 0, 4);
  fs.rmSync(fixture.path("a"));
  fixture.write("a/b", "in a folder");
  await fixture.untilHolds("a/b", "in a folder");
  expect(fixture.index.get("a")).toBeUndefined();
  expect(fixture.clock.passed).toBeLessThan(BEFORE_SCAN_MS);
  await fixture.stop();
});

test("a start that fails leaves nothing behind that watches or scans", async () => {
  let failures = 1;
  let watches = 0;
  const fixture = new IndexFixture({
    disk: {
      list: (folder) => (failures-- > 0 ? Promise.reject(new Error("input/output error")) : systemDisk.list(folder)),
      watch: (folder, watcher, except) => {
        watches += 1;
        const stop = systemDisk.watch(folder, watcher, except);
        return () => {
          watches -= 1;
          stop();
        };
      },
    },
  });
  fixture.write("a", "a");
  await expect(fixture.start()).rejects.toThrow("input/output error");
  expect(watches).toBe(0);
  await driveThrough(fixture.clock, fixture.index.start());
  expect(watches).toBe(1);
  expect(fixture.kinds("a")).toEqual(["present"]);
  await fixture.stop();
  expect(watches).toBe(0);
});

test("when the system loses track during a scan, another one follows soon after it", async () => {
  let tell: (path: string | null) => void = () => {};
  let blocked: Promise<void> | null = null;
  let scans = 0;
  const fixture = await started({
    disk: {
      list: async (folder) => {
        scans += 1;
        await blocked;
        return systemDisk.list(folder);
      },
      watch: (_folder, { changed }) => {
        tell = changed;
        return () => {};
      },
    },
  });
  const barrier = Promise.withResolvers<void>();
  blocked = barrier.promise;
  const before = scans;
  tell(null);
  await fixture.until("a scan goes on", () => scans > before);
  const began = fixture.clock.now();
  tell(null);
  blocked = null;
  barrier.resolve();
  await fixture.until("another scan", () => scans > before + 1);
  expect(fixture.clock.now() - began).toBeLessThan(BEFORE_SCAN_MS);
  await fixture.stop();
});

test("a folder whose scans take long is not scanned all the time although the system loses track all the time", async () => {
  const SCAN_MS = 10_000;
  let tell: (path: string | null) => void = () => {};
  let ended: Promise<void> | null = null;
  let scans = 0;
  const fixture = await started({
    disk: {
      list: async (folder) => {
        scans += 1;
        await ended;
        return systemDisk.list(folder);
      },
      watch: (_folder, { changed }) => {
        tell = changed;
        return () => {};
      },
    },
  });
  const slow = Promise.withResolvers<void>();
  ended = slow.promise;
  const before = scans;
  tell(null);
  await fixture.until("a scan goes on", () => scans > before);
  tell(null);
  const { pending } = fixture.clock;
  fixture.clock.advance(SCAN_MS);
  slow.resolve();
  while (fixture.clock.pending === pending) await Bun.sleep(1);
  const end = fixture.clock.now();
  await fixture.until("another scan", () => scans > before + 1);
  const pause = fixture.clock.now() - end;
  expect(pause).toBeGreaterThanOrEqual(2 * SCAN_MS);
  expect(pause).toBeLessThan(BEFORE_SCAN_MS);
  await fixture.stop();
});

test("other rules hold without waiting for a regular scan, for what they exclude and for what they share again", async () => {
  const fixture = await started();
  fixture.write("a.log", "log");
  await fixture.untilHolds("a.log", "log");
  for (const [rules, content] of [
    ["*.log", null],
    ["", "log"],
  ] as const) {
    const began = fixture.clock.now();
    fixture.write(".redesignore", rules);
    await fixture.untilHolds("a.log", content);
    expect(fixture.clock.now() - began).toBeLessThan(BEFORE_SCAN_MS);
  }
  await fixture.stop();
});

test("of more changed paths than are compared one by one, none is: the whole folder is scanned", async () => {
  let tell: (path: string) => void = () => {};
  const watch: Disk["watch"] = (_folder, { changed }) => {
    tell = changed;
    return () => {};
  };
  const fixture = await started({ disk: { watch } });
  const { scans } = fixture;
  fixture.missed.length = 0;
  for (let path = 0; path <= MAX_CHANGED_PATHS; path++) tell(`missing${path}`);
  await fixture.until("the folder is scanned", () => fixture.scans > scans);
  expect(fixture.missed.filter((name) => name.startsWith("missing"))).toEqual([]);
  await fixture.stop();
});

test("a file that is as recorded is asked about once", async () => {
  const fixture = await started();
  fixture.write("film", "film");
  await fixture.untilHolds("film", "film");
  fixture.statCalls.length = 0;
  fixture.index.recheck("film");
  await fixture.until("it is asked about", () => statCallsOf(fixture, "film").length > 0);
  const until = fixture.clock.now() + 500;
  await fixture.until("it could be asked about again", () => fixture.clock.now() >= until);
  expect(statCallsOf(fixture, "film")).toEqual(["lstat film"]);
  await fixture.stop();
});

test("the disk is asked once about a copy that has its name, though the system tells of it and of its new folder", async () => {
  const fixture = await started({
    watched: false,
    blocking: {
      linkFd(fd, folder, name) {
        systemBlockingDisk.linkFd(fd, folder, name);
        fixture.tellChange("new");
        fixture.tellChange(`new/${name}`);
      },
    },
  });
  const staged = ["one", "two"].map((name) => fixture.stageUnnamed(`new/${name}`, name));
  expect(await fixture.index.install(staged)).toEqual(["installed", "installed"]);
  for (const { unnamed } of staged) if (unnamed !== null) fs.closeSync(unnamed);
  await fixture.until("it is asked about", () => statCallsOf(fixture, "new/one").length > 0);
  const until = fixture.clock.now() + 500;
  await fixture.until("it could be asked about again", () => fixture.clock.now() >= until);
  expect(statCallsOf(fixture, "new/one")).toEqual(["lstat new/one"]);
  await fixture.stop();
});

test("a folder whose scans take long is scanned more rarely", async () => {
  const SCAN_MS = 10_000;
  let ended: Promise<void> | null = null;
  let scans = 0;
  const list: Disk["list"] = async (folder) => {
    scans += 1;
    await ended;
    return systemDisk.list(folder);
  };
  const fixture = await started({ disk: { list } });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 1000) {
      fixture.clock.advance(1000);
      await Bun.sleep(1);
    }
  };
  const slow = Promise.withResolvers<void>();
  ended = slow.promise;
  const before = scans;
  await fixture.until("a regular scan begins", () => scans > before);
  fixture.clock.advance(SCAN_MS);
  const { pending } = fixture.clock;
  slow.resolve();
  while (fixture.clock.pending === pending) await Bun.sleep(1);
  await pass(19 * SCAN_MS);
  expect(scans).toBe(before + 1);
  await pass(2 * SCAN_MS);
  expect(scans).toBe(before + 2);
  await fixture.stop();
});

test("new folders are walked, and one that lies in another new one with that", async () => {
  const lists: string[] = [];
  let tell: (path: string) => void = () => {};
  const fixture: IndexFixture = await started({
    disk: {
      list: (folder) => {
        lists.push(folder);
        return systemDisk.list(folder);
      },
      watch: (_folder, { changed }) => {
        tell = changed;
        return () => {};
      },
    },
  });
  for (const name of ["new/inner/film", "other/film"]) fixture.write(name, name);
  lists.length = 0;
  for (const path of ["new/inner", "new", "other"]) tell(path);
  for (const name of ["new/inner/film", "other/film"]) await fixture.untilHolds(name, name);
  expect(lists).toEqual(["new", "new/inner", "other"].map((name) => fixture.path(name)));
  await fixture.stop();
});
