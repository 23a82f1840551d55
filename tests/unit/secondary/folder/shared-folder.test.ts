import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { beneath } from "../../../../src/platform/disk/reach/anchor.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { SharedFolder } from "../../../../src/secondary/folder/shared-folder.ts";
import { english } from "../../../../src/sentences/sentence.ts";
import { anchorAt } from "../../../support/anchor.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { inEnglish } from "../../../support/in-english.ts";

/** A shared folder that is there, with the folders within it that other secondaries share. */
class Fixture {
  readonly root = temporaryFolder();
  readonly warnings: string[] = [];
  /** Numbers of secondaries, by the paths of their folders. */
  readonly others = new Map<string, number>();
  /** The folder whose disk is not there. */
  missingDisk: string | null = null;
  readonly folder: SharedFolder;

  constructor(disk: Partial<Disk> = {}) {
    const guard = {
      root: this.root,
      bounds: { folder: this.root, except: ".redes" },
      anchor: anchorAt(this.root),
      reach: () => beneath(anchorAt(this.root)),
      checkPresent: async () => true,
      requirePresent: async () => {},
      refreshNestedDisks: async () => {},
      missingDiskAbove: (name: string) => (name.startsWith(`${this.missingDisk}/`) ? this.missingDisk : null),
      sharedBy: async (wanted: string) => this.others.get(wanted) ?? null,
    };
    const log = {
      info() {},
      warn: (_event: string, text: string) => void this.warnings.push(String(text)),
      error() {},
    };
    this.folder = new SharedFolder({ disk: { ...systemDisk, ...disk }, clock: new FakeClock(), log, guard });
  }

  write(name: string, content = name): void {
    fs.mkdirSync(path.dirname(path.join(this.root, name)), { recursive: true });
    fs.writeFileSync(path.join(this.root, name), content);
  }

  link(name: string, target: string): void {
    fs.symlinkSync(target, path.join(this.root, name));
  }

  async kindOf(name: string): Promise<string> {
    return (await this.folder.inspect(name)).kind;
  }
}

