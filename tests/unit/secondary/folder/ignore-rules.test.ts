import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { IgnoreRules, RULES_FILE } from "../../../../src/secondary/folder/ignore-rules.ts";
import { SETTLE_MS } from "../../../../src/secondary/folder/settle.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const MAX_BYTES = 1024 * 1024;

/** The rules of a folder. */
class Fixture {
  readonly clock: FakeClock;
  readonly warnings: string[] = [];
  readonly file = path.join(temporaryFolder(), RULES_FILE);
  readonly rules: IgnoreRules;

  constructor(text?: string, { clock = new FakeClock(), disk = systemDisk }: { clock?: FakeClock; disk?: Disk } = {}) {
    this.clock = clock;
    const log = { info() {}, warn: (_event: string, message: string) => void this.warnings.push(message), error() {} };
    this.rules = new IgnoreRules({ disk, clock, log });
    if (text !== undefined) this.write(text);
  }

  write(text: string): void {
    fs.writeFileSync(`${this.file}-new`, text);
    fs.renameSync(`${this.file}-new`, this.file);
  }

  refresh() {
    return this.rules.refresh(this.file);
  }

  excluded(...names: string[]): string[] {
    return names.filter((name) => this.rules.matches(name));
  }
}

test("without a file, or with an empty one, nothing is excluded", async () => {
  for (const text of [undefined, "", "\n \n"]) {
    const fixture = new Fixture(text);
    await fixture.rules.load(fixture.file);
    expect(fixture.excluded("a", "a.log", "build/a")).toEqual([]);
  }
});

test("a file and all in a folder are excluded as gitignore says, by their case", async () => {
  const fixture = new Fixture("\uFEFF*.log\nbuild/\n!keep.log\n");
  await fixture.rules.load(fixture.file);
  expect(
    fixture.excluded("a.log", "a.LOG", "sub/a.log", "keep.log", "build/", "build/a", "build", "rebuild/a"),
  ).toEqual(["a.log", "sub/a.log", "build/", "build/a"]);
});

test("other rules hold once their file has been at rest for its time, counted from the last change", async () => {
  const fixture = new Fixture("*.log");
  await fixture.rules.load(fixture.file);
  expect([await fixture.refresh(), fixture.rules.pending]).toEqual(["same", false]);
  fixture.write("*.txt");
  expect([await fixture.refresh(), fixture.rules.pending]).toEqual(["settling", true]);
  fixture.clock.advance(SETTLE_MS - 1);
  fixture.write("*.txt\n*.tmp");
  expect(await fixture.refresh()).toBe("settling");
  fixture.clock.advance(SETTLE_MS - 1);
  expect(await fixture.refresh()).toBe("settling");
  expect(fixture.excluded("a.log", "a.txt")).toEqual(["a.log"]);
  fixture.clock.advance(1);
  expect([await fixture.refresh(), fixture.rules.pending]).toEqual(["changed", false]);
  expect(fixture.excluded("a.log", "a.txt", "a.tmp")).toEqual(["a.txt", "a.tmp"]);
});

test("the same rules written again, or put back before they were read, change nothing", async () => {
  const fixture = new Fixture("*.log");
  await fixture.rules.load(fixture.file);
  fs.renameSync(fixture.file, `${fixture.file}-away`);
  expect(await fixture.refresh()).toBe("settling");
  fs.renameSync(`${fixture.file}-away`, fixture.file);
  fixture.write("*.log");
  expect(await fixture.refresh()).toBe("settling");
  fixture.clock.advance(SETTLE_MS);
  expect(await fixture.refresh()).toBe("same");
  expect(await fixture.refresh()).toBe("same");
});

test("rules that were read while a change of them would not show are read again", async () => {
  const clock = new FakeClock();
  const stamp = BigInt(clock.wall()) * 1_000_000n;
  // As on a file system that counts times in seconds.
  const lstat = async (wanted: string) => {
    const stat = await systemDisk.lstat(wanted);
    return stat && { ...stat, mtimeNs: stamp, ctimeNs: stamp, inode: 1n };
  };
  const fixture = new Fixture("*.log", { clock, disk: { ...systemDisk, lstat } });
  await fixture.rules.load(fixture.file);
  fixture.write("*.txt");
  clock.advance(2 * SETTLE_MS);
  expect(await fixture.refresh()).toBe("settling");
  clock.advance(SETTLE_MS);
  expect(await fixture.refresh()).toBe("changed");
  expect(fixture.excluded("a.log", "a.txt")).toEqual(["a.txt"]);
  expect(await fixture.refresh()).toBe("same");
});

test("rules that changed are waited for twice their time at most", async () => {
  const fixture = new Fixture("*.log");
  await fixture.rules.load(fixture.file);
  fixture.write("*.txt");
  await fixture.refresh();
  fixture.clock.advance(2 * SETTLE_MS - 1);
  expect(fixture.rules.pending).toBe(true);
  fixture.clock.advance(1);
  expect(fixture.rules.pending).toBe(false);
});

test("a file that is too large leaves the former rules, which the log says once until one can be read", async () => {
  const fixture = new Fixture("*.log");
  await fixture.rules.load(fixture.file);
  const large = "#".repeat(MAX_BYTES - 5);
  fixture.write(`*.txt\n${large}`);
  for (let turn = 0; turn < 4; turn++) {
    expect(await fixture.refresh()).toBe(turn === 0 ? "settling" : "same");
    fixture.clock.advance(SETTLE_MS);
  }
  expect(fixture.excluded("a.log", "a.txt")).toEqual(["a.log"]);
  expect(fixture.warnings).toEqual([`${fixture.file} is too large: at most ${MAX_BYTES} bytes; its former rules hold`]);
  await expect(fixture.rules.load(fixture.file)).rejects.toThrow("is too large");
  fixture.write(`*.txt\n${large.slice(1)}`);
  expect(await fixture.refresh()).toBe("settling");
  fixture.clock.advance(SETTLE_MS);
  expect(await fixture.refresh()).toBe("changed");
  expect(fixture.excluded("a.log", "a.txt")).toEqual(["a.txt"]);
});
