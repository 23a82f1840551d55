import { say } from "../../../sentences/sentence.ts";
import { shown } from "../../../text/shown/sentence.ts";
import type { LocalFiles } from "./local-files.ts";

/** What is left out is named up to here. */
const MAX_NAMED = 10;

/** What of folders is not put, in lines for people; and where there is nothing at all. `files`: that are put. */
export function leftTexts(left: LocalFiles["left"], files: number): string[] {
  const lines = left.slice(0, MAX_NAMED).map(({ label, why }) => say("{label} is left out: {why}", { label, why }));
  if (left.length > MAX_NAMED) lines.push(say("{count} more left out", { count: left.length - MAX_NAMED }));
  if (files === 0) lines.push(say("there is no file to put"));
  return lines.map(shown);
}
