import * as v from "valibot";
import { limit } from "../api/central-queries.ts";
import { field } from "../api/fields.ts";
import { datedEvent, EVENT_TYPES, isNews } from "./cluster-event.ts";
import type { EventRing } from "./event-ring.ts";

export type PastEvents = Pick<EventRing, "all" | "news" | "after">;

export const eventsQuery = v.strictObject({
  type: field(v.optional(v.picklist(EVENT_TYPES)), "only of this type"),
  only: field(
    v.optional(v.picklist(["news"])),
    "news: not those of figures alone, such as progress; these are remembered for longer",
  ),
  after: field(v.optional(v.pipe(v.string(), v.maxLength(100))), "only those after the event of this id"),
  limit,
});

export const eventsAnswer = v.strictObject({
  events: field(v.array(datedEvent), "the latest, in the order in which they happened"),
  complete: field(
    v.boolean(),
    "whether these are all, as far as is known: of those after the given one where there is one",
  ),
});

export type EventsAnswer = v.InferOutput<typeof eventsAnswer>;

/** The latest events that are still known. */
export function pastEvents(
  ring: PastEvents,
  { type, only, after, limit }: v.InferOutput<typeof eventsQuery>,
): EventsAnswer {
  const following = after === undefined ? null : ring.after(after);
  const known = following ?? (only === "news" ? ring.news() : ring.all());
  const matching = known.filter(({ dated: { event } }) => {
    return (type === undefined || event.type === type) && (only === undefined || isNews(event));
  });
  const complete = (after === undefined || following !== null) && matching.length <= limit;
  return { events: matching.slice(-limit).map(({ dated }) => dated), complete };
}
