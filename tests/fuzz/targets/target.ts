import type { Material } from "../inputs/draft.ts";
import type { Input } from "../inputs/input.ts";
import type { WebMaterial } from "../inputs/web-draft.ts";

/** A part of the program that inputs attack. */
export interface Target {
  readonly name: string;
  /** Senders in one input at most. */
  readonly maxSenders: number;
  readonly material: Material | WebMaterial;
  /** Gives what is wrong afterwards, in words; nothing where all is as it must be. */
  run(input: Input): Promise<readonly string[]> | readonly string[];
}
