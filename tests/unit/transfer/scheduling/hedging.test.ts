import { expect, test } from "bun:test";
import { type HedgePolicy, pickHedge } from "../../../../src/transfer/scheduling/hedging.ts";
import { EXCLUSIVE, MISSING, PieceStates, REQUESTED } from "../../../../src/transfer/scheduling/piece-states.ts";
import { PiecesInFlight } from "../../../../src/transfer/scheduling/pieces-in-flight.ts";
import { SourceState } from "../../../../src/transfer/scheduling/source-state.ts";

const NOW = 500;
/** Bytes for each millisecond of the source that is asked for the pieces. */
const FIRST_RATE = 100;

interface Case {
  /** Bytes in each piece. */
  readonly length: number;
  /** How many pieces the first source is asked for. */
  readonly requests?: number;
  /** Bytes for each millisecond of the idle source. */
  readonly rate: number;
  readonly policy?: HedgePolicy;
  readonly restMs?: number;
  readonly exclusive?: boolean;
  /** Milliseconds for which the first source has sent nothing. */
  readonly silenceMs?: number;
}

/** The piece that an idle source is asked for as well. */
function hedge({
  length,
  requests = 1,
  rate,
  policy = "anyOrder",
  restMs = 0,
  exclusive = false,
  silenceMs = 0,
}: Case): number | null {
  const pieces = new PieceStates(
    10,
    () => length,
    () => {},
  );
  const withRate = (id: number, bytesPerMs: number) => {
    const source = new SourceState(id, null, 0, pieces);
    source.addRequest(9, Number.MAX_SAFE_INTEGER, 0);
    for (let now = 10; now <= NOW; now += 10) source.bytesReceived(9, bytesPerMs * 10, now);
    source.removeRequest(9, NOW);
    return source;
  };
  const inFlight = new PiecesInFlight();
  const first = withRate(1, FIRST_RATE);
  for (let piece = 0; piece < requests; piece++) {
    pieces.change(piece, MISSING);
    pieces.change(piece, exclusive ? EXCLUSIVE : REQUESTED);
    inFlight.add(piece, length, first, NOW);
  }
  return pickHedge(withRate(2, rate), inFlight, pieces, policy, restMs, NOW + silenceMs);
}

test("a second request must gain fifty milliseconds", () => {
  // 45 ms against 10 ms, and 70 ms against 16 ms.
  expect(hedge({ length: 4500, rate: 450 })).toBeNull();
  expect(hedge({ length: 7000, rate: 450 })).toBe(0);
});

test("a second request must take less than a part of the time, in order a smaller part", () => {
  expect(hedge({ length: 70_000, rate: 140 })).toBeNull();
  expect(hedge({ length: 70_000, rate: 150 })).toBe(0);
  expect(hedge({ length: 70_000, rate: 150, policy: "inOrder" })).toBeNull();
  expect(hedge({ length: 70_000, rate: 220, policy: "inOrder" })).toBe(0);
});

test("among copies a second request must gain two seconds", () => {
  expect(hedge({ length: 200_000, rate: 10_000, policy: "amongCopies" })).toBeNull();
  expect(hedge({ length: 210_000, rate: 10_000, policy: "amongCopies" })).toBe(0);
});

test("the piece that comes last is asked for, and in order the first one", () => {
  expect(hedge({ length: 10_000, requests: 3, rate: 1000 })).toBe(2);
  expect(hedge({ length: 10_000, requests: 3, rate: 1000, policy: "inOrder" })).toBe(0);
});

test("what will be here before the rest is not asked for twice", () => {
  expect(hedge({ length: 10_000, requests: 3, rate: 1000, restMs: 299 })).toBe(2);
  expect(hedge({ length: 10_000, requests: 3, rate: 1000, restMs: 301 })).toBeNull();
});

test("a piece that is written as it comes is never asked for twice", () => {
  expect(hedge({ length: 1_000_000, rate: 1000, exclusive: true })).toBeNull();
});

test("under a limit of our own no source is asked because it is faster, but in the place of one that is silent", () => {
  const slow = { length: 1_000_000, rate: 10_000, policy: "underLimit" } as const;
  expect(hedge(slow)).toBeNull();
  expect(hedge({ ...slow, silenceMs: 2900 })).toBeNull();
  expect(hedge({ ...slow, silenceMs: 3000 })).toBe(0);
});
