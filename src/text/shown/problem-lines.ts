import { type SecondaryStatus, STOPPED } from "../../protocol/messages/client.ts";
import { unwired } from "../../protocol/said.ts";
import type { Told } from "../../sentences/sentence.ts";
import { texts } from "../texts.ts";
import { shown } from "./sentence.ts";

/** The state of a secondary for people, who take one that was stopped for nothing that needs them. */
export function shownState({ state, reason }: Pick<SecondaryStatus, "state" | "reason">): string {
  return texts().cluster.states[isStopped({ state, reason }) ? "stopped" : state];
}

/** What is the matter with a secondary, for people: a line for each. */
export function problemLines(secondary: SecondaryStatus): string[] {
  const { cluster } = texts();
  const { number, reason, obstacles } = secondary;
  const lines = reason === "" || isStopped(secondary) ? [] : [cluster.problem(number, shown(reasonTold(secondary)))];
  const obstacle = shown(obstacleTold(secondary));
  if (obstacles === 1) lines.push(cluster.oneObstacle(number, obstacle));
  if (obstacles > 1) lines.push(cluster.obstacles(number, obstacles, obstacle));
  return lines;
}

/** Why it is as it is. */
export function reasonTold({ reason, reasonSaid }: Pick<SecondaryStatus, "reason" | "reasonSaid">): Told {
  return unwired({ message: reason, said: reasonSaid });
}

/** The first file that it cannot copy, and why. */
export function obstacleTold({ obstacle, obstacleSaid }: Pick<SecondaryStatus, "obstacle" | "obstacleSaid">): Told {
  return unwired({ message: obstacle, said: obstacleSaid });
}

function isStopped({ state, reason }: Pick<SecondaryStatus, "state" | "reason">): boolean {
  return state === "lost" && reason === STOPPED;
}
