import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { OneReader } from "../../../../src/transfer/scheduling/demand.ts";
import { PieceAvailability } from "../../../../src/transfer/scheduling/piece-availability.ts";
import { PieceChooser } from "../../../../src/transfer/scheduling/piece-chooser.ts";
import { MISSING, PieceStates, REQUESTED } from "../../../../src/transfer/scheduling/piece-states.ts";
import { PiecesInFlight } from "../../../../src/transfer/scheduling/pieces-in-flight.ts";
import { RangeAssignment } from "../../../../src/transfer/scheduling/range-assignment.ts";
import { SourceState } from "../../../../src/transfer/scheduling/source-state.ts";

/** When the choices are made, in milliseconds. */
export const NOW = 500;
/** Bytes in each piece. */
export const PIECE = 1000;
/** What sources were asked for before. */
const ANOTHER_PIECE = 1_000_000;

interface SourceOptions {
  /** Its pieces; without them it has all. */
  readonly holds?: readonly number[];
  /** Bytes for each millisecond; without them it has delivered nothing yet. */
  readonly bytesPerMs?: number;
  /** Bytes that it is asked for and has still to deliver. */
  readonly outstanding?: number;
}

/** What is chosen of a download of so many pieces, all of them missing. */
export class ChoiceFixture {
  readonly sources = new Map<number, SourceState>();
  readonly inFlight = new PiecesInFlight();
  readonly pieces: PieceStates;
  readonly availability: PieceAvailability;
  readonly ranges: RangeAssignment;
  readonly chooser: PieceChooser;

  constructor(count: number) {
    this.pieces = new PieceStates(
      count,
      () => PIECE,
      (piece, missing) => {
        this.availability.missingChanged(piece, missing);
        for (const source of this.sources.values()) source.missingChanged(piece, missing);
      },
    );
    this.availability = new PieceAvailability(this.pieces);
    this.ranges = new RangeAssignment(this.pieces, this.sources);
    this.chooser = new PieceChooser(this.pieces, this.sources, this.inFlight, this.availability, this.ranges);
    for (let piece = 0; piece < count; piece++) this.pieces.change(piece, MISSING);
  }

  source({ holds, bytesPerMs, outstanding = 0 }: SourceOptions = {}): SourceState {
    const bitmap = holds ? new Bitmap(this.pieces.count) : null;
    for (const piece of holds ?? []) bitmap?.add(piece);
    const source = new SourceState(this.sources.size + 1, bitmap, 0, this.pieces);
    if (bytesPerMs !== undefined) {
      source.addRequest(ANOTHER_PIECE, bytesPerMs * NOW, 0);
      for (let now = 10; now <= NOW; now += 10) source.bytesReceived(ANOTHER_PIECE, bytesPerMs * 10, now);
      source.removeRequest(ANOTHER_PIECE, NOW);
    }
    if (outstanding > 0) source.addRequest(ANOTHER_PIECE, outstanding, NOW);
    this.sources.set(source.id, source);
    this.availability.addSource(bitmap);
    return source;
  }

  /** What one reader wants who reads from the beginning. */
  window(start: number, length: number): OneReader {
    return new OneReader(this.pieces, { start, length });
  }

  /** The piece is requested from a source that the others know nothing of. */
  request(piece: number): void {
    this.pieces.change(piece, REQUESTED);
  }
}
