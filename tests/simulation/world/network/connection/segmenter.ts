import type { SeededRandom } from "../../random.ts";

/** How the bytes of a connection are cut on their way. */
type Manner = "large" | "anywhere" | "crumbs";

/** Most bytes that arrive at once. */
const MAX_SEGMENT_BYTES = 512 * 1024;
/** Cuts in one direction of a connection: each makes one more event. */
const MAX_CUTS = 200;

/** Decides where the bytes of one direction of a connection are cut, and which are joined. */
export class Segmenter {
  private readonly manner: Manner;
  private cuts = 0;

  constructor(private readonly random: SeededRandom) {
    const drawn = random.fraction();
    this.manner = drawn < 0.7 ? "large" : drawn < 0.95 ? "anywhere" : "crumbs";
  }

  /** How many of the next bytes travel together; `length`: how many there are, at least one. */
  cut(length: number): number {
    const most = Math.min(length, MAX_SEGMENT_BYTES);
    if (this.manner === "large" || this.cuts === MAX_CUTS) return most;
    if (this.manner === "anywhere" && !this.random.chance(0.3)) return most;
    this.cuts += 1;
    return Math.min(most, 1 + this.random.below(this.manner === "crumbs" ? 3 : most));
  }

  /** Whether bytes that are sent at the same moment travel together with those before. */
  joins(): boolean {
    return this.manner === "large" || (this.manner === "anywhere" && this.random.chance(0.5));
  }
}
