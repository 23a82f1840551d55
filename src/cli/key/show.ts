import { readKeyFile, readUncheckedText } from "../../keys/key-file.ts";
import { readToken } from "../../keys/tokens/verify-token.ts";
import { systemClock } from "../../platform/clock.ts";
import { say } from "../../sentences/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";
import { operand } from "./operand.ts";
import { type KeySummary, summaryOf, summaryOfToken, summaryText } from "./summary.ts";

/** `redes key show FILE`. What has expired is shown, too. */
export async function keyShow(values: Values): Promise<number> {
  const summary = await summaryIn(
    operand(values, "FILE", say("give a file with a key or a token")),
    systemClock.wall(),
  );
  await writeStdout(`${values.has("json") ? JSON.stringify(summary, null, 2) : summaryText(summary)}\n`);
  return EXIT.done;
}

async function summaryIn(path: string, now: number): Promise<KeySummary> {
  const token = await readToken((await readUncheckedText(path)).trim());
  return token ? summaryOfToken(token, now) : summaryOf(await readKeyFile(path), now);
}
