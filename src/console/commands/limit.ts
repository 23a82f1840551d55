import { texts } from "../../text/texts.ts";
import type { ConsoleCommand } from "./command.ts";

/** Limits of bytes a second that can be changed while everything runs. */
export interface AdjustableLimits {
  /** How help names what `change` takes. */
  readonly parameter: string;
  /** With which it may begin. */
  readonly words: readonly string[];
  /** Gives the limits that hold from now on; of an empty text, those that hold now. Throws with what it takes. */
  change(text: string): string;
}

/** The console command by which limits are shown and changed. */
export function limitCommand(limits: AdjustableLimits, print: (text: string) => void): ConsoleCommand {
  return {
    name: "limit",
    aliases: ["LIMITE"],
    parameter: limits.parameter,
    topic: "downloads",
    help: texts().console.limit,
    complete: (prefix) => limits.words.filter((word) => word.startsWith(prefix.toLowerCase())),
    run: (argument) => print(limits.change(argument)),
  };
}
