import { describe, expect, test } from "bun:test";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { HELD, MISSING, PieceStates } from "../../../../src/transfer/scheduling/piece-states.ts";
import { SourceState } from "../../../../src/transfer/scheduling/source-state.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const PIECES = 10;

function missingPieces(count = PIECES): PieceStates {
  const pieces = new PieceStates(
    count,
    () => MIB,
    () => {},
  );
  for (let piece = 0; piece < count; piece++) pieces.change(piece, MISSING);
  return pieces;
}

function fullSource(roundTrip = 20, pieces = PIECES): SourceState {
  return new SourceState(1, null, roundTrip, missingPieces(pieces));
}

/** A source that is asked for piece 0 at 0 ms and delivers `rate` bytes for each millisecond until a moment. */
function deliveringSource(rate: number, until: number, roundTrip = 20): SourceState {
  const source = fullSource(roundTrip);
  source.addRequest(0, MIB, 0);
  for (let now = roundTrip + 10; now <= until; now += 10) source.bytesReceived(0, rate * 10, now);
  return source;
}

describe("the window of a source", () => {
  test("whose rate is not known is what a gigabit line carries in a round trip, between 2 and 8 MiB", () => {
    expect([1, 40, 1000].map((roundTrip) => fullSource(roundTrip, 1000).windowBytes(0))).toEqual([
      2 * MIB,
      4000 * KIB,
      8 * MIB,
    ]);
  });

  test("whose rate is not known is no more than a sixteenth of the file, and 2 MiB of a small one", () => {
    expect([128, 100, 32].map((pieces) => fullSource(1000, pieces).windowBytes(0) / MIB)).toEqual([8, 6.25, 2]);
  });

  test("is at first no more than what it has delivered", () => {
    const source = fullSource(1000, 1000);
    source.addRequest(0, 1000 * MIB, 0);
    source.bytesReceived(0, 5 * MIB, 1000);
    source.bytesReceived(0, 5 * MIB, 1020);
    expect(source.windowBytes(1020) / MIB).toBe(10);
    source.bytesReceived(0, 21 * MIB, 1030);
    expect(source.windowBytes(1030) / MIB).toBe(31);
    source.bytesReceived(0, 21 * MIB, 1040);
    expect(source.windowBytes(1040) / MIB).toBe(32);
  });

  test("is what it delivers in a round trip and 200 ms, between 16 KiB and 32 MiB", () => {
    expect(deliveringSource(500, 520).windowBytes(520)).toBeCloseTo(500 * 220, -3);
    expect(deliveringSource(10, 520).windowBytes(520)).toBe(16 * KIB);
    expect(deliveringSource(200_000, 520).windowBytes(520)).toBe(32 * MIB);
  });
});

