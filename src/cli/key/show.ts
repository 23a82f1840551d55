import { readKeyFile } from "../../keys/key-file.ts";
import { systemClock } from "../../platform/clock.ts";
import { EXIT } from "../exit-codes.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";
import { operand } from "./operand.ts";
import { summaryOf, summaryText } from "./summary.ts";

/** `redes key show FILE`. What has expired is shown, too. */
export async function keyShow(values: Values): Promise<number> {
  const path = operand(values, "FILE", "give a key file");
  const summary = summaryOf(await readKeyFile(path), systemClock.wall());
  await writeStdout(`${values.has("json") ? JSON.stringify(summary, null, 2) : summaryText(summary)}\n`);
  return EXIT.done;
}
