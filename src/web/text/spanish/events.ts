import type { eventsText as english } from "../english/events.ts";

export const eventsText: typeof english = {
  title: "Sucesos",
};
