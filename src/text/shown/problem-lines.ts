import { type SecondaryStatus, STOPPED } from "../../protocol/messages/client.ts";
import { texts } from "../texts.ts";

/** The state of a secondary for people, who take one that was stopped for nothing that needs them. */
export function shownState({ state, reason }: Pick<SecondaryStatus, "state" | "reason">): string {
  return texts().cluster.states[isStopped({ state, reason }) ? "stopped" : state];
}

/** What is the matter with a secondary, for people: a line for each. */
export function problemLines({ number, state, reason, obstacles, obstacle }: SecondaryStatus): string[] {
  const { cluster } = texts();
  const lines = reason === "" || isStopped({ state, reason }) ? [] : [cluster.problem(number, reason)];
  if (obstacles === 1) lines.push(cluster.oneObstacle(number, obstacle));
  if (obstacles > 1) lines.push(cluster.obstacles(number, obstacles, obstacle));
  return lines;
}

function isStopped({ state, reason }: Pick<SecondaryStatus, "state" | "reason">): boolean {
  return state === "lost" && reason === STOPPED;
}
