import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { Route } from "../server/router.ts";

/** Milliseconds between two times of saying that somebody listens. */
const REPEAT_MS = 10_000;
/** Milliseconds after which nobody listens any more who has not been told of again. */
export const LISTENING_MS = 3 * REPEAT_MS;

export interface ListenersDeps {
  readonly clock: Clock;
  readonly hub: Pick<EventHub, "readerCount">;
  /** Somebody listens. */
  listened(): Promise<void>;
}

/** The route of events, of whose listeners is told from the first one on: a client asks its central only for them what has changed. */
export function tellOfListeners(route: Route, { clock, hub, listened }: ListenersDeps): Route {
  let cancel: Cancel | null = null;
  // The main thread may be stopping.
  const tell = () => void listened().catch(() => {});
  const repeat = () => {
    if (hub.readerCount > 0) return tell();
    cancel?.();
    cancel = null;
  };
  return {
    ...route,
    handle(request) {
      tell();
      cancel ??= every(clock, REPEAT_MS, repeat);
      return route.handle(request);
    },
  };
}
