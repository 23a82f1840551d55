import type { PieceRange } from "../../protocol/versions/piece-range.ts";

/** A part is left to its copy unless that takes longer than this many times the rest of this one's pieces... */
const PATIENCE = 1.5;
/** ...and so many milliseconds. */
const LEAST = 1000;

/** A part of the file that one of several copies fetches for all, and how that one gets on. Pure. */
export class PartitionShare {
  /** How many of its pieces are needed and nobody has. */
  left = 0;
  private gains = 0;
  private first = 0;
  private last = 0;

  constructor(readonly run: PieceRange) {}

  covers(piece: number): boolean {
    return this.run.start <= piece && piece < this.run.end;
  }

  /** Somebody is the first to have one of its pieces. */
  gained(now: number): void {
    if (this.gains === 0) this.first = now;
    this.gains += 1;
    this.last = now;
  }

  /** Whether what is left of it, for which others have been waiting since `since`, will come long after the `rest`. */
  late(rest: number, since: number, now: number): boolean {
    const pace = this.gains > 1 ? (this.last - this.first) / (this.gains - 1) : 0;
    const silence = now - (this.gains > 0 ? this.last : since);
    return this.left * Math.max(pace, silence) > PATIENCE * rest + LEAST;
  }
}
