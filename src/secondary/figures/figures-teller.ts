import { type Cancel, type Clock, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import { beatOf } from "../../platform/process/beat.ts";
import { FIGURES_INTERVAL_MS } from "../../protocol/timing.ts";
import type { CentralLink } from "../central/central-link.ts";
import type { DiskRoom } from "./disk-room.ts";
import { type CountedFigures, FiguresMeter } from "./figures-meter.ts";

/** Milliseconds after which the disk is asked for its room, also while nothing is counted here: others fill it too. */
const ROOM_INTERVAL_MS = 30_000;

export interface FiguresTellerDeps {
  readonly clock: Clock;
  readonly link: Pick<CentralLink, "figures" | "connected">;
  readonly room: Pick<DiskRoom, "recent">;
  counted(): CountedFigures;
}

/** Tells the central how this secondary is in numbers, when it has registered and whenever something has changed. */
export class FiguresTeller {
  private readonly meter: FiguresMeter;
  private telling = false;
  /** What was counted the last time. */
  private counts: CountedFigures | null = null;
  private cancel: Cancel = NOTHING_TO_CANCEL;

  constructor(private readonly deps: FiguresTellerDeps) {
    this.meter = new FiguresMeter(deps.counted().traffic, deps.clock.now());
  }

  start(): void {
    this.cancel = beatOf(this.deps.clock).every(FIGURES_INTERVAL_MS, () => void this.tell());
  }

  stop(): void {
    this.cancel();
  }

  /** There is a session with the central, which has been told nothing. */
  registered(): void {
    this.meter.forget();
    void this.tell();
  }

  /** One after the other: a slow disk makes no heap of them. */
  private async tell(): Promise<void> {
    const { link, room, counted, clock } = this.deps;
    if (this.telling || !link.connected) return;
    this.telling = true;
    const counts = counted();
    const isQuiet = Bun.deepEquals(counts, this.counts);
    this.counts = counts;
    const found = await room.recent(isQuiet ? ROOM_INTERVAL_MS : 0);
    this.telling = false;
    const figures = this.meter.next(counted(), found, clock.now());
    if (figures) link.figures(figures);
  }
}
