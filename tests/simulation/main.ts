import { join } from "node:path";
import { runCommand } from "./runner/commands.ts";

/** `npm run simulate`: README.md of this folder says how. */
process.exitCode = await runCommand(process.argv.slice(2), join(import.meta.dir, "scenario/scenario.ts"));
