import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { inlineHashing } from "../../../../../src/hashing/hasher-client.ts";
import type { Hashing } from "../../../../../src/hashing/hashing.ts";
import { DiskError } from "../../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../../src/platform/log/log.ts";
import { MIB } from "../../../../../src/platform/units.ts";
import { MAX_PIECES } from "../../../../../src/protocol/versions/version.ts";
import type { Download } from "../../../../../src/transfer/download.ts";
import { type ReuseSinkDeps, reusing } from "../../../../../src/transfer/sinks/reuse/reuse-sink.ts";
import type { Sink } from "../../../../../src/transfer/sinks/sink.ts";
import { drive } from "../../../../support/drive.ts";
import { temporaryFolder } from "../../../../support/folder.ts";
import { type Content, content, contentOf } from "../../content.ts";
import { DownloadFixture, FILE } from "../../download-fixture.ts";

const SIZE = FILE.bytes.length;

/** FILE with other bytes in these pieces. */
function changed(pieces: readonly number[], file = FILE): Buffer {
  const bytes = Buffer.from(file.bytes);
  for (const piece of pieces) bytes.fill(7, piece * MIB, piece * MIB + 10);
  return bytes;
}

const hashing = inlineHashing(systemBlockingDisk, silentLog);

/** A download of a file in the place of an older one. */
class ReuseFixture extends DownloadFixture {
  readonly older = `${temporaryFolder()}/older`;
  hasher: Pick<Hashing, "reuse"> = hashing;
  disk: ReuseSinkDeps["disk"] = systemDisk;

  constructor(bytes: Uint8Array, file?: Content) {
    super(file);
    fs.writeFileSync(this.older, bytes);
  }

  /** `known`: whether it was read before, and is as it was then; `cutAs`: as a file of how many bytes it was cut then. */
  begin(known = false, cutAs?: number): Promise<Download> {
    const bytes = fs.readFileSync(this.older);
    const older = {
      ...{ path: this.older, reach: "any" as const, size: bytes.length },
      read: known ? { cutAs: cutAs ?? bytes.length, hashes: contentOf(bytes).hashes } : null,
    };
    return this.download(10_000, (sink: Sink) => reusing(this, sink, this.file.version, older));
  }

  /** The pieces that a source was asked for. */
  get asked(): number[] {
    return this.sources.flatMap(({ asked }) => asked).sort((left, right) => left - right);
  }
}

/** Runs a download to its end, where the file must be whole. Gives it and what it has counted. */
async function finished(fixture: ReuseFixture, known = false, cutAs?: number) {
  if (fixture.sources.length === 0) fixture.source();
  const download = await fixture.begin(known, cutAs);
  expect(await fixture.run(download)).toEqual({ kind: "done" });
  fixture.expectWholeFile();
  fixture.expectNothingRunning();
  const { reusedBytes, resumedBytes, receivedBytes, duplicateBytes } = download.stats();
  return { asked: fixture.asked, reusedBytes, resumedBytes, receivedBytes, duplicateBytes };
}

