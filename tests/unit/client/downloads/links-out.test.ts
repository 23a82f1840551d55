import { beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { destinationIn, openSink } from "../../../../src/client/downloads/destination.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import type { PartFile } from "../../../../src/transfer/sinks/part-file.ts";
import { SinkError } from "../../../../src/transfer/sinks/sink.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { content } from "../../transfer/content.ts";

const FILE = content(3000);

/** The folder of `--dir`, and one that no download may get into. */
let folder: string;
let outside: string;

beforeEach(() => {
  folder = temporaryFolder();
  outside = temporaryFolder();
  fs.writeFileSync(path.join(outside, "film"), "theirs");
});

const at = (name: string) => path.join(folder, name);
const list = (where: string) => fs.readdirSync(where, { recursive: true, encoding: "utf8" }).sort();

/** Downloads a file by its name to a folder. */
async function download(name: string, { force = false, disk = systemDisk, to = folder } = {}): Promise<void> {
  const hasher = inlineHashing(systemBlockingDisk, silentLog);
  const deps = { disk, clock: new FakeClock(), random: systemRandom, log: silentLog, hasher };
  const { version } = FILE;
  const sink = (await openSink(deps, destinationIn(to, name), { name, version, modified: 0, force })) as PartFile;
  try {
    await sink.begin(FILE.hashes);
    fs.writeSync(sink.file, FILE.bytes, 0, FILE.bytes.length, 0);
    sink.pieceWritten();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
  await sink.finish();
}

describe("a link that is there", () => {
  test.each([
    ["in the place of a folder", "sub", () => outside, "sub/new"],
    ["in the place of a folder, for one that is to be made", "sub", () => outside, "sub/new/film"],
    ["in the place of a file", "film", () => path.join(outside, "new"), "film"],
  ])("%s and leads out is not followed", async (_where, link, target, name) => {
    fs.symlinkSync(target(), at(link));
    const refused = await download(name, { force: true }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SinkError);
    const { message } = refused as SinkError;
    expect(message).toContain(`${at(name)} leads to ${outside}`);
    expect(message).toContain("remove the link, or give a path with --output");
    expect(list(outside)).toEqual(["film"]);
    expect(list(folder)).toEqual(link === "film" ? ["film"] : expect.arrayContaining(["sub"]));
  });

  test("is followed where it stays within the folder, and the folder itself may be one", async () => {
    fs.mkdirSync(at("real"));
    fs.symlinkSync("real", at("sub"));
    fs.symlinkSync("real/other", at("link"));
    const to = path.join(temporaryFolder(), "link-to-folder");
    fs.symlinkSync(folder, to);
    await download("sub/new/film", { to });
    await download("link", { to });
    await download("film", { to });
    expect(fs.readFileSync(at("real/new/film")).equals(FILE.bytes)).toBe(true);
    expect(fs.readFileSync(at("film")).equals(FILE.bytes)).toBe(true);
    expect(fs.readFileSync(at("real/other")).equals(FILE.bytes)).toBe(true);
  });
});

test("folders that are made for a download, with the one that it goes to, go when it fails", async () => {
  const full: Disk = { ...systemDisk, freeBytes: async () => 0 };
  await expect(download("a/b/film", { to: at("x/y"), disk: full })).rejects.toThrow("free");
  expect(list(folder)).toEqual([]);
  await download("a/b/film", { to: at("x/y") });
  expect(list(folder)).toEqual(["x", "x/y", "x/y/a", "x/y/a/b", "x/y/a/b/film"]);
});

/** A disk on which somebody replaces the folder `sub` by a link that leads out, just before it is first asked for this. */
function attacked(step: "open" | "makeSubfolder" | "rename" | "renameNoReplace" | "remove" | "removeFolder"): Disk {
  let done = false;
  const aside = path.join(temporaryFolder(), "sub");
  const call = systemDisk[step] as (...args: never[]) => Promise<unknown>;
  const attack = (...args: never[]) => {
    if (!done) {
      done = true;
      fs.renameSync(at("sub"), aside);
      fs.symlinkSync(outside, at("sub"));
    }
    return call(...args);
  };
  return { ...systemDisk, [step]: attack };
}

test.each([
  ["its work files are made", "open", "sub/film", false],
  ["a folder is made for it", "makeSubfolder", "sub/new/film", false],
  ["it gets its name", "renameNoReplace", "sub/new", false],
  ["it gets a name that is taken", "rename", "sub/film", true],
] as const)("a link that is put there just before %s is not followed", async (_when, step, name, force) => {
  fs.mkdirSync(at("sub"));
  await expect(download(name, { force, disk: attacked(step) })).rejects.toThrow(/link/);
  expect(list(outside)).toEqual(["film"]);
  expect(fs.readFileSync(path.join(outside, "film"), "utf8")).toBe("theirs");
});

test.each(["remove", "removeFolder"] as const)("nothing is removed where it leads (%s)", async (step) => {
  fs.mkdirSync(path.join(outside, "new"));
  fs.mkdirSync(at("sub"));
  const disk: Disk = { ...attacked(step), freeBytes: async () => 0 };
  await expect(download("sub/new/film", { disk })).rejects.toThrow();
  expect(list(outside)).toEqual(["film", "new"]);
});
