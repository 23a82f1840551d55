import type { SimCluster } from "../cluster/sim-cluster.ts";
import type { SeededRandom } from "../world/random.ts";
import type { ClusterShape, Plan } from "./action.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Names of the files that people use, few, so that what they do meets. */
export const NAMES = ["a.mkv", "b.iso", "films/c.mkv", "films/d.iso", "films/old/e", "notes"] as const;

export function drawName(random: SeededRandom): string {
  return random.pick(NAMES);
}

/** Bytes of a file: mostly a few, seldom of several pieces, seldom none. */
export function drawSize(random: SeededRandom): number {
  const kind = random.fraction();
  if (kind < 0.05) return 0;
  if (kind < 0.5) return 3 + random.below(200);
  if (kind < 0.96) return 200 + random.below(random.pick([10, 10, 10, 100]) * KIB);
  return drawLargeSize(random, 1.5 * MIB);
}

/** Bytes of a file of several pieces: mostly of two, the second of which is short, seldom up to so many more. */
export function drawLargeSize(random: SeededRandom, more: number): number {
  return MIB + random.below(random.pick([20 * KIB, 100 * KIB, 100 * KIB, more]));
}

/** The number of a secondary. */
export function drawSecondary(random: SeededRandom, { secondaries }: ClusterShape): number {
  return 1 + random.below(secondaries);
}

/** The place of a server among `SimCluster.servers`. */
export function drawServer(random: SeededRandom, { secondaries }: ClusterShape): number {
  return random.below(1 + secondaries);
}

/** The place of a machine among `SimCluster.machines`. */
export function drawMachine(random: SeededRandom, { secondaries, clients }: ClusterShape): number {
  return random.below(1 + secondaries + clients);
}

/** Two machines, at least one of them a server. */
export function drawTwoMachines(random: SeededRandom, shape: ClusterShape): { machine: number; other: number } {
  const other = drawServer(random, shape);
  const machine =
    (other + 1 + random.below(shape.secondaries + shape.clients)) % (1 + shape.secondaries + shape.clients);
  return random.chance(0.5) ? { machine, other } : { machine: other, other: machine };
}

/** Milliseconds that a fault lasts. */
export function drawMoment(random: SeededRandom): number {
  return 1 + random.below(random.pick([200, 3000, 15_000]));
}

/** So many milliseconds, or those that are left until everybody does nothing any more. */
export function within({ sim }: SimCluster, { quietAt }: Plan, ms: number): number {
  return Math.max(0, Math.min(ms, quietAt - sim.now - 1));
}
