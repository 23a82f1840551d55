import { beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import {
  type Destination,
  type DestinationDeps,
  destinationLabel,
  openSink,
  pathUnder,
} from "../../../../src/client/downloads/destination.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { MIN_DIRECT_BYTES, PartFile } from "../../../../src/transfer/sinks/part-file.ts";
import { PipeSink } from "../../../../src/transfer/sinks/pipe-sink.ts";
import { type Sink, SinkError } from "../../../../src/transfer/sinks/sink.ts";
import { workFilesFor } from "../../../../src/transfer/sinks/work-files/work-files.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { content } from "../../transfer/content.ts";

const FILE = content(3000);
const OTHER = content(3000, 2);

let folder: string;
let deps: DestinationDeps;

beforeEach(() => {
  folder = temporaryFolder();
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const hasher = inlineHashing(systemBlockingDisk, silentLog);
  deps = { disk: systemDisk, clock: new FakeClock(), random, log: silentLog, hasher };
});

function inFolder(name: string): string {
  return path.join(folder, name);
}

function open(name: string, force = false): Promise<Sink | "present"> {
  const destination: Destination = { kind: "file", path: inFolder(name) };
  return openSink(deps, destination, { name: "film.mkv", version: FILE.version, modified: 0, force });
}

/** Why a sink cannot be opened. */
async function refusal(name: string, force = false): Promise<string> {
  const error = await open(name, force).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SinkError);
  return (error as SinkError).message.replaceAll(folder, "");
}

/** The work files of the destination that a sink was opened for. */
async function opened(name: string, target: string, force = false): Promise<void> {
  const sink = await open(name, force);
  expect(sink).toBeInstanceOf(PartFile);
  expect(fs.existsSync(workFilesFor(inFolder(target)).part)).toBe(true);
  if (sink !== "present") await sink.abandon();
}

