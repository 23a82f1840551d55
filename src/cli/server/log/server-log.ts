import { type Sentence, say } from "../../../sentences/sentence.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import { isWithin, kindOf } from "../../paths.ts";
import type { TerminalLogOptions } from "../terminal-log.ts";

/**
 * The log of a server, whose lines have the date. `shared`: the folder that it shares; null: none. Throws UsageError for a
 * log file in there, which every other server would copy again and again.
 */
export function serverLog(values: Values, shared: string | null = null): TerminalLogOptions {
  const options = { format: values.logFormat(), verbosity: values.verbosity(), dates: true };
  if (!values.has("log-file")) return options;
  const file = values.text("log-file", "");
  const wrong = (why: Sentence) =>
    new UsageError(say("{flag}: {why}", { flag: `${values.written("log-file")} ${file}`, why }));
  if (kindOf(file) === "folder" || file.endsWith("/")) throw wrong(say("that is a folder; it takes a file"));
  if (shared !== null && isWithin(file, shared))
    throw wrong(
      say("it is in the shared folder {shared}, and would be copied to every server; it takes a file elsewhere", {
        shared,
      }),
    );
  return { ...options, file };
}
