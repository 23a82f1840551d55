import { beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { planFile, plannedText, planText } from "../../../../src/client/downloads/batch/planned-file.ts";
import { checkDestination, type DestinationDeps, openSink } from "../../../../src/client/downloads/destination.ts";
import { VerifiedFilesStore } from "../../../../src/client/downloads/verified-files.ts";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { systemClock } from "../../../../src/platform/clock.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { content, contentOf } from "../../transfer/content.ts";
import { DownloadJobFixture } from "./download-job-fixture.ts";

const FILE = content(3000);
const OTHER = content(3000, 2);
/** Long enough ago that whoever writes to a file gives it another time. */
const LONG_AGO = new Date(1_600_000_000_000);

let at: string;
let deps: DestinationDeps;
let hashed: number;

beforeEach(() => {
  at = path.join(temporaryFolder(), "film.mkv");
  hashed = 0;
  const hasher = inlineHashing(systemBlockingDisk, silentLog);
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  const counting: DestinationDeps["hasher"] = {
    ...hasher,
    hashPieces: (...args) => hasher.hashPieces(...args),
    hash(...args) {
      hashed += 1;
      return hasher.hash(...args);
    },
  };
  const verified = new VerifiedFilesStore(path.join(temporaryFolder(), "verified"));
  deps = { disk: systemDisk, clock: systemClock, random, log: silentLog, hasher: counting, verified };
});

function putFile(bytes: Uint8Array, time = LONG_AGO): void {
  fs.writeFileSync(at, bytes);
  fs.utimesSync(at, time, time);
}

const destination = () => ({ kind: "file", path: at }) as const;
const open = (force = false) =>
  openSink(deps, destination(), { name: "film.mkv", version: FILE.version, modified: 0, force });

describe("a file that is there", () => {
  test("is read once, and not again while nobody changes it", async () => {
    putFile(FILE.bytes);
    expect([await open(), hashed]).toEqual(["present", 1]);
    expect([await open(), hashed]).toEqual(["present", 1]);
  });

  test("is read again where somebody may have written to it while it was read, within one step of the time", async () => {
    const wall = { now: Date.now() };
    putFile(FILE.bytes, new Date(wall.now - 1500));
    const { hasher } = deps;
    Object.assign(deps, {
      clock: { ...systemClock, wall: () => wall.now },
      hasher: {
        ...hasher,
        hash: async (...args: Parameters<typeof hasher.hash>) => {
          const read = await hasher.hash(...args);
          // It takes a while: what is written in its first half second has the time that the file has already.
          wall.now += 60_000;
          return read;
        },
      },
    });
    expect([await open(), hashed]).toEqual(["present", 1]);
    expect([await open(), hashed]).toEqual(["present", 2]);
    expect([await open(), hashed]).toEqual(["present", 2]);
  });

  test("is read again where somebody has written to it, and given it back its time", async () => {
    putFile(FILE.bytes);
    await open();
    putFile(OTHER.bytes);
    await expect(open()).rejects.toThrow("exists with other content");
    expect(hashed).toBe(2);
    putFile(FILE.bytes);
    expect([await open(), hashed]).toEqual(["present", 3]);
  });

  test("is read in any case by force", async () => {
    putFile(FILE.bytes);
    await open();
    expect([await open(true), hashed]).toEqual(["present", 2]);
  });

  test("is read again where it was changed while it was read", async () => {
    putFile(FILE.bytes);
    const { hasher } = deps;
    const touching: DestinationDeps["hasher"] = {
      ...hasher,
      hashPieces: (...args) => hasher.hashPieces(...args),
      hash: async (...args) => {
        const version = await hasher.hash(...args);
        putFile(OTHER.bytes);
        return version;
      },
    };
    const opened = openSink({ ...deps, hasher: touching }, destination(), request());
    await expect(opened).rejects.toThrow("exists with other content");
  });

  test("is read each time where it was written just now", async () => {
    putFile(FILE.bytes, new Date());
    await open();
    await open();
    expect(hashed).toBe(2);
  });

  test("that was downloaded is not read at all", async () => {
    const fixture = new DownloadJobFixture(FILE);
    try {
      fixture.source();
      Object.assign(fixture.deps, { verified: deps.verified });
      const job = await fixture.startUntil("transferring");
      fixture.sendSources();
      await fixture.until("it reports", () => job.state === "reporting");
      at = fixture.path;
      expect([await open(), hashed]).toEqual(["present", 0]);
    } finally {
      fixture.stop();
    }
  });
});

const request = () => ({ name: "film.mkv", version: FILE.version, modified: 0, force: false });

test.each([
  ["an empty file", content(0)],
  ["one of zeros", contentOf(Buffer.alloc(3000))],
  ["any file", FILE],
])("%s is said to be there already where it was, and not where it has come", async (_, file) => {
  const fixture = new DownloadJobFixture(file);
  try {
    fixture.source();
    const came = await fixture.startUntil("transferring");
    fixture.sendSources();
    await fixture.until("it reports", () => came.state === "reporting");
    fixture.central.send({ type: "counted", download: came.id });
    expect(await fixture.end(came)).toMatchObject({ failure: null, present: false });
    const again = fixture.start();
    await fixture.until("it has asked", () => fixture.central.all("download").length > 1);
    fixture.grant(again);
    expect(await fixture.end(again)).toMatchObject({ failure: null, present: true });
  } finally {
    fixture.stop();
  }
});

describe("what would be done is told without reading a file", () => {
  const listed = { name: "film.mkv", ...FILE.version, modified: 0, blake3: null, sha256: null, sources: 1 };
  const plan = async (force = false) => {
    const planned = await planFile(deps, destination(), listed, force);
    expect(hashed).toBe(0);
    return planned;
  };

  test("nothing is there", async () => {
    expect(await checkDestination(deps, destination(), FILE.version)).toBe("nothing");
    expect(await plan()).toEqual({
      event: "planned",
      action: "download",
      name: "film.mkv",
      path: at,
      size: 3000,
      id: FILE.version.id,
    });
    expect(plannedText(await plan())).toBe(`film.mkv → ${at} (2.9 KiB): would be downloaded`);
  });

  test("a file of that size, of another size, one that was verified, a folder", async () => {
    putFile(OTHER.bytes);
    expect([(await plan()).action, (await plan(true)).action]).toEqual(["compare", "compare"]);
    putFile(new Uint8Array(2));
    expect([(await plan()).action, (await plan(true)).action]).toEqual(["refuse", "replace"]);
    expect(plannedText(await plan())).toEndWith("exists with other content: it would need --force");
    putFile(FILE.bytes);
    await open();
    hashed = 0;
    expect([(await plan()).action, (await plan(true)).action]).toEqual(["skip", "compare"]);
    fs.rmSync(at);
    fs.mkdirSync(at);
    expect(inEnglish(await plan())).toMatchObject({
      action: "refuse",
      error: `${at} is a folder: give the path of a file`,
    });
  });

  test("an output takes what comes", async () => {
    expect(await planFile(deps, { kind: "pipe", output: async () => {} }, listed, false)).toMatchObject({
      action: "download",
      path: "-",
    });
  });

  test("and all together", async () => {
    const one = await plan();
    expect(planText([one])).toBe("1 file to download, 2.9 KiB");
    const actions = ["download", "replace", "skip", "skip", "compare", "refuse"] as const;
    expect(planText(actions.map((action) => ({ ...one, action })))).toBe(
      "2 files to download, 5.9 KiB; 2 there already; 1 to be compared; 1 in the way",
    );
  });
});
