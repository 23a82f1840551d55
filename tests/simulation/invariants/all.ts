import { counts } from "./downloads/counts.ts";
import { downloadsEnd } from "./downloads/ends.ts";
import { finishedFiles } from "./downloads/finished-files.ts";
import { ownWorkFiles } from "./downloads/own-work-files.ts";
import { convergence } from "./files/convergence.ts";
import { durableCopies } from "./files/durable-copies.ts";
import { keptFiles } from "./files/kept.ts";
import { knownContents } from "./files/known-contents.ts";
import { movedFiles } from "./files/moved-files.ts";
import { noVersionLost } from "./files/no-version-lost.ts";
import { nothingUnfinished } from "./files/nothing-unfinished.ts";
import { removedStaysRemoved } from "./files/removed-stays-removed.ts";
import { replacements } from "./files/replacements.ts";
import { rightDisk } from "./files/right-disk.ts";
import { roomForCopies } from "./files/room.ts";
import type { Invariant } from "./invariant.ts";
import { refusalsAreTrue } from "./keys/refusals.ts";
import { revokedKeysEnd } from "./keys/revocations.ts";
import { strangersGetNothing } from "./keys/strangers.ts";
import { boundedEvents } from "./processes/bounded-events.ts";
import { boundedResources } from "./processes/bounded-resources.ts";
import { noCrash } from "./processes/no-crash.ts";
import { noHandlerFails } from "./processes/no-handler-fails.ts";
import { nothingLeft } from "./processes/nothing-left.ts";
import { pauses } from "./processes/pauses.ts";
import { completeLists } from "./servers/complete-lists.ts";
import { digestsAreTrue } from "./servers/digests.ts";
import { honestSources } from "./servers/honest-sources.ts";
import { httpTargets } from "./servers/http-targets.ts";
import { limitsAreKept } from "./servers/limits-are-kept.ts";
import { lostAreNoticed } from "./servers/lost-are-noticed.ts";
import { nothingWaits } from "./servers/nothing-waits.ts";
import { statusIsTrue } from "./servers/status.ts";
import { uploadsEnd } from "./uploads/ends.ts";
import { nothingLeftOfUploads } from "./uploads/left-overs.ts";
import { publishedIsThere } from "./uploads/published.ts";
import { nothingLeftOfStreams } from "./uploads/spooled.ts";

/** Every invariant that each run is checked against. What explains other failures comes first. */
export const INVARIANTS: readonly Invariant[] = [
  noCrash,
  noHandlerFails,
  boundedEvents,
  pauses,
  boundedResources,
  strangersGetNothing,
  refusalsAreTrue,
  revokedKeysEnd,
  finishedFiles,
  ownWorkFiles,
  downloadsEnd,
  honestSources,
  knownContents,
  replacements,
  roomForCopies,
  keptFiles,
  durableCopies,
  rightDisk,
  nothingWaits,
  convergence,
  noVersionLost,
  removedStaysRemoved,
  movedFiles,
  nothingUnfinished,
  uploadsEnd,
  publishedIsThere,
  nothingLeftOfUploads,
  nothingLeftOfStreams,
  counts,
  digestsAreTrue,
  statusIsTrue,
  completeLists,
  httpTargets,
  lostAreNoticed,
  limitsAreKept,
  nothingLeft,
];
