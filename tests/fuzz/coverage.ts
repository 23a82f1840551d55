import { MESSAGE_RULES } from "../../src/protocol/message-rules.ts";
import type { MessageType } from "../../src/protocol/messages/messages.ts";
import type { AnsweringTarget } from "./targets/port.ts";

/** What a run has reached, for people: one line for each kind of session. `reached`: as ChannelWatch counts. */
export function coverageLines(reached: ReadonlyMap<string, number>): string[] {
  const sessions = new Map<string, Map<string, Set<string>>>();
  for (const key of reached.keys()) {
    const [role = "", side = "", state = "", type = ""] = key.split(" ");
    const session = `${role} that ${side}`;
    const states = sessions.get(session) ?? new Map<string, Set<string>>();
    sessions.set(session, states.set(state, (states.get(state) ?? new Set()).add(type)));
  }
  const types = Object.keys(MESSAGE_RULES).length;
  return [...sessions].sort().map(([session, states]) => {
    const counts = [...states].sort().map(([state, some]) => `${state} ${some.size}`);
    return `${session}: of ${types} types of messages came in the states ${counts.join(", ")}`;
  });
}

/** How the servers answered at their ports, for people: one line for each. */
export function answerLines(targets: readonly AnsweringTarget[]): string[] {
  return targets.map(({ name, answers }) => {
    const counts = [...answers].sort(([, a], [, b]) => b - a).map(([type, count]) => `${type} ${count}`);
    return `${name}: answered ${counts.join(", ") || "nothing"}`;
  });
}

/** Legal pairs of message and state that no session of a run has seen, as "central open list". */
export function missedPairs(reached: ReadonlyMap<string, number>): string[] {
  const seen = new Set([...reached.keys()].map((key) => key.replace(/ (accepts|connects) /, " ")));
  const all = (Object.keys(MESSAGE_RULES) as MessageType[]).flatMap((type) => {
    const { to, states } = MESSAGE_RULES[type];
    // Data sessions have no joining state, so that a client's and a secondary's are those with the central.
    return to.flatMap((role) => states.map((state) => `${role} ${state} ${type}`));
  });
  return all.filter((pair) => !seen.has(pair));
}
