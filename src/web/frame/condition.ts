import type { PageState } from "../store/page-state.ts";

/** How things are, in one word. */
export type Condition = "connecting" | "disconnected" | "serving" | "not serving";

export function conditionOf({ connection, cluster }: Pick<PageState, "connection" | "cluster">): Condition {
  if (connection === "lost") return "disconnected";
  if (!cluster) return "connecting";
  return cluster.serving ? "serving" : "not serving";
}
