import { formatAddress } from "../net/address/address.ts";
import { MAX_LISTED_SECONDARIES, type SecondaryStatus, STOPPED, secondaryStatus } from "../protocol/messages/client.ts";
import { type FiguresDirectory, sentOf } from "./figures/cluster-figures.ts";
import type { SecondaryDirectory, SecondaryView } from "./registry/secondary-table.ts";

/** Most characters of a secondary's first obstacle: a message may list very many secondaries. */
const MAX_OBSTACLE_CHARACTERS = 500;

/** How the first secondaries are, in the order of their numbers. */
export function secondaryStatuses(
  secondaries: Pick<SecondaryDirectory, "sorted">,
  figures: FiguresDirectory,
): SecondaryStatus[] {
  const first = secondaries.sorted().slice(0, MAX_LISTED_SECONDARIES);
  return first.map((secondary) => statusOf(secondary, figures));
}

function statusOf(secondary: SecondaryView, figures: FiguresDirectory): SecondaryStatus {
  const { room, rates } = figures.of(secondary.number);
  return {
    number: secondary.number,
    address: formatAddress(secondary.address),
    state: stateOf(secondary),
    reason: reasonOf(secondary) ?? "",
    files: secondary.fileCount,
    accusations: secondary.accusationCount,
    obstacles: secondary.copies.obstacleCount,
    obstacle: secondary.copies.firstObstacle.slice(0, MAX_OBSTACLE_CHARACTERS),
    room,
    sending: Math.min(sentOf(rates), Number.MAX_SAFE_INTEGER),
    receiving: rates.received,
    left: figures.left(secondary),
  };
}

/** Why a secondary is in its state, where there is more to say; null where not. */
export function reasonOf({ diskFault, isStopped }: Pick<SecondaryView, "diskFault" | "isStopped">): string | null {
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