test("a folder that another secondary shares is not shared until that one is gone, and the log says so once", async () => {
  const fixture = new Fixture();
  const { folder, others } = fixture;
  expect(await folder.isSharedByOther("theirs")).toBe(false);
  expect(folder.allows("theirs/a")).toBe(true);
  others.set(`${fixture.root}/theirs`, 2);
  expect([await folder.isSharedByOther("theirs"), await folder.isSharedByOther("theirs")]).toEqual([true, true]);
  expect(english(folder.exclusion("theirs/a") ?? "")).toBe("secondary 2 shares the folder theirs");
  expect(["theirs/a", "theirs/b/c", "theirs2/a", "theirs"].map((name) => folder.allows(name))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(fixture.warnings).toEqual(["theirs is not shared: secondary 2 shares that folder by itself"]);
  others.clear();
  expect(await folder.isSharedByOther("theirs")).toBe(false);
  expect(folder.allows("theirs/a")).toBe(true);
});

describe("by its name alone", () => {
  test("a file is shared unless it is hidden, unfinished, excluded, or on a disk that is not there", async () => {
    const fixture = new Fixture();
    fixture.write(".redesignore", "*.log\nbuild/\n");
    fixture.missingDisk = "disk";
    const { folder } = fixture;
    await folder.loadRules();
    const allowed = (names: string[]) => names.filter((name) => folder.allows(name));
    expect(allowed(["a", "a/b", ".a", "a/.b", "a.part", "a.log", "build/a", "disk/a"])).toEqual(["a", "a/b"]);
    expect(inEnglish(["a", "a.part", "a.log", "disk/a"].map((name) => folder.exclusion(name)))).toEqual([
      null,
      "it is named like a file that another program has not finished",
      ".redesignore excludes it",
      "the disk of the folder disk is not there",
    ]);
    expect(["a", ".a", "a/.b", "build", "disk"].filter((name) => folder.allowsFolder(name))).toEqual(["a", "disk"]);
    expect(fixture.warnings).toEqual([]);
  });

  test("one that no peer could take is not shared, and the log says so once, unless it is hidden", () => {
    const { folder, warnings } = new Fixture();
    const [bad, hidden] = ["two\nlines", ".two\nlines"];
    expect([folder.allows(bad), folder.allowsFolder(bad), folder.allows(hidden)]).toEqual([false, false, false]);
    folder.warnInvalidUtf8("caf\ufffd");
    folder.warnInvalidUtf8(".caf\ufffd");
    expect(warnings).toEqual([
      'not shared: the name "two\\nlines" cannot be used, it contains a control character',
      'not shared: the name "caf\ufffd" cannot be used, it is not valid UTF-8',
    ]);
  });
});

test("a warning is given again once the one before it is forgotten", () => {
  const { folder, warnings } = new Fixture();
  folder.warnOnce("a", "size", "large");
  folder.warnOnce("a", "size", "large");
  folder.warnOnce("b", "size", "also large");
  folder.warnOnce("a", "time", "late");
  folder.forgetWarning("a", "size");
  folder.warnOnce("a", "size", "large again");
  folder.warnOnce("a", "time", "late again");
  expect(warnings).toEqual(["large", "also large", "late", "large again"]);
});

test("a file is unfinished while its control file is there", async () => {
  const fixture = new Fixture();
  const { folder } = fixture;
  fixture.write("film.aria2");
  expect(await folder.hasControlFile("film")).toBe(false);
  folder.allows("film.aria2");
  expect(await folder.hasControlFile("film")).toBe(true);
  fs.rmSync(path.join(fixture.root, "film.aria2"));
  expect(await folder.hasControlFile("film")).toBe(false);
});

describe("under a name there is", () => {
  test("a file or a folder that is really there, or nothing", async () => {
    const fixture = new Fixture();
    fixture.write("folder/film", "four");
    expect(await fixture.folder.inspect("folder/film")).toMatchObject({ kind: "file", stat: { size: 4 } });
    expect(await fixture.folder.fingerprint("folder/film")).toMatchObject({ size: 4 });
    expect(await fixture.folder.fingerprint("folder")).toBeNull();
    expect([await fixture.kindOf("folder"), await fixture.kindOf("none"), await fixture.kindOf("none/film")]).toEqual([
      "folder",
      "nothing",
      "nothing",
    ]);
  });

  test("the file to which a link leads, unless it leads out of what is shared", async () => {
    const fixture = new Fixture();
    const outside = temporaryFolder();
    fs.writeFileSync(path.join(outside, "secret"), "secret");
    fixture.write("folder/film", "four");
    fixture.write(".redes/part", "part");
    fixture.link("file", "folder/film");
    expect(await fixture.folder.inspect("file")).toMatchObject({ kind: "file", stat: { kind: "file", size: 4 } });
    const excluded = {
      outside: path.join(outside, "secret"),
      beside: `${fixture.root}2/film`,
      staged: ".redes/part",
      "a folder": "folder",
      itself: "itself",
      nowhere: "missing",
    };
    for (const [name, target] of Object.entries(excluded)) {
      fixture.link(name, target);
      expect([name, await fixture.kindOf(name)]).toEqual([name, "excluded"]);
    }
    expect(await fixture.kindOf("a folder/film")).toBe("excluded");
  });

  test("an answer for a link only where the system has one: too many open files say nothing about it", async () => {
    let failure: "limit" | "other" = "limit";
    const fixture = new Fixture({
      realpath: async (wanted) => Promise.reject(new DiskError(failure, wanted, failure)),
    });
    fixture.link("file", "film");
    await expect(fixture.folder.inspect("file")).rejects.toThrow("limit");
    failure = "other";
    expect(await fixture.kindOf("file")).toBe("excluded");
  });
});

describe("what is remembered has a bound", () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `f${index}`);

  test("of the control files that were seen", async () => {
    const fixture = new Fixture();
    const { folder } = fixture;
    for (const name of [...many, "last"]) folder.allows(`${name}.aria2`);
    for (const name of ["f9999.aria2", "last.aria2"]) fixture.write(name);
    expect([await folder.hasControlFile("f9999"), await folder.hasControlFile("last")]).toEqual([true, false]);
  });

  test("of the warnings that were given: all are forgotten together", () => {
    const { folder, warnings } = new Fixture();
    for (const name of [...many, "f0"]) folder.warnOnce(name, "size", name);
    expect(warnings).toHaveLength(many.length);
    for (const name of ["last", "f0"]) folder.warnOnce(name, "size", name);
    expect(warnings.slice(many.length)).toEqual(["last", "f0"]);
  });
});
