import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { sameFingerprint } from "../../../../src/secondary/folder/fingerprint.ts";
import { driveThrough } from "../../../support/drive.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

const CONTENTS: Record<string, string> = { a: "one", "s/b": "two", twin: "same", "other twin": "same" };

/** Just before this call to the disk; `on` is a name in the shared folder, "" for the folder itself. */
interface Moment {
  readonly call: "lstat" | "syncFolder";
  readonly on: string;
}

/** An index whose disk, or a disk within its folder (`diskOf` is its mount point), is taken away at a moment. */
class DiskFixture extends IndexFixture {
  private readonly moment: { is: Moment | null };
  private readonly mounted: Set<string>;
  private readonly away: string;
  /** Makes of the disk what a power loss leaves: what was not made durable is undone. */
  private lose: () => void = () => {};

  constructor(readonly diskOf: string) {
    const folder = path.join(temporaryFolder(), "share");
    fs.mkdirSync(path.join(folder, diskOf), { recursive: true });
    const moment: { is: Moment | null } = { is: null };
    const mounted = new Set(diskOf === "" ? [] : [path.join(folder, diskOf)]);
    const before = (call: Moment["call"], wanted: string) => {
      if (moment.is?.call !== call || path.join(folder, moment.is.on) !== path.normalize(wanted)) return;
      moment.is = null;
      this.takeAway();
    };
    const disk: Partial<Disk> = {
      mountPoints: async () => ["/", ...mounted],
      lstat: async (wanted) => {
        before("lstat", wanted);
        return systemDisk.lstat(wanted);
      },
      syncFolder: async (wanted, reach) => {
        before("syncFolder", wanted);
        await systemDisk.syncFolder(wanted, reach);
      },
    };
    super({ folder, disk });
    this.moment = moment;
    this.mounted = mounted;
    this.away = path.join(path.dirname(folder), "away");
  }

  takeAwayAt(moment: Moment, lose: () => void = () => {}): void {
    this.moment.is = moment;
    this.lose = lose;
  }

  private takeAway(): void {
    this.lose();
    fs.renameSync(this.path(this.diskOf), this.away);
    fs.mkdirSync(this.path(this.diskOf));
    this.mounted.clear();
  }

  /** Resolves once everything on the disk was compared with what is known of it, and each file is known as it is now. */
  async putBack(): Promise<void> {
    fs.rmdirSync(this.path(this.diskOf));
    fs.renameSync(this.away, this.path(this.diskOf));
    if (this.diskOf !== "") this.mounted.add(this.path(this.diskOf));
    await this.until("the folder is there", () => this.guard.isPresent);
    if (this.diskOf === "") await driveThrough(this.clock, this.index.resume());
    else await this.nextScans();
    // A file that was missed while the disk was away has changed, and such a file is not waited for.
    await this.until("each file is known as it is", () => this.knowsFilesAsTheyAre);
  }

  private get knowsFilesAsTheyAre(): boolean {
    const places = [...this.index.files()].flatMap(({ id }) => [...this.index.placesOf(id)]);
    return places.every(({ path, fingerprint }) => {
      const stat = systemBlockingDisk.lstat(path);
      return stat !== null && sameFingerprint(stat, fingerprint);
    });
  }

  /** What is known of each file, without what the file system says of it. */
  known() {
    const versions = [...this.index.files()].map(({ name, id, vector, edits, changed }) => {
      return { name, id, vector, edits, changed };
    });
    return versions.sort((left, right) => (left.name < right.name ? -1 : 1));
  }
}

async function started(diskOf = ""): Promise<DiskFixture> {
  const fixture = new DiskFixture(diskOf);
  for (const [name, content] of Object.entries(CONTENTS)) fixture.write(name, content);
  await fixture.start();
  fixture.guard.watch((there) => {
    if (!there) fixture.index.pause();
  });
  await fixture.agree();
  return fixture;
}

type Work = (fixture: DiskFixture) => Promise<unknown>;

const removeA: Work = (fixture) => fixture.remove("a", "one");
const removeB: Work = (fixture) => fixture.remove("s/b", "two");
const renameA: Work = ({ index }) => index.renameConflict("a", idOf("one"), "free");
const removeTwin: Work = ({ index }) => index.renameConflict("twin", idOf("same"), "other twin");
const quarantineA: Work = (fixture) => fixture.index.quarantine("a", idOf("one"), fixture.path(".redes/damaged"));
const replaceA: Work = (fixture) => fixture.index.install([fixture.stage("a", "newer")]);

const look = (on: string): Moment => ({ call: "lstat", on });
const sync: Moment = { call: "syncFolder", on: "" };

test.each<[string, Work, Moment, string | null]>([
  ["a file is looked for that is to be removed", removeA, look("a"), null],
  ["one in a folder is looked for", removeB, look("s/b"), null],
  ["a removal is made durable", removeA, sync, null],
  ["a replacement is made durable", replaceA, sync, null],
  ["a new name is made durable", renameA, sync, "free"],
  ["the removal of a file that has another name is made durable", removeTwin, sync, null],
  ["it is made durable that a damaged file was taken out", quarantineA, sync, ".redes/damaged"],
])("nothing is recorded when the disk is taken away just before %s", async (_, work, moment, made) => {
  const fixture = await started();
  const before = fixture.known();
  fixture.takeAwayAt(moment, () => {
    for (const [name, content] of Object.entries(CONTENTS)) fixture.write(name, content);
    if (made !== null) fs.rmSync(fixture.path(made));
  });
  await expect(work(fixture)).rejects.toThrow(`in the place of the shared folder ${fixture.folder}`);
  await fixture.putBack();
  expect(fixture.known()).toEqual(before);
  // What was not done is done when it is asked for again.
  await work(fixture);
  expect(fixture.known()).not.toEqual(before);
  await fixture.stop();
});

test("nor when it is a disk within the folder", async () => {
  const fixture = await started("s");
  const before = fixture.known();
  fixture.takeAwayAt(look("s/b"));
  await expect(removeB(fixture)).rejects.toThrow("the disk of the folder s is not there");
  await fixture.putBack();
  expect(fixture.known()).toEqual(before);
  expect(await removeB(fixture)).toBe(true);
  await fixture.stop();
});
