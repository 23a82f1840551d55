import { describe, expect, test } from "bun:test";
import type { BlockingDisk } from "../../../../../src/platform/disk/disk.ts";
import { PieceWriter } from "../../../../../src/transfer/connection/writing/piece-writer.ts";
import { FILE, JOURNAL, PIECE, PieceWriterFixture } from "./piece-writer-fixture.ts";

describe("on a thread that has more to do", () => {
  /** What other threads were given to write: descriptor and position. */
  const background = (fixture: PieceWriterFixture, callMs: number, journal: number | null = JOURNAL) => {
    const calls: [number, number][] = [];
    const write = async (fd: number, _bytes: Uint8Array, position: number) => void calls.push([fd, position]);
    const shared = { ...fixture.shared, background: { disk: { write, zeroRange: async () => {} }, isNeeded: false } };
    const disk: BlockingDisk = {
      ...fixture.disk,
      write: (fd, _bytes, position) => {
        fixture.clock.advance(callMs);
        fixture.buffered.push([fd, position]);
      },
    };
    const files = { file: FILE, direct: null, journal };
    const writer = () => new PieceWriter(disk, fixture.clock, shared, files);
    return { calls, writer };
  };
  const settled = (writer: PieceWriter) => new Promise<void>((resolve) => writer.whenWritten(resolve));

  test("a quick disk is written to from there", async () => {
    const fixture = new PieceWriterFixture(null, null);
    const { calls, writer } = background(fixture, 7);
    const one = writer();
    for (let piece = 0; piece < 3; piece++) fixture.begin(PIECE, { position: piece * PIECE.length }, one);
    expect(fixture.calls).toEqual([null, null, null]);
    expect(calls).toEqual([]);
  });

  test("a piece that takes too long goes to other threads as a whole, and so do all later ones of the thread", async () => {
    const fixture = new PieceWriterFixture(null, null);
    const { calls, writer } = background(fixture, 100);
    const one = writer();
    fixture.begin(PIECE, { position: 0 }, one);
    // It was left after a quarter of a second.
    expect(fixture.buffered.map(([, position]) => position / 1024)).toEqual([0, 64, 192]);
    expect(fixture.calls).toEqual([]);
    await settled(one);
    expect(calls).toEqual([
      [FILE, 0],
      [JOURNAL, 100],
    ]);
    expect(fixture.calls).toEqual([null]);
    expect(fixture.released).toEqual([PIECE]);
    const other = writer();
    fixture.begin(PIECE, { position: PIECE.length, markPosition: 104 }, other);
    await settled(other);
    expect(fixture.buffered).toHaveLength(3);
    expect(calls.slice(2)).toEqual([
      [FILE, PIECE.length],
      [JOURNAL, 104],
    ]);
    expect(fixture.calls).toEqual([null, null]);
  });

  test("a piece that is written late but whole counts at once, and the next one is left to others", async () => {
    const fixture = new PieceWriterFixture(null, null);
    const { calls, writer } = background(fixture, 200);
    const one = writer();
    const short = new Uint8Array(1024).fill(1);
    fixture.begin(short, {}, one);
    // One call for the piece, one for its mark.
    expect(fixture.calls).toEqual([null]);
    expect(calls).toEqual([]);
    fixture.begin(short, {}, one);
    await settled(one);
    expect(calls).toHaveLength(2);
    expect(fixture.buffered).toHaveLength(2);
  });
});
