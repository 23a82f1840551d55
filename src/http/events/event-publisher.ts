import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import type { ClusterEvent, DatedEvent, EventsNotice } from "./cluster-event.ts";

/** Milliseconds in which events are gathered: people see no difference, and many become few. */
const PUBLISH_INTERVAL_MS = 250;

export interface EventPublisherDeps {
  readonly clock: Clock;
  /** What has happened since the last call. */
  drain(): readonly ClusterEvent[];
  /** Which run of the server it is: the numbers of events begin anew with each. */
  readonly run: string;
  publish(notice: EventsNotice): void;
}

/** Gives events their ids and dates, and passes them on, from now until it is cancelled. */
export function publishEvents({ clock, drain, run, publish }: EventPublisherDeps): Cancel {
  let last = 0;
  return every(clock, PUBLISH_INTERVAL_MS, () => {
    const at = Math.round(clock.wall());
    const events = drain().map((event): DatedEvent => {
      last += 1;
      return { id: `${run}-${last}`, at, event };
    });
    if (events.length > 0) publish({ events });
  });
}
