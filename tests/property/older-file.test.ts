import { expect, test } from "bun:test";
import fs from "node:fs";
import fc from "fast-check";
import { inlineHashing } from "../../src/hashing/hasher-client.ts";
import { systemBlockingDisk } from "../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../src/platform/log/log.ts";
import { MIB } from "../../src/platform/units.ts";
import { reusing } from "../../src/transfer/sinks/reuse/reuse-sink.ts";
import { temporaryFolder } from "../support/folder.ts";
import { type Content, content, contentOf } from "../unit/transfer/content.ts";
import { DownloadFixture } from "../unit/transfer/download-fixture.ts";

const PIECES = 11;
const BASE = content(PIECES * MIB);
const NUMBER_OF_RUNS = Number(process.env.REDES_RUNS ?? 25);

const hashing = inlineHashing(systemBlockingDisk, silentLog);
const somePieces = fc.uniqueArray(fc.nat(PIECES - 1), { maxLength: 6 });

/** The base with other bytes in some pieces, zeros in others, and another length. */
const variant = fc.record({
  changed: somePieces,
  zeros: somePieces,
  length: fc.oneof(fc.constant(PIECES * MIB), fc.integer({ min: 8 * MIB, max: PIECES * MIB })),
});

/** What somebody does to the older file while it is read, before which request. */
const meddling = fc.option(
  fc.record({ before: fc.nat(6), what: fc.constantFrom("write", "cut", "remove"), piece: fc.nat(PIECES - 1) }),
);

function bytesOf(
  { changed, zeros, length }: { changed: number[]; zeros: number[]; length: number },
  mark: number,
): Buffer {
  const bytes = Buffer.from(BASE.bytes);
  for (const piece of changed) bytes.fill(mark, piece * MIB + 5, piece * MIB + 9);
  for (const piece of zeros) bytes.fill(0, piece * MIB, (piece + 1) * MIB);
  return bytes.subarray(0, length);
}

/** The pieces of `wanted` that `older` has at their places, but for those of zeros, which nobody sends. */
function common(wanted: Content, older: Buffer): number[] {
  return Array.from({ length: Math.ceil(wanted.bytes.length / MIB) }, (_, piece) => piece).filter((piece) => {
    const mine = wanted.bytes.subarray(piece * MIB, (piece + 1) * MIB);
    return mine.some((byte) => byte !== 0) && mine.equals(older.subarray(piece * MIB, piece * MIB + mine.length));
  });
}

test("whatever an older file has, and whoever changes it meanwhile, the new one is right to the byte", async () => {
  const property = fc.asyncProperty(variant, variant, fc.boolean(), meddling, async (one, other, known, meddle) => {
    const wanted = contentOf(bytesOf(one, 1));
    const before = bytesOf(other, 2);
    const fixture = new DownloadFixture(wanted);
    const path = `${temporaryFolder()}/older`;
    fs.writeFileSync(path, before);
    let requests = 0;
    const meddled = () => {
      if (meddle === null || requests++ !== meddle.before || !fs.existsSync(path)) return;
      if (meddle.what === "remove") return fs.rmSync(path);
      if (meddle.what === "cut") return fs.truncateSync(path, meddle.piece * MIB + 3);
      const fd = fs.openSync(path, "r+");
      fs.writeSync(fd, Buffer.from("somebody else"), 0, 13, meddle.piece * MIB);
      fs.closeSync(fd);
    };
    const hasher: Pick<typeof hashing, "reuse"> = {
      reuse: (...args) => {
        meddled();
        return hashing.reuse(...args);
      },
    };
    fixture.source({}, { rate: MIB });
    const read = known ? { cutAs: before.length, hashes: contentOf(before).hashes } : null;
    const older = { path, reach: "any" as const, size: before.length, read };
    const download = await fixture.download(10_000, (sink) =>
      reusing({ disk: systemDisk, hasher }, sink, wanted.version, older),
    );
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    const { reusedBytes, receivedBytes, resumedBytes, duplicateBytes } = download.stats();
    const sent = Array.from({ length: Math.ceil(wanted.bytes.length / MIB) }, (_, piece) =>
      wanted.bytes.subarray(piece * MIB, (piece + 1) * MIB),
    ).filter((piece) => piece.some((byte) => byte !== 0));
    const bytes = sent.reduce((sum, piece) => sum + piece.length, 0);
    expect([resumedBytes, reusedBytes + receivedBytes - duplicateBytes]).toEqual([0, bytes]);
    fs.rmSync(fixture.folder, { recursive: true });
    if (meddle === null) {
      const fetched = fixture.sources.flatMap(({ asked }) => asked);
      expect(common(wanted, before).filter((piece) => fetched.includes(piece))).toEqual([]);
    }
  });
  await fc.assert(property, { numRuns: NUMBER_OF_RUNS });
}, 120_000);
