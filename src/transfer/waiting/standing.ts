import type { Hindrance } from "../../protocol/shown/hindrance.ts";
import type { NoSourcesAlarm } from "../no-sources-alarm.ts";
import type { PieceTransfer } from "../piece-transfer.ts";
import type { SourceSet } from "../source-set.ts";
import { hindranceOf, type Standing } from "./hindrance.ts";

/** What knows how it stands with a download that runs. */
export interface StandingParts {
  readonly sources: SourceSet;
  readonly pieces: PieceTransfer;
  readonly alarm: NoSourcesAlarm;
}

/** What a download waits for that runs; null: nothing that is to be told. */
export function currentHindrance(parts: StandingParts, now: number): Hindrance | null {
  // Most of the time bytes come, and no source has to be looked at.
  if (!parts.pieces.silence.isNoticed(now) && !parts.alarm.isRaised) return null;
  return hindranceOf(standingOf(parts, now));
}

function standingOf({ sources, pieces, alarm }: StandingParts, now: number): Standing {
  const ready = sources.numbers("ready");
  return {
    known: sources.numbers("all"),
    ready,
    asked: ready.filter((number) => pieces.scheduler.requestCount(number) > 0),
    isSilent: pieces.silence.isNoticed(now),
    noSourceReported: alarm.isRaised,
    isBusyHere: pieces.busyHere,
    isBlocked: pieces.isHeldUpByReaders(ready.length),
    isHeldBack: sources.isHeldBack(now),
  };
}
