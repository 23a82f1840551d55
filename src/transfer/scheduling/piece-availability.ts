import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { equalRanges } from "../../protocol/versions/piece-range.ts";
import type { Partition } from "./partition.ts";
import { PartitionShare } from "./partition-share.ts";

/** What a source that has all of the file is to be asked for, beside those who have some of it. */
export type UnheldPiece =
  /** A piece that nobody has. `own`: it is for this copy to fetch. */
  | { readonly kind: "piece"; readonly piece: number; readonly own: boolean }
  /** Nothing: what nobody has is on its way to others. */
  | { readonly kind: "wait" }
  /** There is no such piece. */
  | { readonly kind: "none" };

type Can = (piece: number) => boolean;

/**
 * How many of those who have some of the file have each piece. Who has all of it is asked for what nobody else has, the
 * others for what the fewest have. Copies that run at the same time divide between them what nobody has, so that each
 * piece leaves a full source once: each fetches a part of its own, from its end to its beginning, and another one's
 * only when that is late. Pure.
 */
export class PieceAvailability {
  private readonly holders: Uint16Array;
  private readonly needed: Uint8Array;
  private partials = 0;
  private division: Partition = { parts: 1, part: 0 };
  private own: PartitionShare;
  private others: PartitionShare[] = [];
  /** Since when nothing of its own is left to this copy. */
  private since: number | null = null;

  /** `first`: where this download begins. Those who gain pieces forward from there are met at the end. */
  constructor(
    private readonly pieces: number,
    private first: number,
  ) {
    this.holders = new Uint16Array(pieces);
    this.needed = new Uint8Array(pieces);
    this.own = new PartitionShare({ start: 0, end: pieces });
  }

  /** Whether anybody has some of the file, or will have. */
  get matters(): boolean {
    return this.partials > 0 || this.shared;
  }

  /** Whether others copy the file at the same time. */
  get shared(): boolean {
    return this.others.length > 0;
  }

  /** Whether sources that have everything are kept for what nobody else has. */
  get reservesFullSources(): boolean {
    return this.shared && (this.own.left > 0 || this.others.some(({ left }) => left > 0));
  }

  setPartition(division: Partition): void {
    const { parts, part } = division;
    if (parts === this.division.parts && part === this.division.part) return;
    this.division = division;
    const shares = equalRanges(this.pieces, parts).map((run) => new PartitionShare(run));
    const own = shares[part];
    if (!own) return;
    this.own = own;
    // Each of those who are done looks at another one's part first.
    this.others = [...shares.slice(0, part).reverse(), ...shares.slice(part + 1).reverse()];
    this.first = own.run.end;
    this.since = null;
    for (let piece = 0; piece < this.pieces; piece++) if (this.isScarce(piece)) this.count(piece, 1);
  }

  addSource(holds: Bitmap | null): void {
    if (!holds) return;
    this.partials += 1;
    for (let piece = 0; piece < holds.length; piece++) if (holds.has(piece)) this.hold(piece);
  }

  removeSource(holds: Bitmap | null): void {
    if (!holds) return;
    this.partials -= 1;
    for (let piece = 0; piece < holds.length; piece++) {
      if (!holds.has(piece)) continue;
      this.holders[piece] = (this.holders[piece] ?? 0) - 1;
      if (this.isScarce(piece)) this.count(piece, 1);
    }
  }

  gained(piece: number, now: number): void {
    if (this.holders[piece] === 0) this.shareOf(piece).gained(now);
    this.hold(piece);
  }

  /** Whether a piece has to be asked for. */
  need(piece: number, needed: boolean): void {
    if ((this.needed[piece] === 1) === needed) return;
    if (this.isScarce(piece)) this.count(piece, -1);
    this.needed[piece] = needed ? 1 : 0;
    if (this.isScarce(piece)) this.count(piece, 1);
  }

  /** The needed piece that the fewest have, of those that a source that has some `can` be asked for. */
  rarest(can: Can): number | null {
    let best: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (let step = 1; step <= this.pieces && least > 1; step++) {
      const piece = this.at(step);
      const holders = this.holders[piece] ?? 0;
      if (this.needed[piece] === 0 || holders >= least || !can(piece)) continue;
      best = piece;
      least = holders;
    }
    return best;
  }

  /** What a source that has everything `can` be asked for. `rest`: milliseconds that all that is to come will take. */
  nextUnheld(can: Can, rest: number, now: number): UnheldPiece {
    const mine = this.ownScarce(can);
    if (mine !== null) return { kind: "piece", piece: mine, own: true };
    this.since ??= now;
    let waiting = false;
    for (const share of this.others) {
      if (share.left === 0) continue;
      waiting = true;
      if (!share.late(rest, this.since, now)) continue;
      const piece = this.helpWith(share, can);
      if (piece !== null) return { kind: "piece", piece, own: false };
    }
    return { kind: waiting ? "wait" : "none" };
  }

  /** A piece of another one's part. Each of those who help begins at another place of it. */
  private helpWith({ run }: PartitionShare, can: Can): number | null {
    const { part, parts } = this.division;
    const length = run.end - run.start;
    const offset = Math.floor((length * part) / parts);
    for (let step = 0; step < length; step++) {
      const piece = run.start + ((offset + step) % length);
      if (this.isScarce(piece) && can(piece)) return piece;
    }
    return null;
  }

  private ownScarce(can: Can): number | null {
    const { left, run } = this.own;
    if (left === 0) return null;
    for (let step = 1; step <= run.end - run.start; step++) {
      const piece = this.at(step);
      if (this.isScarce(piece) && can(piece)) return piece;
    }
    return null;
  }

  /** The pieces backward from where this download begins. */
  private at(step: number): number {
    return (this.first - step + this.pieces) % this.pieces;
  }

  private isScarce(piece: number): boolean {
    return this.needed[piece] === 1 && this.holders[piece] === 0;
  }

  private hold(piece: number): void {
    if (this.isScarce(piece)) this.count(piece, -1);
    this.holders[piece] = (this.holders[piece] ?? 0) + 1;
  }

  private count(piece: number, change: 1 | -1): void {
    this.shareOf(piece).left += change;
  }

  private shareOf(piece: number): PartitionShare {
    return this.own.covers(piece) ? this.own : (this.others.find((share) => share.covers(piece)) ?? this.own);
  }
}
