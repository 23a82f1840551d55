import { beforeEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type DestinationDeps, openSink } from "../../../../src/client/downloads/destination.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import type { Disk } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { content } from "../../transfer/content.ts";

const FILE = content(3000);
const OTHER = content(3000, 2);

let at: string;
/** What somebody does to the file each time when it has been read. */
let meddle: () => void;
/** The same, when it is about to be read. */
let meddleBefore: () => void;
let reads: number;

beforeEach(() => {
  at = path.join(temporaryFolder(), "film.mkv");
  fs.writeFileSync(at, FILE.bytes);
  reads = 0;
  meddle = () => {};
  meddleBefore = () => {};
});

function open(disk: Partial<Disk> = {}): ReturnType<typeof openSink> {
  const hasher = inlineHashing(systemBlockingDisk, silentLog);
  const meddling: DestinationDeps["hasher"] = {
    ...hasher,
    async hash(...args) {
      reads += 1;
      meddleBefore();
      const read = await hasher.hash(...args);
      meddle();
      return read;
    },
  };
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const deps = { disk: { ...systemDisk, ...disk }, clock: new FakeClock(), random, log: silentLog, hasher: meddling };
  const wanted = { name: "film.mkv", version: FILE.version, modified: 0, force: false };
  return openSink(deps, { kind: "file", path: at }, wanted);
}

/** As an editor does that writes a new file: the times of two writes may be the same, the files are not. */
function replace(bytes: Uint8Array): void {
  fs.writeFileSync(`${at}.new`, bytes);
  fs.renameSync(`${at}.new`, at);
}

test("a file that somebody replaces while it is read is not taken for what was read", async () => {
  meddle = () => replace(OTHER.bytes);
  await expect(open()).rejects.toThrow("exists with other content");
  expect(reads).toBe(2);
});

test("a file that somebody cuts while it is read is another one, which the error says", async () => {
  meddleBefore = () => fs.truncateSync(at, 100);
  await expect(open()).rejects.toThrow("exists with other content");
  expect(reads).toBe(1);
});

test("a file that somebody cuts once it was read is another one, also where times have steps of seconds", async () => {
  const lstat: Disk["lstat"] = async (one) => {
    const stat = await systemDisk.lstat(one);
    return stat && { ...stat, mtimeNs: 0n, ctimeNs: 0n };
  };
  meddle = () => fs.truncateSync(at, 100);
  await expect(open({ lstat })).rejects.toThrow("exists with other content");
  expect(reads).toBe(1);
});

test("a file that goes away while it is read is fetched", async () => {
  meddle = () => fs.rmSync(at);
  const sink = await open();
  expect([sink === "present", reads]).toEqual([false, 1]);
  if (sink !== "present") await sink.abandon();
});

test("one of other content that goes away while it is read is in nobody's way", async () => {
  replace(OTHER.bytes);
  meddle = () => fs.rmSync(at);
  const sink = await open();
  expect([sink === "present", reads]).toEqual([false, 1]);
  if (sink !== "present") await sink.abandon();
});

test("a file that is replaced by the same content is there all the same", async () => {
  meddle = () => {
    if (reads === 1) replace(FILE.bytes);
  };
  expect([await open(), reads]).toEqual(["present", 2]);
});

test("a file that is changed without end is given up", async () => {
  meddle = () => replace(FILE.bytes);
  await expect(open()).rejects.toThrow("is changed again and again while it is read");
  expect(reads).toBe(5);
});

test("a file that another process finishes just before the lock is had is there, and not fetched again", async () => {
  fs.rmSync(at);
  meddle = () => {};
  let opened = 0;
  const finishing: Disk["open"] = (...args) => {
    opened += 1;
    if (opened === 1) fs.writeFileSync(at, FILE.bytes);
    return systemDisk.open(...args);
  };
  expect([await open({ open: finishing }), reads]).toEqual(["present", 1]);
  expect(fs.readdirSync(path.dirname(at))).toEqual(["film.mkv"]);
});
