import { isPresent, type PageState } from "../store/page-state.ts";

/**
 * How things are, in one word. `locked`: whoever looks at the page may not see it, or has not said who that is; `no server`:
 * the central answers, and nobody is there who has a file.
 */
export type Condition = "connecting" | "disconnected" | "locked" | "serving" | "not serving" | "no server";

export function conditionOf(state: Pick<PageState, "access" | "connection" | "cluster" | "secondaries">): Condition {
  const { access, connection, cluster, secondaries } = state;
  if (access !== "granted") return "locked";
  if (connection === "lost") return "disconnected";
  if (!cluster) return "connecting";
  if (cluster.serving && secondaries.length > 0 && !secondaries.some(isPresent)) return "no server";
  return cluster.serving ? "serving" : "not serving";
}
