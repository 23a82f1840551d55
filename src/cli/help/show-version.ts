import { EXIT } from "../exit-codes.ts";
import { version } from "../flags/command.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";

/** `redes version` */
export async function showVersion(values: Values): Promise<number> {
  values.noPositionals();
  await writeStdout(`${version}\n`);
  return EXIT.done;
}
