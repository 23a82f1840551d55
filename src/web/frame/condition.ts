import type { PageState } from "../store/page-state.ts";

/** How things are, in one word. `locked`: whoever looks at the page may not see it, or has not said who that is. */
export type Condition = "connecting" | "disconnected" | "locked" | "serving" | "not serving";

export function conditionOf(state: Pick<PageState, "access" | "connection" | "cluster">): Condition {
  const { access, connection, cluster } = state;
  if (access !== "granted") return "locked";
  if (connection === "lost") return "disconnected";
  if (!cluster) return "connecting";
  return cluster.serving ? "serving" : "not serving";
}
