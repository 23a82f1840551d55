import type { Route } from "../server/router.ts";

/** Of the text format, which every Prometheus reads. */
const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** `/metrics`: `text` gives the metrics of the main thread. */
export function metricsRoute(text: () => Promise<string>): Route {
  return {
    methods: ["GET", "HEAD"],
    path: "/metrics",
    access: "metrics",
    async handle() {
      return new Response(await text(), { headers: { "content-type": CONTENT_TYPE, "cache-control": "no-store" } });
    },
  };
}