describe("what a source owes", () => {
  test("sinks with the bytes that come, and no further than to nothing", () => {
    const source = fullSource();
    source.addRequest(0, 1000, 0);
    source.addRequest(1, 500, 0);
    source.bytesReceived(0, 300, 30);
    source.bytesReceived(7, 300, 30);
    expect([source.outstandingBytes, source.requestCount]).toEqual([1200, 2]);
    source.bytesReceived(0, 5000, 40);
    expect(source.outstandingBytes).toBe(500);
    source.removeRequest(1, 50);
    source.removeRequest(1, 50);
    expect([source.outstandingBytes, source.requestCount]).toEqual([0, 1]);
    source.assertConsistent();
  });

  test("is delivered in the order of the requests, at the rate of now", () => {
    const source = deliveringSource(500, 520);
    const left = source.outstandingBytes;
    source.addRequest(1, 100_000, 520);
    source.addRequest(2, 200_000, 520);
    expect(source.remainingTime(0, 520)).toBeCloseTo(left / 500, 0);
    expect(source.remainingTime(1, 520)).toBeCloseTo((left + 100_000) / 500, 0);
    expect(source.remainingTime(2, 520)).toBeCloseTo((left + 300_000) / 500, 0);
    expect(source.deliveryTime(50_000, 520)).toBeCloseTo((left + 350_000) / 500, 0);
  });

  test("begins with a round trip when nothing is requested, and is unknown without a rate", () => {
    const source = deliveringSource(500, 520);
    source.removeRequest(0, 520);
    expect(source.deliveryTime(50_000, 520)).toBeCloseTo(20 + 100, 0);
    expect(fullSource().deliveryTime(50_000, 0)).toBeNull();
  });

  test("is expected to be late by the silence and as much again, once that is longer than two round trips and 100 ms", () => {
    const source = deliveringSource(50_000, 40);
    // It has paused for 10 ms.
    expect(source.remainingTime(0, 40 + 150)).toBeLessThan(150);
    expect(source.remainingTime(0, 40 + 151)).toBe(302);
    expect(source.deliveryTime(1, 40 + 1000)).toBe(2000);
    const unknown = fullSource();
    unknown.addRequest(0, MIB, 0);
    expect([unknown.remainingTime(0, 140), unknown.remainingTime(0, 141)]).toEqual([0, 282]);
  });

  test("is not expected to be late while it is silent for as long as it is now and then", () => {
    const source = fullSource();
    source.addRequest(0, MIB, 0);
    for (let now = 620; now <= 3020; now += 600) source.bytesReceived(0, 60_000, now);
    const expected = source.remainingTime(0, 3020);
    expect(expected).toBeCloseTo((MIB - 5 * 60_000) / 100, -3);
    // Two round trips, 100 ms, and the pause.
    expect(source.remainingTime(0, 3020 + 740)).toBe(expected);
    expect(source.remainingTime(0, 3020 + 741)).toBeGreaterThan(expected);
    source.removeRequest(0, 3020);
    source.addRequest(1, 1000, 3020);
    source.bytesReceived(1, 1, 3640);
    expect(source.remainingTime(1, 3640 + 740)).toBeLessThan(740);
    expect(source.remainingTime(1, 3640 + 741)).toBe(1482);
  });

  test("is not expected to be late because nobody has looked", () => {
    const source = deliveringSource(50_000, 40);
    source.processPaused(900, 1000);
    expect(source.silence(1000)).toBe(60);
    expect(source.remainingTime(0, 1000)).toBeLessThan(60);
    source.processPaused(900, 1000);
    expect(source.silence(1000)).toBe(0);
  });

  test("keeps it busy until a request of now reaches it, or not", () => {
    const source = deliveringSource(500, 520);
    expect(source.isNearlyIdle(520)).toBe(false);
    source.removeRequest(0, 520);
    source.addRequest(1, 500 * 20 - 1000, 520);
    expect(source.isNearlyIdle(520)).toBe(true);
    source.addRequest(2, 2000, 520);
    expect(source.isNearlyIdle(520)).toBe(false);
    const unknown = fullSource();
    expect(unknown.isNearlyIdle(0)).toBe(true);
    unknown.addRequest(0, 1, 0);
    expect(unknown.isNearlyIdle(0)).toBe(false);
  });
});

describe("what a source can be asked for", () => {
  test("is what it holds and is not asked for, and what it could not give after two seconds", () => {
    const holds = new Bitmap(PIECES);
    holds.add(3);
    holds.add(4);
    const source = new SourceState(1, holds, 20, missingPieces());
    const possible = (now: number) => [2, 3, 4].filter((piece) => source.canBeAskedFor(piece, now));
    expect(possible(0)).toEqual([3, 4]);
    source.addRequest(3, MIB, 0);
    expect(possible(0)).toEqual([4]);
    source.exclude(4, 0);
    expect([possible(1999), possible(2000)]).toEqual([[], [4]]);
    source.exclude(2, 0);
    source.pieceAdded(2);
    expect(possible(1999)).toEqual([2]);
  });

  test("is nothing once all that it holds is here", () => {
    const pieces = missingPieces();
    const holds = new Bitmap(PIECES);
    holds.add(3);
    const source = new SourceState(1, holds, 20, pieces);
    expect(source.hasNothingMissing).toBe(false);
    pieces.change(3, HELD);
    source.missingChanged(3, false);
    pieces.change(5, HELD);
    source.missingChanged(5, false);
    expect(source.hasNothingMissing).toBe(true);
    source.pieceAdded(5);
    expect(source.hasNothingMissing).toBe(true);
    source.pieceAdded(6);
    expect(source.hasNothingMissing).toBe(false);
    expect(fullSource().hasNothingMissing).toBe(false);
    source.assertConsistent();
  });
});
