import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { HALF_UPLOAD_AGE_MS, MAX_HALF_UPLOADS } from "../../../../src/protocol/limits.ts";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { HalfUploads } from "../../../../src/secondary/uploads/half-uploads.ts";
import { temporaryFolder } from "../../../support/folder.ts";

function halves({ total = 1e12, age = 0 } = {}) {
  const folder = temporaryFolder();
  const lines: string[] = [];
  const clock = { wall: () => Date.now() + age };
  const disk = { ...systemDisk, totalBytes: async () => total };
  const uploads = new HalfUploads({ clock, disk, log: { info: (_, text) => void lines.push(String(text)) } });
  let last = 0n;
  /** A part of so many bytes; the later ones are newer. */
  const add = async (digit: string, bytes = 10) => {
    const file = uploads.pathIn(folder, digit.padStart(64, "0"));
    // The system's times move in steps of some milliseconds.
    for (let time = last; time <= last; time = fs.statSync(file, { bigint: true }).ctimeNs) {
      await Bun.sleep(1);
      fs.writeFileSync(file, new Uint8Array(bytes));
    }
    last = fs.statSync(file, { bigint: true }).ctimeNs;
    return file;
  };
  const left = () => fs.readdirSync(folder).filter((name) => name.startsWith("put-"));
  return { uploads, folder, lines, add, left };
}

test("the oldest go where there are too many, and files of others stay", async () => {
  const { uploads, folder, lines, add, left } = halves();
  fs.writeFileSync(path.join(folder, "marker"), "");
  fs.writeFileSync(path.join(folder, "put-other.part"), "");
  const first = await add("0");
  for (let count = 1; count <= MAX_HALF_UPLOADS; count++) await add(count.toString(16));
  await uploads.trim(folder);
  expect(left()).toHaveLength(MAX_HALF_UPLOADS + 1);
  expect(fs.existsSync(first)).toBe(false);
  expect(fs.existsSync(path.join(folder, "marker"))).toBe(true);
  expect(lines).toEqual(["1 file that had come in part deleted"]);
});

test("they take a tenth of the disk at most, or the newest alone, and no part that grows goes", async () => {
  const { uploads, folder, add, left } = halves({ total: 1000 });
  const oldest = await add("0", 60);
  await add("1", 60);
  await add("2", 30);
  expect(uploads.claim(oldest)).toBe(true);
  expect(uploads.claim(oldest)).toBe(false);
  await uploads.trim(folder);
  expect(left()).toHaveLength(3);
  const newest = await add("3", 500);
  await uploads.trim(folder);
  expect(left().sort()).toEqual([path.basename(oldest), path.basename(newest)].sort());
  await uploads.stopped(oldest, folder, new Bitmap(1));
  expect(left()).toEqual([path.basename(newest)]);
  expect(uploads.claim(oldest)).toBe(true);
});

test("a part of which little has come counts with what it takes on the disk, and not with its length", async () => {
  const { uploads, folder, add, left } = halves({ total: 1000 * 1024 });
  await add("0", 50 * 1024);
  const huge = await add("1", 10);
  fs.truncateSync(huge, 1024 ** 4);
  await add("2", 10);
  await uploads.trim(folder);
  expect(left()).toHaveLength(3);
  expect(await uploads.bytesIn(folder)).toBeLessThan(80 * 1024);
  expect(uploads.claim(huge)).toBe(true);
  expect(await uploads.bytesIn(folder)).toBeGreaterThanOrEqual(50 * 1024);
});

test("what is too old goes, and all where a copy needs their room", async () => {
  const old = halves({ age: HALF_UPLOAD_AGE_MS + 60_000 });
  await old.add("0");
  await old.uploads.trim(old.folder);
  expect(old.left()).toEqual([]);
  const young = halves({ age: HALF_UPLOAD_AGE_MS - 60_000 });
  await young.add("0");
  await young.uploads.trim(young.folder);
  expect(young.left()).toHaveLength(1);
  await young.uploads.removeAllIn(young.folder);
  expect(young.left()).toEqual([]);
  await young.uploads.removeAllIn("/nowhere");
});

test("which pieces are right is known again as long as nothing has touched the part", async () => {
  const { uploads, folder, add } = halves();
  const part = await add("0");
  uploads.claim(part);
  const have = Bitmap.full(1);
  await uploads.stopped(part, folder, have);
  const stat = await systemDisk.fstat(fs.openSync(part, "r"));
  expect(uploads.piecesOf(part, stat)).toBe(have);
  expect(uploads.piecesOf(part, stat)).toBeNull();
  await uploads.stopped(part, folder, have);
  expect(uploads.piecesOf(part, { ...stat, mtimeNs: stat.mtimeNs + 1n })).toBeNull();
});
