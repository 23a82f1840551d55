import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../../src/hashing/hasher-client.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../../src/platform/log/log.ts";
import { StagedFiles } from "../../../../../src/secondary/replication/placement/staged-files.ts";
import { temporaryFolder } from "../../../../support/folder.ts";
import { type Content, content } from "../../../transfer/content.ts";

const FILM = content(3000);
const OTHER = content(3000, 2);

/** Two staging folders with what is whole in them. */
class Fixture {
  readonly main = temporaryFolder();
  readonly other = temporaryFolder();
  /** Paths that were read. */
  readonly read: string[] = [];
  readonly staged: StagedFiles;

  constructor() {
    const inner = inlineHashing(systemBlockingDisk, silentLog);
    const hash: typeof inner.hash = (file, size) => {
      this.read.push(path.basename(file));
      return inner.hash(file, size);
    };
    this.staged = new StagedFiles({ disk: systemDisk, hasher: { hash } });
  }

  write(staging: string, { version, bytes }: Content, really: Uint8Array = bytes): void {
    fs.writeFileSync(this.staged.pathOf(staging, version.id), really);
  }

  /** A file that is whole, verified, and has no name. */
  async add(staging: string, name: string, file: Content): Promise<void> {
    this.write(staging, file);
    await this.staged.add(staging, name, file.version, file.hashes);
  }

  has(staging: string, { version }: Content): boolean {
    return fs.existsSync(this.staged.pathOf(staging, version.id));
  }
}

test("a file that was verified in this run is found without being read, one of an earlier run is read", async () => {
  const fixture = new Fixture();
  await fixture.add(fixture.main, "film", FILM);
  expect(await fixture.staged.find(fixture.main, FILM.version)).toEqual(FILM.hashes);
  expect(fixture.read).toEqual([]);
  // It was handed out: whoever got it renames it, or adds it again.
  expect(Buffer.from((await fixture.staged.find(fixture.main, FILM.version)) ?? [])).toEqual(Buffer.from(FILM.hashes));
  expect(fixture.read).toHaveLength(1);
});

test("one that was changed since is read again", async () => {
  const fixture = new Fixture();
  await fixture.add(fixture.main, "film", FILM);
  fixture.write(fixture.main, FILM, OTHER.bytes);
  expect(await fixture.staged.find(fixture.main, FILM.version)).toBeNull();
  expect([fixture.read.length, fixture.has(fixture.main, FILM)]).toEqual([1, false]);
});

test("what is not the version is deleted: another size is not read, nothing that is no file", async () => {
  const fixture = new Fixture();
  fixture.write(fixture.main, FILM, FILM.bytes.subarray(1));
  expect(await fixture.staged.find(fixture.main, FILM.version)).toBeNull();
  expect(fixture.has(fixture.main, FILM)).toBe(false);
  const target = path.join(fixture.other, "target");
  fs.writeFileSync(target, FILM.bytes);
  const link = fixture.staged.pathOf(fixture.main, FILM.version.id);
  fs.symlinkSync("x".repeat(FILM.version.size), link);
  expect(await fixture.staged.find(fixture.main, FILM.version)).toBeNull();
  expect([fixture.read, fs.existsSync(target)]).toEqual([[], true]);
});

test("nothing is found of what is not here", async () => {
  const fixture = new Fixture();
  expect(await fixture.staged.find(fixture.main, FILM.version)).toBeNull();
  await fixture.staged.add(fixture.main, "film", FILM.version, FILM.hashes);
  fixture.write(fixture.main, FILM);
  await fixture.staged.find(fixture.main, FILM.version);
  expect(fixture.read).toHaveLength(1);
});

test("a version that is to be staged on another disk now leaves the one before", async () => {
  const fixture = new Fixture();
  await fixture.add(fixture.main, "film", FILM);
  expect(await fixture.staged.find(fixture.other, FILM.version)).toBeNull();
  expect(fixture.has(fixture.main, FILM)).toBe(false);
});

test("what is not wanted any more goes: a version, a name, or all in a staging folder", async () => {
  const fixture = new Fixture();
  const [third, fourth] = [content(3000, 3), content(3000, 4)];
  await fixture.add(fixture.main, "film", FILM);
  await fixture.add(fixture.main, "other", OTHER);
  await fixture.add(fixture.main, "third", third);
  await fixture.add(fixture.other, "fourth", fourth);
  const all = () => [
    ...[FILM, OTHER, third].map((file) => fixture.has(fixture.main, file)),
    fixture.has(fixture.other, fourth),
  ];
  await fixture.staged.removeVersion(fixture.main, FILM.version.id);
  expect(all()).toEqual([false, true, true, true]);
  await fixture.staged.removeName("other");
  expect(all()).toEqual([false, false, true, true]);
  await fixture.staged.removeAllIn(fixture.main);
  expect(all()).toEqual([false, false, false, true]);
});
