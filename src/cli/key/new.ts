import { newClusterKey } from "../../keys/issue.ts";
import { writeKeyFile } from "../../keys/key-file.ts";
import { systemClock } from "../../platform/clock.ts";
import { say } from "../../sentences/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import type { Values } from "../flags/values.ts";
import { checkStdout, writeStdout } from "../output.ts";
import { operand } from "./operand.ts";
import { summaryOf, summaryText } from "./summary.ts";

/** `redes key new FILE` */
export async function keyNew(values: Values): Promise<number> {
  const path = operand(values, "FILE", say("give the file that is to be made"));
  // A key that was made is told of.
  checkStdout();
  const now = systemClock.wall();
  const contents = await newClusterKey(now);
  await writeKeyFile(path, contents);
  await writeStdout(`${summaryText(summaryOf(contents, now))}\n`);
  return EXIT.done;
}
