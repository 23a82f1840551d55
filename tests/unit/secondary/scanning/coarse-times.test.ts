import { expect, test } from "bun:test";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { hidesChangesFor } from "../../../../src/secondary/folder/fingerprint.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

const STEP_MS = 2_000;

/** An index of a folder on a disk that gives all files the time of the last `write`, in steps of two seconds. */
class CoarseFixture extends IndexFixture {
  private stamp = 0n;

  constructor() {
    const coarse = <T extends FileStat | null>(stat: T): T => {
      return stat?.kind === "file" ? { ...stat, mtimeNs: this.stamp, ctimeNs: this.stamp } : stat;
    };
    super({
      disk: {
        stat: async (path) => coarse(await systemDisk.stat(path)),
        lstat: async (path) => coarse(await systemDisk.lstat(path)),
        fstat: async (fd) => coarse(await systemDisk.fstat(fd)),
      },
      blocking: { fstat: (fd) => coarse(systemBlockingDisk.fstat(fd)) },
    });
  }

  override write(name: string, content: string): void {
    super.write(name, content);
    this.stamp = BigInt(this.clock.wall() - (this.clock.wall() % STEP_MS)) * 1_000_000n;
  }

  /** Until a step of time has just begun. */
  beginStep(): void {
    this.clock.advance(STEP_MS - (this.clock.wall() % STEP_MS));
  }
}

test("a file is read only when an edit that leaves its length as it is would show, and so such an edit is found", async () => {
  const fixture = new CoarseFixture();
  await fixture.start();
  fixture.beginStep();
  fixture.write("film", "one");
  await fixture.until("it is read", () => fixture.hashed.includes("film"));
  fixture.write("film", "two");
  await fixture.untilHolds("film", "two");
  await fixture.stop();
});

test("an edit right after a copy, in the step of time in which the copied content was made, is found", async () => {
  const fixture = new CoarseFixture();
  await fixture.start();
  fixture.beginStep();
  expect(await fixture.index.install([fixture.stage("film", "one")])).toEqual(["installed"]);
  expect(fixture.index.get("film")?.id).toBe(idOf("one"));
  fixture.write("film", "two");
  await fixture.untilHolds("film", "two");
  await fixture.stop();
});

test("a copy of an older content is not read again", async () => {
  const fixture = new CoarseFixture();
  await fixture.start();
  fixture.beginStep();
  const staged = fixture.stage("film", "one");
  fixture.beginStep();
  expect(await fixture.index.install([staged])).toEqual(["installed"]);
  await fixture.nextScans();
  expect(fixture.hashed).toEqual([]);
  await fixture.stop();
});

test("a change is hidden only where it happens in the step of the last one, which no part of a second tells apart", () => {
  const time = 1_700_000_000_000_004n * 1000n;
  const file = { size: 1, inode: 1n, mtimeNs: time, ctimeNs: time };
  expect(hidesChangesFor(file, 1_700_000_000_004)).toBe(0);
  const coarse = { ...file, mtimeNs: time - 4000n, ctimeNs: time - 4000n };
  const waits = [0, 1999, 2000, -1].map((age) => hidesChangesFor(coarse, 1_700_000_000_000 + age));
  expect(waits).toEqual([2000, 1, 0, 0]);
  // A change would set both times.
  expect(hidesChangesFor({ ...coarse, mtimeNs: 0n }, 1_700_000_000_000)).toBe(0);
});
