import { afterEach, beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { temporaryFolder } from "../../../support/folder.ts";

/** A folder that is watched but for `work`, and what is told of it. */
class Watched {
  readonly folder = path.join(temporaryFolder(), "folder");
  /** All that was told, and what of it no test has waited for. */
  readonly all: (string | null)[] = [];
  readonly told: (string | null)[] = [];
  readonly stop: () => void;
  private heard: () => void = () => {};

  constructor(folders: readonly string[]) {
    for (const name of ["", ...folders]) fs.mkdirSync(this.path(name), { recursive: true });
    const changed = (name: string | null) => {
      this.all.push(name);
      this.told.push(name);
      this.heard();
    };
    this.stop = systemDisk.watch(this.folder, { changed, limited() {} }, "work");
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string): void {
    fs.writeFileSync(this.path(name), "x");
  }

  rename(from: string, to: string): void {
    fs.renameSync(this.path(from), this.path(to));
  }

  /** Until a path is told of, from now on. */
  async hears(name: string | null): Promise<void> {
    while (!this.told.includes(name)) {
      await new Promise<void>((resolve) => {
        this.heard = resolve;
      });
    }
    this.told.length = 0;
  }
}

let watched: Watched;

beforeEach(() => {
  watched = new Watched(["work/deep", "a/deep", "b"]);
});

afterEach(() => watched.stop());

test("changes at any depth are told, but not of what is in the folder that is left out", async () => {
  for (const name of ["work/x", "work/deep/x", "x", "a/deep/x"]) watched.write(name);
  await watched.hears("a/deep/x");
  fs.mkdirSync(watched.path("work/new"));
  watched.write("work/new/x");
  watched.write("b/x");
  await watched.hears("b/x");
  expect(watched.all.filter((name) => name?.startsWith("work/"))).toEqual([]);
});

test("a folder that is left out may come later", async () => {
  watched.rename("work", "other");
  await watched.hears("other");
  watched.write("other/deep/x");
  await watched.hears("other/deep/x");
  watched.rename("other", "work");
  await watched.hears("work");
  watched.write("work/deep/y");
  watched.write("b/y");
  await watched.hears("b/y");
  expect(watched.all.filter((name) => name?.startsWith("work/"))).toEqual([]);
});

test("a new folder is told of once it is watched, and what comes into it after that too", async () => {
  fs.mkdirSync(watched.path("new/deep"), { recursive: true });
  await watched.hears("new");
  watched.write("new/x");
  await watched.hears("new/x");
  watched.write("new/deep/x");
  await watched.hears("new/deep/x");
});

test("folders that change places are told of under their names", async () => {
  watched.rename("a", "b/a");
  await watched.hears("b/a");
  watched.write("b/a/deep/x");
  await watched.hears("b/a/deep/x");
  watched.rename("b/a", "c");
  await watched.hears("c");
  watched.rename("b", "a");
  await watched.hears("a");
  watched.write("c/deep/y");
  await watched.hears("c/deep/y");
  watched.write("a/y");
  await watched.hears("a/y");
});

test("in the place of a folder there may be a file, and a folder again", async () => {
  fs.rmSync(watched.path("b"), { recursive: true });
  watched.write("b");
  await watched.hears("b");
  fs.rmSync(watched.path("b"));
  fs.mkdirSync(watched.path("b"));
  await watched.hears("b");
  while (!watched.told.includes("b/x")) {
    watched.write("b/x");
    await Bun.sleep(0);
  }
});

test("that the folder itself is moved is told; once it is not watched any more, nothing is", async () => {
  fs.renameSync(watched.folder, `${watched.folder}-moved`);
  await watched.hears(null);
  watched.stop();
  fs.renameSync(`${watched.folder}-moved`, watched.folder);
  const other = new Watched([]);
  watched.write("a/x");
  other.write("x");
  await other.hears("x");
  other.stop();
  expect(watched.told).toEqual([]);
});

test("a folder that is not there cannot be watched", () => {
  const watch = () => systemDisk.watch(`${watched.folder}/missing`, { changed() {}, limited() {} }, "work");
  expect(watch).toThrow("cannot watch");
});
