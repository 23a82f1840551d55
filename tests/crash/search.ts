import { outsideOfPromises } from "../simulation/world/outside-of-promises.ts";
import { SeededRandom, seedFor } from "../simulation/world/random.ts";
import type { CrashCheck } from "./checks/crash-check.ts";
import type { Effort } from "./model/crash-points.ts";
import { type CrashState, crashStates, momentsFor } from "./model/crash-states.ts";
import type { History } from "./model/history.ts";

export interface SearchOptions {
  readonly seed: number;
  readonly effort: Effort;
  /** Most states that are started from: chosen by chance where there are more. */
  readonly starts: number;
  /** Whether processes of the executable are started: that takes seconds. */
  readonly inProcesses?: boolean;
  /** Faults after which no more is tried. */
  readonly mostFaults?: number;
  /** Another history than that of the check, as of a program that does less. */
  readonly history?: History;
}

/** A state from which something is wrong. */
export interface CrashFault {
  readonly state: CrashState;
  readonly text: string;
}

/** What has come of trying states of one program. */
export interface SearchResult {
  readonly name: string;
  /** Moments at which the power is lost. */
  readonly moments: number;
  /** Different states that were made. */
  readonly states: number;
  /** Of these, how many were started from. */
  readonly starts: number;
  readonly faults: readonly CrashFault[];
}

/** Makes the states that a power loss can leave, and starts from them. */
export async function search(check: CrashCheck, options: SearchOptions): Promise<SearchResult> {
  const { seed, effort, starts, mostFaults = starts, history = check.history, inProcesses = false } = options;
  const random = new SeededRandom(seedFor(seed, check.name));
  const fault = (state: CrashState) => {
    if (!inProcesses) return check.fault(state);
    if (!check.faultOfProcesses) throw new Error(`${check.name} is checked without processes only`);
    return check.faultOfProcesses(state);
  };
  const states = [...crashStates(history, { effort, random, periodOf: (moment) => check.periodOf(moment) })];
  const faults: CrashFault[] = [];
  let started = 0;
  for (const state of shuffled(states, random)) {
    if (started === starts || faults.length === mostFaults) break;
    started += 1;
    const text = await outsideOfPromises(() => fault(state));
    if (text !== null) faults.push({ state, text });
  }
  const moments = momentsFor(history, effort);
  const name = inProcesses ? `${check.name}, as processes` : check.name;
  return { name, moments, states: states.length, starts: started, faults };
}

/** One line about it, and some about each of the first faults. */
export function describeResult({ name, moments, states, starts, faults }: SearchResult, most = 3): string {
  const shown = faults.slice(0, most).map(({ state, text }) => {
    const { model, at, lost } = state;
    return `  ${model}, after call ${at}: ${text}\n    lost: ${lost || "nothing"}`;
  });
  const line = `${name}: ${moments} moments, ${states} states, ${starts} starts, ${faults.length} faults`;
  return [line, ...shown].join("\n");
}

function shuffled<T>(all: readonly T[], random: SeededRandom): T[] {
  const keyed = all.map((one) => ({ one, key: random.fraction() }));
  return keyed.sort((left, right) => left.key - right.key).map(({ one }) => one);
}
