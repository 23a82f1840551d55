import { formatBytes } from "../base/units.ts";
import type { Ending } from "../client/result.ts";
import { endingText } from "../client/tables.ts";
import { kindOf } from "./paths.ts";

/** How a download ended, for people; and where what arrived is, if it was not to its end. */
export function tellEnding(ending: Ending, cancelled: boolean): string {
  const { name, path, size, receivedBytes, resumedBytes, duplicateBytes } = ending.result;
  const text = cancelled && ending.failure !== null ? `${name}: stopped` : endingText(ending);
  const there = receivedBytes + resumedBytes - duplicateBytes;
  if (ending.failure === null || there <= 0 || path === "-" || kindOf(`${path}.part`) !== "file") return text;
  const much = size === null ? formatBytes(there) : `${formatBytes(there)} of ${formatBytes(size)}`;
  return `${text}; ${much} are kept in ${path}.part, and the next get goes on from there`;
}
