import { wantsColors } from "../colors.ts";
import { EXIT } from "../exit-codes.ts";
import type { Command } from "../flags/command.ts";
import { helpFor } from "../flags/help.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";
import { findCommand } from "./find-command.ts";

/** `redes help` of this program. */
export function showHelp(program: Command): (values: Values) => Promise<number> {
  return async (values) => {
    const command = findCommand(program, values.positionals);
    await writeStdout(`${helpFor(command, wantsColors("stdout"))}\n`);
    return EXIT.done;
  };
}
