import type { SeededRandom } from "../../random.ts";
import type { DiskFaults } from "../machine/faults.ts";

/** What an operation does, which decides how long it takes. */
export type Effort = "name" | "data" | "sync";

/** Milliseconds that an operation takes at least and at most, without the bytes that it moves. */
const MS: Readonly<Record<Effort, readonly [number, number]>> = {
  name: [0.02, 0.3],
  data: [0.02, 0.5],
  sync: [0.5, 8],
};
/** Of a disk that reads and writes 200 MB/s. */
const BYTES_PER_MS = 200_000;

/** Draws how many milliseconds operations take. */
export class Latency {
  constructor(
    private readonly random: SeededRandom,
    private readonly faults: DiskFaults,
  ) {}

  /** `now`: simulated milliseconds. */
  draw(effort: Effort, bytes: number, now: number): number {
    const [least, most] = MS[effort];
    let ms = this.random.between(least, most) + bytes / BYTES_PER_MS;
    const { slowness, hangsUntil } = this.faults;
    if (slowness !== 1) {
      ms *= slowness;
      this.faults.count("slow");
    }
    if (hangsUntil > now) {
      ms += hangsUntil - now;
      this.faults.count("hanging");
    }
    return ms;
  }
}
