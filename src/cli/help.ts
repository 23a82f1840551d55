import { stripVTControlCharacters } from "node:util";
import { renderUsage } from "citty";
import { type CommandPath, definitions } from "./definitions.ts";

/** The usage text of a command. */
export async function helpFor(path: CommandPath, colors: boolean): Promise<string> {
  const parent = path.split(" ").slice(0, -1).join(" ");
  const name = path === "" ? "" : ["redes", parent].filter(Boolean).join(" ");
  const usage = await renderUsage(definitions[path], name === "" ? undefined : { meta: { name } });
  // citty writes an alias of several letters with one dash.
  const text = usage.replaceAll(/(^|[\s,[m])-(\w[\w-]+)/gm, "$1--$2");
  return colors ? text : stripVTControlCharacters(text);
}
