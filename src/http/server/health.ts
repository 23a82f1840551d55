import { textResponse } from "./responses.ts";
import type { Route } from "./router.ts";

/** What a server says to those who ask whether it does its work. */
export interface Readiness {
  /** Why it serves nothing now, in a sentence; null when it serves. */
  readonly obstacle: string | null;
}

/** `/healthz`: it is alive; `/readyz`: it serves. */
export function healthRoutes(readiness: () => Promise<Readiness>): readonly Route[] {
  return [
    { methods: ["GET", "HEAD"], path: "/healthz", access: "metrics", handle: () => textResponse(200, "alive") },
    {
      methods: ["GET", "HEAD"],
      path: "/readyz",
      access: "metrics",
      async handle() {
        const { obstacle } = await readiness();
        return obstacle === null ? textResponse(200, "serving") : textResponse(503, `not serving: ${obstacle}`);
      },
    },
  ];
}
