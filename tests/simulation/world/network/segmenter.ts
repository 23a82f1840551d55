import type { SeededRandom } from "../random.ts";

/** How the bytes of a connection are cut on their way. */
type Manner = "large" | "anywhere" | "crumbs";

/** Most bytes that arrive at once. */
const MAX_SEGMENT_BYTES = 512 * 1024;
/** Segments of few bytes for one connection: each is an event. */
const MAX_CRUMBS = 300;

/** Decides where the bytes of one direction of a connection are cut, and which are joined. */
export class Segmenter {
  private readonly manner: Manner;
  private crumbs = 0;

  constructor(private readonly random: SeededRandom) {
    const drawn = random.fraction();
    this.manner = drawn < 0.7 ? "large" : drawn < 0.95 ? "anywhere" : "crumbs";
  }

  /** How many of the next bytes travel together; `length`: how many there are, at least one. */
  cut(length: number): number {
    const most = Math.min(length, MAX_SEGMENT_BYTES);
    if (this.manner === "large") return most;
    if (this.manner === "crumbs" && this.crumbs < MAX_CRUMBS) {
      this.crumbs += 1;
      return Math.min(most, 1 + this.random.below(3));
    }
    return this.random.chance(0.3) ? 1 + this.random.below(most) : most;
  }

  /** Whether bytes that are sent at the same moment travel together with those before. */
  joins(): boolean {
    return this.manner === "large" || (this.manner === "anywhere" && this.random.chance(0.5));
  }
}
