import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import { HELD_BACK_INTERVAL_MS } from "../../protocol/timing.ts";
import type { Channel } from "../session/channel.ts";

/** Tells a peer, until the wait for a limit is over, that it is this what it waits for. */
export function tellHeldBack(clock: Clock, channel: Pick<Channel, "send">): Cancel {
  return every(clock, HELD_BACK_INTERVAL_MS, () => channel.send({ type: "held-back" }));
}
