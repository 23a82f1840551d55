import { say } from "../../sentences/sentence.ts";
import { refusal } from "../server/responses.ts";
import type { Route } from "../server/router.ts";
import type { EventHub } from "./event-hub.ts";

/** Seconds after which somebody may have gone. */
const RETRY = { "retry-after": "10" };

/** `/events`: what happens, as server-sent events, from the last one on that the reader says it has seen. */
export function eventsRoute(hub: EventHub): Route {
  return {
    methods: ["GET"],
    path: "/events",
    access: "read",
    handle({ raw, keepOpen }) {
      const stream = hub.listen(raw.headers.get("last-event-id"), keepOpen());
      if (!stream) return refusal("", { status: 503, reason: say("as many listen to events as may"), headers: RETRY });
      // Proxies must pass each event on at once.
      const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
      return new Response(stream, { headers });
    },
  };
}
