import { plural } from "../platform/units.ts";
import type { SecondaryStatus } from "./messages/client.ts";

/** What is the matter with a secondary, for people: a line for each. */
export function problemLines({ number, reason, obstacles, obstacle }: SecondaryStatus): string[] {
  const lines = reason === "" ? [] : [`secondary ${number}: ${reason}`];
  if (obstacles === 1) lines.push(`secondary ${number} cannot copy ${obstacle}`);
  if (obstacles > 1) lines.push(`secondary ${number} cannot copy ${plural(obstacles, "file")}, the first: ${obstacle}`);
  return lines;
}
