import type { SeededRandom } from "../../simulation/world/random.ts";
import { CrashPoint, type Effort, type Survivors } from "./crash-points.ts";
import type { History, Moment, NodeId } from "./history.ts";
import { type Model, type Unit, unitsOf } from "./persistence.ts";
import { sample } from "./sample.ts";
import { type Tree, TreeFingerprints, treeOf } from "./tree.ts";

/** What a power loss at a moment may leave on the disks. */
export interface CrashState {
  readonly model: Model;
  /** The last moment at which it may come about in this way, or the last one of its period. */
  readonly at: Moment;
  readonly tree: Tree;
  /** What was done and is not there, for people. */
  readonly lost: string;
}

export interface CrashStatesOptions {
  readonly effort: Effort;
  readonly random: SeededRandom;
  /** States that are alike are tried once in each period: what is right may be another thing in the next. Null: not at all. */
  periodOf(moment: Moment): string | null;
}

const MODELS: readonly Model[] = ["ordered", "loose"];

/** Makes states of both models at all moments, the last moment first. No two of a period are alike. */
export function* crashStates(
  history: History,
  { effort, random, periodOf }: CrashStatesOptions,
): Generator<CrashState> {
  const fingerprints = new TreeFingerprints();
  const seen = new Set<string>();
  const all = MODELS.map((model) => ({ model, units: unitsOf(history, model) }));
  for (const at of [...sample(momentsOf(history), momentsFor(history, effort), random)].reverse()) {
    const period = periodOf(at);
    if (period === null) continue;
    for (const { model, units } of all) {
      for (const survivors of new CrashPoint(units, at, random).states(effort)) {
        const tree = treeOf(history, units, survivors);
        const key = `${period}\n${fingerprints.of(tree)}`;
        if (seen.has(key)) continue;
        seen.add(key);
        yield { model, at, tree, lost: describeLost(units, at, survivors) };
      }
    }
  }
}

/** The moments at which something happened, in their order. */
export function momentsOf({ changes, syncs, notes }: History): Moment[] {
  const moments = new Set([...changes, ...syncs, ...notes].map(({ at }) => at));
  return [...moments].sort((one, other) => one - other);
}

/** How many moments are looked at. */
export function momentsFor(history: History, { work }: Effort): number {
  return Math.min(momentsOf(history).length, Math.ceil(work / history.changes.length));
}

/** The history of some of the volumes alone. */
export function onVolumes(history: History, paths: readonly string[]): History {
  const volumes = new Map([...history.volumes].filter(([path]) => paths.includes(path)));
  const isOn = (node: NodeId) => [...volumes.values()].includes(history.volumeOf.get(node) ?? 0);
  return {
    ...history,
    volumes,
    changes: history.changes.filter(({ node }) => isOn(node)),
    syncs: history.syncs.filter(({ volume }) => isOn(volume)),
  };
}

function describeLost(units: readonly Unit[], at: Moment, survivors: Survivors): string {
  const lost = [...units.entries()].filter(([index, { change }]) => change.at <= at && !survivors.has(index));
  const words: string[] = [];
  const pages = new Map<NodeId, number>();
  for (const [, { change }] of lost) {
    if (change.kind === "page") pages.set(change.node, (pages.get(change.node) ?? 0) + 1);
    else if (change.kind === "size") words.push(`${change.at}: length ${change.size} of ${change.node}`);
    else {
      const entries = change.entries.map(({ folder, name, node }) => `${name} in ${folder} is ${node ?? "gone"}`);
      words.push(`${change.at}: ${entries.join(" and ")}`);
    }
  }
  return [...words, ...[...pages].map(([node, count]) => `${count} pages of ${node}`)].join("; ");
}
