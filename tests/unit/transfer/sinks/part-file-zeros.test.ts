import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import { zeroPieces } from "../../../../src/hashing/zero-pieces.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { contentOf } from "../content.ts";
import { ALL, FILE, failure, PartFileFixture } from "./part-file-fixture.ts";

describe("pieces of zeros", () => {
  const bytes = Buffer.from(FILE.bytes);
  bytes.fill(0, MIB, 2 * MIB).fill(0, 3 * MIB);
  const sparse = contentOf(bytes);
  const zeros = async () => zeroPieces(sparse.version, sparse.hashes);
  const taken = (file: string) => fs.statSync(file).blocks * 512;

  test("are holes of a new part, and are marked as being there", async () => {
    const fixture = new PartFileFixture();
    const sink = await fixture.prepare({ file: sparse });
    expect(sink.fresh).toBe(true);
    expect(await fixture.begin(sink, sparse, await zeros())).toEqual([1, 3]);
    fixture.write(sink, [0, 2], sparse);
    await sink.abandon();
    expect(await fixture.again({ file: sparse })).toEqual([0, 1, 2, 3]);
    expect(fs.readFileSync(fixture.part).equals(bytes)).toBe(true);
    expect(taken(fixture.part)).toBeLessThan(2.1 * MIB);
  });

  test("replace what an earlier try has left in their places", async () => {
    const fixture = new PartFileFixture();
    // All of another version but its first piece.
    await fixture.begun([1, 2, 3]);
    const sink = await fixture.prepare({ file: sparse });
    expect(sink.fresh).toBe(false);
    expect(await fixture.begin(sink, sparse, await zeros())).toEqual([1, 2, 3]);
    fixture.write(sink, [0], sparse);
    await sink.finish();
    expect(fs.readFileSync(fixture.path).equals(bytes)).toBe(true);
    expect(taken(fixture.path)).toBeLessThan(2.1 * MIB);
  });

  test("that somebody has overwritten while the part grew are zeros in the next try", async () => {
    const fixture = new PartFileFixture();
    const sink = await fixture.prepare({ file: sparse });
    await fixture.begin(sink, sparse, await zeros());
    fixture.write(sink, [0, 2], sparse);
    fixture.tamper("somebody's", MIB);
    expect(String(await failure(sink.finish()))).toContain("1 piece of 4 must come again");
    const next = await fixture.prepare({ file: sparse });
    expect(await fixture.begin(next, sparse, await zeros())).toEqual(ALL);
    await next.finish();
    expect(fs.readFileSync(fixture.path).equals(bytes)).toBe(true);
  });

  test("need no room on the disk", async () => {
    const fixture = new PartFileFixture();
    fixture.disk.freeBytes = async () => 2 * MIB;
    const sink = await fixture.prepare({ file: sparse });
    expect(await fixture.begin(sink, sparse, await zeros())).toEqual([1, 3]);
    await sink.abandon();
    const other = new PartFileFixture();
    other.disk.freeBytes = async () => 2 * MIB - 1;
    const refused = await other.prepare({ file: sparse });
    expect(await failure(refused.begin(sparse.hashes, await zeros()))).toMatchObject({ failure: "full" });
    await refused.abandon();
  });
});