describe("the destination of a download", () => {
  test("is a new file", async () => {
    await opened("film.mkv", "film.mkv");
  });

  test("is written past the page cache, where the disk can, unless it is small", async () => {
    const direct: number[] = [];
    const disk: Disk = {
      ...systemDisk,
      openDirect: async (fd) => {
        direct.push(fd);
        return null;
      },
    };
    deps = { ...deps, disk };
    const openOf = async (size: number) => {
      const name = `film of ${size}`;
      const request = { name, version: { id: FILE.version.id, size }, modified: 0, force: false };
      const sink = await openSink(deps, { kind: "file", path: inFolder(name) }, request);
      if (sink !== "present") await sink.abandon();
      return direct.length;
    };
    expect([await openOf(MIN_DIRECT_BYTES - 1), await openOf(MIN_DIRECT_BYTES)]).toEqual([0, 1]);
  });

  test("is there already with the content, and its work files of an earlier time go", async () => {
    fs.writeFileSync(inFolder("film.mkv"), FILE.bytes);
    fs.writeFileSync(workFilesFor(inFolder("film.mkv")).part, "old");
    expect(await open("film.mkv")).toBe("present");
    expect(fs.readdirSync(folder)).toEqual(["film.mkv"]);
  });

  test("is made to survive a power loss where it is there already: who put it there may have been killed before that", async () => {
    fs.writeFileSync(inFolder("film.mkv"), FILE.bytes);
    const synced: string[] = [];
    const disk: Disk = {
      ...systemDisk,
      sync: (fd) => {
        synced.push(fs.readlinkSync(`/proc/self/fd/${fd}`));
        return systemDisk.sync(fd);
      },
      syncFolder: (path) => {
        synced.push(path);
        return systemDisk.syncFolder(path);
      },
    };
    deps = { ...deps, disk };
    expect(await open("film.mkv")).toBe("present");
    expect(synced).toContain(inFolder("film.mkv"));
    expect(synced).toContain(folder);
  });

  test.each([
    ["of the same size", OTHER.bytes],
    ["of another size", Buffer.from("short")],
  ])("with other content %s is replaced only by force", async (_what, bytes) => {
    fs.writeFileSync(inFolder("film.mkv"), bytes);
    expect(await refusal("film.mkv")).toBe(
      "/film.mkv exists with other content: move it, or replace it with get --force",
    );
    await opened("film.mkv", "film.mkv", true);
    expect(fs.readFileSync(inFolder("film.mkv")).equals(bytes)).toBe(true);
  });

  test("that cannot be read is replaced only by force, like one with other content", async () => {
    fs.writeFileSync(inFolder("film.mkv"), OTHER.bytes);
    const { hasher } = deps;
    const broken = Object.create(hasher);
    broken.hash = () => Promise.reject(new DiskError("other", "film.mkv", "cannot read film.mkv: EIO"));
    deps = { ...deps, hasher: broken };
    await expect(open("film.mkv")).rejects.toThrow("EIO");
    await opened("film.mkv", "film.mkv", true);
    // Nothing is said of the file then.
    broken.hash = () => Promise.reject(new DiskError("limit", "film.mkv", "too many open files"));
    await expect(open("film.mkv", true)).rejects.toThrow("too many open files");
  });

  test("that was read a moment ago is not read again, as long as it may be replaced and nobody has changed it", async () => {
    const file = inFolder("film.mkv");
    fs.writeFileSync(file, OTHER.bytes);
    let hashed = 0;
    const hasher = Object.create(deps.hasher);
    hasher.hash = (...args: Parameters<typeof deps.hasher.hash>) => {
      hashed += 1;
      return inlineHashing(systemBlockingDisk, silentLog).hash(...args);
    };
    const state = await systemDisk.stat(file);
    if (!state) throw new Error("it is there");
    const read = { state, hashes: OTHER.hashes };
    const hashedBy = async (force: boolean) => {
      const wanted = { name: "film.mkv", version: FILE.version, modified: 0, force, read };
      const sink = await openSink({ ...deps, hasher }, { kind: "file", path: file }, wanted).catch(() => null);
      if (sink !== null && sink !== "present") await sink.abandon();
      return hashed;
    };
    expect([await hashedBy(true), await hashedBy(false)]).toEqual([0, 1]);
    fs.utimesSync(file, 1, 1);
    expect(await hashedBy(true)).toBe(2);
  });

  test("is the file that a link leads to, also over others and upward", async () => {
    fs.mkdirSync(inFolder("real"));
    fs.mkdirSync(inFolder("sub"));
    fs.symlinkSync("sub/second", inFolder("first"));
    fs.symlinkSync("../real/film.mkv", inFolder("sub/second"));
    await opened("first", "real/film.mkv");
    fs.symlinkSync(inFolder("real/film.mkv"), inFolder("absolute"));
    await opened("absolute", "real/film.mkv");
    fs.writeFileSync(inFolder("real/film.mkv"), FILE.bytes);
    expect(await open("first")).toBe("present");
  });

  test("cannot be a folder, also behind a link", async () => {
    fs.mkdirSync(inFolder("folder"));
    fs.symlinkSync("folder", inFolder("link"));
    expect(await refusal("folder")).toBe("/folder is a folder: give the path of a file");
    expect(await refusal("link")).toBe("/link leads to /folder, which is a folder: give the path of a file");
  });

  test("cannot be a device or a socket", async () => {
    fs.symlinkSync("/dev/null", inFolder("link"));
    expect(await refusal("link", true)).toBe(
      "/link leads to /dev/null, which is no regular file: give the path of a file",
    );
  });

  test("cannot be a work file", async () => {
    const work = path.basename(workFilesFor(inFolder("film.mkv")).part);
    expect(await refusal(work)).toBe(`/${work} has the name of a work file of redes: give another`);
    fs.symlinkSync(work, inFolder("link"));
    expect(await refusal("link")).toContain("has the name of a work file of redes");
  });

  test("is not followed through links without end", async () => {
    fs.symlinkSync("b", inFolder("a"));
    fs.symlinkSync("a", inFolder("b"));
    expect(await refusal("a")).toBe("/a is a link that leads nowhere: give the path of a file");
  });

  test("is followed through forty links, and not through one more", async () => {
    for (let link = 1; link <= 41; link++) fs.symlinkSync(`link${link - 1}`, inFolder(`link${link}`));
    await opened("link40", "link0");
    expect(await refusal("link41")).toContain("leads nowhere");
  });

  test("may be an output, which gets the bytes in order", async () => {
    const output: Destination = { kind: "pipe", output: async () => {} };
    const request = { name: "film.mkv", version: FILE.version, modified: 0, force: false };
    const sink = await openSink(deps, output, request);
    expect(sink).toBeInstanceOf(PipeSink);
    if (sink !== "present") await sink.abandon();
    expect(destinationLabel(output)).toBe("-");
  });
});

test("a destination is called by its path", () => {
  expect(destinationLabel({ kind: "file", path: "/a/b" })).toBe("/a/b");
});

test.each([
  ["/videos", "film.mkv", "/videos/film.mkv"],
  ["/videos", "a/b/film.mkv", "/videos/a/b/film.mkv"],
  [".", "film.mkv", "film.mkv"],
])("under the folder %s the file %s is at %s", (under, name, at) => {
  expect(pathUnder(under, name)).toBe(at);
});

test("who may not read the folder of a finished file has it all the same; a disk that fails is no success", async () => {
  fs.writeFileSync(inFolder("film"), FILE.bytes);
  const { disk } = deps;
  const failing = (failure: "denied" | "other"): Disk => ({
    ...disk,
    syncFolder: (path) => Promise.reject(new DiskError(failure, path, `cannot sync: ${failure}`)),
  });
  deps = { ...deps, disk: failing("denied") };
  expect(await open("film")).toBe("present");
  deps = { ...deps, disk: failing("other") };
  await expect(open("film")).rejects.toThrow("cannot sync: other");
});
