import { SeededRandom, seedFor } from "../simulation/world/random.ts";
import { draftSender } from "./inputs/draft.ts";
import type { Input } from "./inputs/input.ts";
import { draftWebSender } from "./inputs/web-draft.ts";
import type { Target } from "./targets/target.ts";
import type { ChannelWatch } from "./watch/channel-watch.ts";

/** Something that must not be, and what brought it about. */
export interface Finding {
  readonly input: Input;
  readonly what: readonly string[];
}

/** The input of that number for a target. It depends on nothing else, so that one can be made again alone. */
export function inputFor({ name, maxSenders, material }: Target, seed: number, index: number): Input {
  const random = new SeededRandom(seedFor(seed, `${name} ${index}`));
  const count = 1 + random.below(maxSenders);
  const draft = () => ("requests" in material ? draftWebSender(material, random) : draftSender(material, random));
  return { target: name, senders: Array.from({ length: count }, draft) };
}

/** Runs one input; null where nothing is wrong. */
export async function runInput(target: Target, input: Input, watch: ChannelWatch): Promise<Finding | null> {
  watch.takeFaults();
  const what: string[] = [];
  try {
    what.push(...(await target.run(input)));
  } catch (error) {
    what.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  what.push(...watch.takeFaults());
  return what.length === 0 ? null : { input, what };
}
