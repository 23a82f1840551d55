import type { ClusterEvent, DatedEvent } from "../../http/events/cluster-event.ts";

/** All types of events: a browser hears those alone that are asked for by their names. */
const EVENT_TYPES = Object.keys({
  serving: true,
  secondary: true,
  "secondary-gone": true,
  file: true,
  files: true,
  catalogue: true,
  download: true,
  "download-end": true,
  downloads: true,
  progress: true,
  accusation: true,
  accusations: true,
} satisfies Record<ClusterEvent["type"], true>);

export interface EventStreamListener {
  /** Events come from now on. `resumed`: none was missed since the last one; else everything must be asked for anew. */
  opened(resumed: boolean): void;
  event(event: DatedEvent): void;
  /** The connection is lost. `final`: it does not come back by itself. */
  lost(final: boolean): void;
}

/** Gives what ends it. */
export type OpenEventStream = (listener: EventStreamListener) => () => void;

/** The events of the server as they happen. The browser connects again by itself, and then says which event it has seen last. */
export const openEventStream: OpenEventStream = (listener) => {
  const source = new EventSource("/events");
  let wasOpen = false;
  source.addEventListener("ready", () => {
    listener.opened(wasOpen);
    wasOpen = true;
  });
  source.addEventListener("reset", () => {
    listener.opened(false);
    wasOpen = true;
  });
  for (const type of EVENT_TYPES) {
    source.addEventListener(type, ({ data }: MessageEvent<string>) => listener.event(JSON.parse(data) as DatedEvent));
  }
  source.addEventListener("error", () => listener.lost(source.readyState === EventSource.CLOSED));
  return () => source.close();
};
