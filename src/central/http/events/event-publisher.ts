import type { DatedEvent, EventsNotice } from "../../../http/events/cluster-event.ts";
import { type Cancel, type Clock, every } from "../../../platform/clock.ts";
import type { EventFeed, FedCentral } from "./event-feed.ts";

/** Milliseconds in which events are gathered: people see no difference, and many become few. */
const GATHER_MS = 250;

export interface EventPublisherDeps {
  readonly clock: Clock;
  readonly feed: Pick<EventFeed, "take">;
  readonly central: FedCentral;
  /** Which run of the central it is: the numbers of events begin anew with each. */
  readonly run: string;
  publish(notice: EventsNotice): void;
}

/** Gives the events of a feed their ids and dates, and passes them on, from now until it is cancelled. */
export function publishEvents({ clock, feed, central, run, publish }: EventPublisherDeps): Cancel {
  let last = 0;
  return every(clock, GATHER_MS, () => {
    const at = Math.round(clock.wall());
    const events = feed.take(central).map((event): DatedEvent => {
      last += 1;
      return { id: `${run}-${last}`, at, event };
    });
    if (events.length > 0) publish({ events });
  });
}
