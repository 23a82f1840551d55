import type { FinishedDownload } from "../../client/downloads/result.ts";
import { finishedText } from "../../client/tables.ts";
import { formatBytes } from "../../platform/units.ts";

/** How a download ended, for people; and where what arrived is, if it was not to its end. */
export function describeEnding(ending: FinishedDownload, cancelled: boolean): string {
  const { name, size, receivedBytes, resumedBytes, reusedBytes = 0, duplicateBytes } = ending.result;
  const text = cancelled && ending.failure !== null ? `${name}: stopped` : finishedText(ending);
  const there = receivedBytes + resumedBytes + reusedBytes - duplicateBytes;
  if (ending.failure === null || there <= 0 || ending.partFile === null) return text;
  // Not all that came need be right: somebody may have touched it since.
  const much =
    size !== null && there >= size
      ? "what came is"
      : `${formatBytes(there)}${size === null ? "" : ` of ${formatBytes(size)}`} are`;
  return `${text}; ${much} kept in ${ending.partFile}, and the next get goes on from there`;
}
