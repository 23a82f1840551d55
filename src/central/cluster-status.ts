import { formatAddress } from "../net/address/address.ts";
import { MAX_STATE_SAID } from "../protocol/limits.ts";
import { MAX_LISTED_SECONDARIES, type SecondaryStatus, STOPPED, secondaryStatus } from "../protocol/messages/client.ts";
import { MAX_REASON, saidBy } from "../protocol/said.ts";
import { english, type Told } from "../sentences/sentence.ts";
import { type FiguresDirectory, sentOf } from "./figures/cluster-figures.ts";
import type { SecondaryDirectory, SecondaryView } from "./registry/secondary-table.ts";

/** How the first secondaries are, in the order of their numbers. Of sentences that have no room people read the English. */
export function secondaryStatuses(
  secondaries: Pick<SecondaryDirectory, "sorted">,
  figures: FiguresDirectory,
): SecondaryStatus[] {
  let room = MAX_STATE_SAID;
  const sentence = (told: Told): string | undefined => {
    const { said } = saidBy(told);
    if (said === undefined || said.length > room) return undefined;
    room -= said.length;
    return said;
  };
  const first = secondaries.sorted().slice(0, MAX_LISTED_SECONDARIES);
  return first.map((secondary) => statusOf(secondary, figures, sentence));
}

function statusOf(
  secondary: SecondaryView,
  figures: FiguresDirectory,
  sentence: (told: Told) => string | undefined,
): SecondaryStatus {
  const { room, rates } = figures.of(secondary.number);
  const reason = reasonOf(secondary) ?? "";
  const { firstObstacle } = secondary.copies;
  const [reasonSaid, obstacleSaid] = [sentence(reason), sentence(firstObstacle)];
  return {
    number: secondary.number,
    address: formatAddress(secondary.address),
    state: stateOf(secondary),
    reason: english(reason).slice(0, MAX_REASON),
    ...(reasonSaid !== undefined && { reasonSaid }),
    files: secondary.fileCount,
    accusations: secondary.accusationCount,
    obstacles: secondary.copies.obstacleCount,
    obstacle: english(firstObstacle).slice(0, MAX_REASON),
    ...(obstacleSaid !== undefined && { obstacleSaid }),
    room,
    sending: Math.min(sentOf(rates), Number.MAX_SAFE_INTEGER),
    receiving: rates.received,
    left: figures.left(secondary),
  };
}

/** Why a secondary is in its state, where there is more to say; null where not. */
export function reasonOf({ diskFault, isStopped }: Pick<SecondaryView, "diskFault" | "isStopped">): Told | null {
  return isStopped ? STOPPED : diskFault;
}

/** All states of a secondary. */
export const SECONDARY_STATES = secondaryStatus.entries.state.options;

export function stateOf({ phase, isBehind, isObstructed }: SecondaryView): SecondaryStatus["state"] {
  switch (phase) {
    case "lost":
      return "lost";
    case "disk-missing":
      return "disk missing";
    case "announcing":
      return "joining";
    case "live":
      return isBehind || isObstructed ? "copying" : "in step";
  }
}
