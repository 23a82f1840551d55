import type { Json } from "../../simulation/scenario/action.ts";
import type { SeededRandom } from "../../simulation/world/random.ts";
import type { Downloads } from "../clients/downloads.ts";
import type { World } from "../world/world.ts";

/** What a fault can strike. */
export interface Victims {
  readonly world: World;
  readonly downloads: Downloads;
}

/** Ends a fault. */
export type Undo = () => void | Promise<void>;

/** One kind of fault, which lasts for some time. */
export interface Fault<Params extends Json = Json> {
  readonly name: string;
  /** How often it is drawn, relative to the others. */
  readonly weight: number;
  draw(random: SeededRandom): Params;
  /** What it strikes, such as `link 2`. Nothing is struck by two faults at the same time. */
  target(params: Params): string;
  /** Gives what ends it; null where it strikes nothing now. */
  begin(victims: Victims, params: Params): Promise<Undo | null>;
}

/** The server of each number: 0 is the central. */
export const SERVERS = [0, 1, 2, 3] as const;
