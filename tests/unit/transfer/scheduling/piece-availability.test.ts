import { describe, expect, test } from "bun:test";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { partitionFor } from "../../../../src/transfer/scheduling/partition.ts";
import { PieceAvailability } from "../../../../src/transfer/scheduling/piece-availability.ts";
import { MISSING, PieceStates, REQUESTED } from "../../../../src/transfer/scheduling/piece-states.ts";

const any = () => true;

/** The availability of a file's pieces, which are all missing at first. */
function missingPieces(count: number): { availability: PieceAvailability; request: (piece: number) => void } {
  const pieces = new PieceStates(
    count,
    () => 1,
    (piece, missing) => availability.missingChanged(piece, missing),
  );
  const availability = new PieceAvailability(pieces);
  for (let piece = 0; piece < count; piece++) pieces.change(piece, MISSING);
  return { availability, request: (piece) => pieces.change(piece, REQUESTED) };
}

function bitmap(length: number, pieces: readonly number[]): Bitmap {
  const made = new Bitmap(length);
  for (const piece of pieces) made.add(piece);
  return made;
}

describe("the partition of a file", () => {
  const id = "0000000a".repeat(8);

  test("is the same for all copies, and each has another part", () => {
    const numbers = [2, 3, 5, 9];
    const parts = numbers.map((number) =>
      partitionFor(
        id,
        number,
        numbers.filter((other) => other !== number),
      ),
    );
    expect(parts.map((one) => one.parts)).toEqual([4, 4, 4, 4]);
    expect(parts.map((one) => one.part).sort()).toEqual([0, 1, 2, 3]);
  });

  test("is another one for another file", () => {
    expect(partitionFor(id, 2, [3, 5]).part).not.toBe(partitionFor("0000000b".repeat(8), 2, [3, 5]).part);
  });

  test("of a copy that is alone is the whole file", () => {
    expect(partitionFor(id, 7, [])).toEqual({ parts: 1, part: 0 });
  });
});

describe("a source that has everything", () => {
  test("is asked for what nobody else has", () => {
    const { availability, request } = missingPieces(4);
    availability.addSource(bitmap(4, [3, 2]));
    expect(availability.nextUnheld(any, 0, 0)).toEqual({ kind: "piece", piece: 1, own: true });
    availability.pieceAdded(1, 0);
    expect(availability.nextUnheld(any, 0, 0)).toEqual({ kind: "piece", piece: 0, own: true });
    request(0);
    expect(availability.nextUnheld(any, 0, 0)).toEqual({ kind: "none" });
    availability.removeSource(bitmap(4, [3, 2]));
    expect(availability.nextUnheld(any, 0, 0)).toEqual({ kind: "piece", piece: 3, own: true });
  });

  test("is asked for this copy's own part first, and then for nothing while the others get on", () => {
    const { availability, request } = missingPieces(8);
    availability.setPartition({ parts: 2, part: 1 });
    for (const piece of [7, 6, 5, 4]) {
      expect(availability.nextUnheld(any, 1000, 0)).toEqual({ kind: "piece", piece, own: true });
      request(piece);
    }
    expect(availability.nextUnheld(any, 1000, 0)).toEqual({ kind: "wait" });
    for (const [index, piece] of [3, 2, 1, 0].entries()) {
      availability.pieceAdded(piece, 400 * (index + 1));
      expect(availability.nextUnheld(any, 1000, 400 * (index + 1)).kind).toBe(piece > 0 ? "wait" : "none");
    }
  });

  test("is not asked for another one's part instead of this copy's own", () => {
    const { availability } = missingPieces(8);
    availability.setPartition({ parts: 2, part: 1 });
    const notOwn = (piece: number) => piece < 4;
    expect(availability.nextUnheld(notOwn, 1000, 0)).toEqual({ kind: "wait" });
    expect(availability.nextUnheld((piece) => piece < 5, 1000, 0)).toEqual({ kind: "piece", piece: 4, own: true });
  });

  test("is asked for another one's part when that is late", () => {
    const { availability, request } = missingPieces(8);
    availability.setPartition({ parts: 2, part: 1 });
    for (const piece of [7, 6, 5, 4]) request(piece);
    expect(availability.nextUnheld(any, 1000, 0)).toEqual({ kind: "wait" });
    // Four pieces of which the first is not there after 700 ms, while the rest takes a second.
    expect(availability.nextUnheld(any, 1000, 700)).toEqual({ kind: "piece", piece: 2, own: false });
    availability.pieceAdded(3, 700);
    expect(availability.nextUnheld(any, 1000, 700)).toEqual({ kind: "wait" });
  });

  test("is kept for what nobody else has until there is no such piece", () => {
    const { availability, request } = missingPieces(2);
    expect(availability.reservesFullSources).toBe(false);
    availability.setPartition({ parts: 2, part: 0 });
    expect(availability.reservesFullSources).toBe(true);
    request(0);
    expect(availability.reservesFullSources).toBe(true);
    availability.pieceAdded(1, 0);
    expect(availability.reservesFullSources).toBe(false);
  });
});

test("those who have some are asked for what the fewest have", () => {
  const { availability, request } = missingPieces(5);
  const [one, other] = [bitmap(5, [1, 2, 3]), bitmap(5, [2, 3, 4])];
  availability.addSource(one);
  availability.addSource(other);
  expect(availability.rarest((piece) => one.has(piece))).toBe(1);
  request(1);
  expect(availability.rarest((piece) => one.has(piece))).toBe(3);
  expect(availability.rarest((piece) => other.has(piece))).toBe(4);
  expect(availability.rarest(() => false)).toBeNull();
});

test("somebody has some of the file where a partial source is there, or other copies are made", () => {
  const { availability } = missingPieces(4);
  expect(availability.hasPartialSources).toBe(false);
  const some = bitmap(4, [1]);
  availability.addSource(null);
  expect(availability.hasPartialSources).toBe(false);
  availability.addSource(some);
  expect(availability.hasPartialSources).toBe(true);
  availability.removeSource(some);
  expect(availability.hasPartialSources).toBe(false);
  availability.setPartition({ parts: 2, part: 0 });
  expect([availability.hasPartialSources, availability.isPartitioned]).toEqual([true, true]);
});

test("pieces are gone through backward from where the download begins; a partition has a beginning of its own", () => {
  const { availability } = missingPieces(8);
  availability.begin(3);
  expect(availability.nextUnheld(any, 0, 0)).toEqual({ kind: "piece", piece: 2, own: true });
  availability.setPartition({ parts: 2, part: 1 });
  availability.begin(3);
  expect(availability.nextUnheld(any, 0, 0)).toEqual({ kind: "piece", piece: 7, own: true });
});
