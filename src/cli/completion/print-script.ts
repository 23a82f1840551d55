import { say } from "../../sentences/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import { writeStdout } from "../output.ts";
import bash from "./scripts/redes.bash" with { type: "text" };
import fish from "./scripts/redes.fish" with { type: "text" };
import zsh from "./scripts/redes.zsh" with { type: "text" };

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);

/** `redes completion SHELL` */
export async function printScript(values: Values): Promise<number> {
  const [shell, extra] = values.positionals;
  const shells = [...SCRIPTS.keys()].join(", ");
  if (shell === undefined) throw new UsageError(say("SHELL is missing: give one of {shells}", { shells }));
  if (extra !== undefined)
    throw new UsageError(say("unexpected argument {extra}: completion takes one SHELL", { extra }));
  const script = SCRIPTS.get(shell);
  if (script === undefined) throw new UsageError(say("SHELL {shell}: there are {shells}", { shell, shells }));
  await writeStdout(script);
  return EXIT.done;
}
