import type { Json } from "../../simulation/scenario/action.ts";
import { SeededRandom } from "../../simulation/world/random.ts";
import { makeBytes } from "./content.ts";
import type { People } from "./people.ts";

/** One kind of thing that a person does to the files. */
export interface Change<Params extends Json = Json> {
  readonly name: string;
  /** How often it is drawn, relative to the others. */
  readonly weight: number;
  draw(random: SeededRandom): Params;
  /** Does it where it makes sense now, and says what was done; null where nothing was. */
  apply(people: People, params: Params): Promise<string | null>;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** A file's size in bytes: most are small, some have several pieces, few are empty. */
export function drawSize(random: SeededRandom): number {
  const kind = random.fraction();
  if (kind < 0.03) return 0;
  if (kind < 0.6) return random.below(64 * KIB);
  if (kind < 0.85) return random.below(MIB);
  return MIB + random.below(12 * MIB);
}

/** New bytes of this size, which depend on `content` alone. */
export function newBytes(content: number, size: number): Uint8Array {
  return makeBytes(new SeededRandom(content), size);
}

/** A number for `newBytes`. */
export function drawContent(random: SeededRandom): number {
  return random.below(2 ** 32);
}
