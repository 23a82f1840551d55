import type { SeededRandom } from "../random.ts";
import type { Simulation } from "../simulation.ts";
import type { EndFault, Impairment } from "./impairments.ts";
import { Path, type PathShape } from "./path.ts";
import type { SimHost } from "./sim-host.ts";

/** What is between two hosts: a path in each direction. */
export class Link {
  private readonly there: Path;
  private readonly back: Path;

  constructor(
    sim: Simulation,
    /** Chance of all that happens on it. */
    readonly random: SeededRandom,
    from: SimHost,
    to: SimHost,
  ) {
    const shape = from === to ? WITHIN_A_HOST : drawShape(random);
    this.there = new Path(sim, random, from, to, shape);
    this.back = from === to ? this.there : new Path(sim, random, to, from, shape);
  }

  pathFrom(host: SimHost): Path {
    return this.there.from === host ? this.there : this.back;
  }

  /** In both directions. */
  impair(impairment: Impairment): EndFault {
    const ends = [this.there, this.back].map((path) => path.impairments.add(impairment));
    return () => {
      for (const end of ends) end();
    };
  }
}

const WITHIN_A_HOST: PathShape = { latencyMs: 0.02, jitterMs: 0.05, bytesPerMs: 2_000_000 };

/** A gigabit in a room, a hundred megabits in a town, ten megabits across an ocean. */
function drawShape(random: SeededRandom): PathShape {
  const [latencyMs, bytesPerMs] = random.pick([
    [random.between(0.05, 1), 125_000],
    [random.between(0.05, 1), 125_000],
    [random.between(2, 15), 12_500],
    [random.between(30, 120), 1250],
  ] as const);
  return { latencyMs, bytesPerMs, jitterMs: latencyMs * random.pick([0, 0.2, 2]) };
}
