import type { CopiesLeft } from "../../../protocol/messages/client.ts";
import type { StatusAnswer } from "../central-answers.ts";

/** What is still to be copied, everywhere. */
export function copiesOfAll(all: readonly CopiesLeft[]): StatusAnswer["copies"] {
  const isStuck = all.some(({ files, seconds }) => files > 0 && seconds === null);
  return {
    pending: all.reduce((sum, { files }) => sum + files, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: isStuck ? null : Math.max(0, ...all.map(({ seconds }) => seconds ?? 0)),
  };
}
