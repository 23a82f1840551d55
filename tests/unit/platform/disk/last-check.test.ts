import { describe, expect, spyOn, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import type { LastCheck } from "../../../../src/platform/disk/disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { temporaryFolder } from "../../../support/folder.ts";

/** A folder with a file, and another one that may take its name. */
class Place {
  readonly folder = fs.realpathSync(temporaryFolder());
  readonly file = path.join(this.folder, "film");
  private readonly copy = path.join(this.folder, "copy");

  constructor() {
    fs.writeFileSync(this.file, "old");
    fs.writeFileSync(this.copy, "the copy");
  }

  get content(): string | null {
    return fs.existsSync(this.file) ? fs.readFileSync(this.file, "utf8") : null;
  }

  rename(isRight: LastCheck): Promise<boolean> {
    return systemDisk.renameIf(this.copy, this.file, isRight, "real");
  }

  remove(isRight: LastCheck): Promise<boolean> {
    return systemDisk.removeIf(this.file, isRight, "real");
  }

  /** Somebody puts a file there, as people should. */
  put(): void {
    fs.writeFileSync(`${this.file}.new`, "of somebody");
    fs.renameSync(`${this.file}.new`, this.file);
  }
}

describe.each([
  ["rename", "the copy"],
  ["remove", null],
] as const)("to %s after a last check", (change, after) => {
  test("is done where the look says so, and not otherwise", async () => {
    const place = new Place();
    const seen: (number | undefined)[] = [];
    const look = (isRight: boolean): LastCheck => {
      return (there) => seen.push(there?.size) > 0 && isRight;
    };
    expect([await place[change](look(false)), place.content]).toEqual([false, "old"]);
    expect([await place[change](look(true)), place.content]).toEqual([true, after]);
    expect(seen).toEqual([3, 3]);
  });

  test("waits for nothing between the two: who comes then finds it done", async () => {
    const place = new Place();
    const isDone = await place[change](() => {
      queueMicrotask(() => place.put());
      return true;
    });
    expect([isDone, place.content]).toEqual([true, "of somebody"]);
  });

  test("has a large file freed by another thread", async () => {
    const place = new Place();
    fs.writeFileSync(place.file, new Uint8Array(65 * MIB));
    const opened = spyOn(fs, "openSync");
    const closed = spyOn(fs, "close");
    try {
      expect(await place[change]((there) => there?.size === 65 * MIB)).toBe(true);
      const [held] = opened.mock.results;
      expect(closed.mock.calls.map(([fd]) => fd)).toContain(Number(held?.value));
    } finally {
      opened.mockRestore();
      closed.mockRestore();
    }
    expect(place.content).toBe(after);
  });
});

test("where nothing is there, a look sees that, and what is to be removed is missing", async () => {
  const place = new Place();
  fs.rmSync(place.file);
  await expect(place.remove((there) => there === null)).rejects.toThrow("there is no such file or folder");
  expect(await place.rename((there) => there !== null)).toBe(false);
  expect([await place.rename((there) => there === null), place.content]).toEqual([true, "the copy"]);
});
