import { exactCounts } from "./exact-counts.ts";
import type { Invariant } from "./invariant.ts";
import { newestWins } from "./newest-wins.ts";
import { noLeaks } from "./no-leaks.ts";
import { noLeftovers } from "./no-leftovers.ts";
import { noTraces } from "./no-traces.ts";
import { nothingLost } from "./nothing-lost.ts";
import { onlyMadeFiles } from "./only-made-files.ts";
import { progressKept } from "./progress-kept.ts";
import { removedStaysRemoved } from "./removed-stays-removed.ts";
import { rightFiles } from "./right-files.ts";
import { sameEverywhere } from "./same-everywhere.ts";
import { trueReasons } from "./true-reasons.ts";
import { trueStatus } from "./true-status.ts";

export const INVARIANTS: readonly Invariant[] = [
  rightFiles,
  trueReasons,
  progressKept,
  sameEverywhere,
  trueStatus,
  exactCounts,
  nothingLost,
  newestWins,
  removedStaysRemoved,
  onlyMadeFiles,
  noTraces,
  noLeftovers,
  noLeaks,
];