describe("a download in the place of an older file", () => {
  test.each([
    ["of which nothing is known", false],
    ["that was read just before", true],
  ])("%s fetches only the pieces that differ", async (_what, known) => {
    expect(await finished(new ReuseFixture(changed([2, 7])), known)).toEqual({
      asked: [2, 7],
      reusedBytes: SIZE - 2 * MIB,
      resumedBytes: 0,
      receivedBytes: 2 * MIB,
      duplicateBytes: 0,
    });
  });

  test("that is longer or shorter fetches what it lacks", async () => {
    const longer = Buffer.concat([FILE.bytes, Buffer.from("and more")]);
    expect((await finished(new ReuseFixture(longer))).asked).toEqual([]);
    const cut = FILE.bytes.subarray(0, 5 * MIB + 3);
    expect((await finished(new ReuseFixture(cut))).asked).toEqual([5, 6, 7, 8, 9]);
  });

  test("that is longer and was read gives the end of the version too", async () => {
    expect((await finished(new ReuseFixture(Buffer.concat([FILE.bytes, FILE.bytes])), true)).asked).toEqual([]);
  });

  test("in which all has moved fetches all", async () => {
    const moved = Buffer.concat([Buffer.from("x"), FILE.bytes]);
    const { asked, reusedBytes } = await finished(new ReuseFixture(moved));
    expect([asked.length, reusedBytes]).toEqual([10, 0]);
  });

  test("needs no source but for the piece hashes where nothing differs", async () => {
    const fixture = new ReuseFixture(FILE.bytes);
    const { receivedBytes, reusedBytes } = await finished(fixture);
    expect([receivedBytes, reusedBytes]).toEqual([0, SIZE]);
  });

  test("leaves the older file as it is", async () => {
    const before = changed([1]);
    const fixture = new ReuseFixture(before);
    await finished(fixture);
    expect(fs.readFileSync(fixture.older).equals(before)).toBe(true);
  });

  test("that was changed since it was read fetches what was changed", async () => {
    const fixture = new ReuseFixture(FILE.bytes);
    fixture.source();
    const download = await fixture.begin(true);
    fs.writeFileSync(fixture.older, changed([0, 9]));
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(fixture.asked).toEqual([0, 9]);
  });

  test.each([
    ["is gone", (older: string) => fs.rmSync(older)],
    ["is cut", (older: string) => fs.truncateSync(older, MIB / 2)],
    [
      "is a folder now",
      (older: string) => {
        fs.rmSync(older);
        fs.mkdirSync(older);
      },
    ],
  ])("that %s by then fetches all", async (_what, spoil) => {
    const fixture = new ReuseFixture(FILE.bytes);
    fixture.source();
    const download = await fixture.begin();
    spoil(fixture.older);
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(fixture.asked.length).toBe(10);
  });

  test("goes on when the hasher dies, or a mark cannot be written", async () => {
    const dead = new ReuseFixture(FILE.bytes);
    dead.hasher = { reuse: () => Promise.reject(new Error("the hasher died")) };
    expect((await finished(dead)).asked.length).toBe(10);
    const unmarked = new ReuseFixture(FILE.bytes);
    unmarked.disk = { write: () => Promise.reject(new DiskError("other", "journal", "EIO")) };
    expect((await finished(unmarked)).reusedBytes).toBe(0);
  });
});

describe("an older file of which nothing is known", () => {
  const large = content(80 * MIB + 5);

  test.each([
    ["as it was not read", undefined],
    ["as it was cut into longer pieces", 2 * MAX_PIECES * MIB],
  ])("%s is given up after a sample in which nothing is right", async (_why, cutAs) => {
    const read: number[] = [];
    const fixture = new ReuseFixture(content(80 * MIB, 2).bytes, large);
    fixture.source({}, { rate: MIB });
    fixture.hasher = {
      reuse: (path, size, from, target, reach) => {
        read.push(target.hashes.length / 32);
        return hashing.reuse(path, size, from, target, reach);
      },
    };
    const { asked } = await finished(fixture, cutAs !== undefined, cutAs);
    expect([asked.length, read.reduce((sum, pieces) => sum + pieces, 0)]).toEqual([81, 16]);
  });

  test("is read where something of the sample is right, each piece once", async () => {
    const fixture = new ReuseFixture(changed([0, 33, 79], large), large);
    const { asked, reusedBytes } = await finished(fixture);
    expect([asked, reusedBytes]).toEqual([[0, 33, 79], large.bytes.length - 3 * MIB]);
  });
});

describe("what was taken from an older file", () => {
  test("is trusted by the next try like what has come", async () => {
    const fixture = new ReuseFixture(changed([3]));
    fixture.source({ script: () => "say nothing" });
    const first = await fixture.begin();
    const running = first.run();
    await drive(fixture.clock, "it is copied", () => first.stats().reusedBytes === SIZE - MIB);
    first.stop({ kind: "cancelled" });
    expect(await running).toEqual({ kind: "cancelled" });
    fs.rmSync(fixture.older);
    const again = new DownloadFixture(FILE, fixture.folder);
    again.source();
    const second = await again.download();
    expect(await again.run(second)).toEqual({ kind: "done" });
    expect([second.stats().resumedBytes, second.stats().reusedBytes]).toEqual([SIZE - MIB, 0]);
    again.expectWholeFile();
  });

  test("takes the place of what an earlier try has left wrong", async () => {
    const fixture = new ReuseFixture(changed([4]));
    // A part of some other version, without a journal: all of it is doubted.
    fs.writeFileSync(fixture.files.part, changed([0, 4, 5]));
    const { asked, reusedBytes, resumedBytes } = await finished(fixture);
    expect([asked, reusedBytes, resumedBytes]).toEqual([[4], 2 * MIB, SIZE - 3 * MIB]);
  });
});
