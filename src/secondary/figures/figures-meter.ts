import type { RepairFigures, Room, Traffic } from "../../protocol/messages/figures.ts";
import type { Messages } from "../../protocol/messages/messages.ts";

type FiguresMessage = Messages["figures"];

/** Parts of a disk by which its free room must differ, to be told anew: other programs write all the time. */
const ROOM_STEPS = 1000;

/** Bytes of files that were sent and received since the start. They only rise. */
export type SumOfTraffic = Omit<Traffic, "milliseconds">;

/** What a secondary counts of itself. */
export interface CountedFigures {
  readonly traffic: SumOfTraffic;
  /** Bytes of kept files. */
  readonly kept: number;
  /** Bytes that are here of files that are being copied. */
  readonly copied: number;
  readonly repairs: RepairFigures;
}

/** Makes figures for the central of what is counted here, where something has changed. Sans-I/O. */
export class FiguresMeter {
  private told: FiguresMessage | null = null;

  /** `now`: milliseconds on the steady clock. */
  constructor(
    private sum: SumOfTraffic,
    private measuredAt: number,
  ) {}

  /** What is told from now on is told to somebody who knows nothing. */
  forget(): void {
    this.told = null;
  }

  /** What is to be told now; null: what was told last is so still. To be called at regular times. */
  next({ traffic: sum, kept, copied, repairs }: CountedFigures, room: Room | null, now: number): FiguresMessage | null {
    const traffic = difference(sum, this.sum, Math.round(now - this.measuredAt));
    this.sum = { ...sum };
    this.measuredAt = now;
    const figures: FiguresMessage = { type: "figures", room, kept, traffic, copied, repairs };
    if (this.told && isSame(this.told, figures)) return null;
    this.told = figures;
    return figures;
  }
}

function difference(now: SumOfTraffic, before: SumOfTraffic, milliseconds: number): Traffic {
  const since = (field: keyof SumOfTraffic) => Math.max(0, now[field] - before[field]);
  return {
    milliseconds,
    toClients: since("toClients"),
    toSecondaries: since("toSecondaries"),
    overHttp: since("overHttp"),
    received: since("received"),
  };
}

function isSame(told: FiguresMessage, now: FiguresMessage): boolean {
  return (
    isQuiet(told.traffic) &&
    isQuiet(now.traffic) &&
    told.copied === now.copied &&
    JSON.stringify(told.repairs) === JSON.stringify(now.repairs) &&
    isSameRoom(told, now)
  );
}

function isQuiet({ toClients, toSecondaries, overHttp, received }: Traffic): boolean {
  return [toClients, toSecondaries, overHttp, received].every((bytes) => bytes === 0);
}

function isSameRoom(told: FiguresMessage, now: FiguresMessage): boolean {
  const { room } = now;
  if (!told.room || !room) return told.room === room;
  const isSame = (one = 0, other = 0) => Math.abs(one - other) * ROOM_STEPS < room.total;
  return told.room.total === room.total && isSame(told.room.free, room.free) && isSame(told.kept, now.kept);
}
