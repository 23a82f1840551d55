import type { FinishedDownload } from "../../client/downloads/result.ts";
import { finishedText } from "../../client/tables.ts";
import { shownBytes } from "../../text/shown/numbers.ts";
import { texts } from "../../text/texts.ts";

/** How a download ended, for people; and where what arrived is, if it was not to its end. */
export function describeEnding(ending: FinishedDownload, cancelled: boolean): string {
  const { name, size, receivedBytes, resumedBytes, reusedBytes = 0, duplicateBytes } = ending.result;
  const { downloads } = texts();
  const text = cancelled && ending.failure !== null ? downloads.stopped(name) : finishedText(ending);
  const there = receivedBytes + resumedBytes + reusedBytes - duplicateBytes;
  const { partFile } = ending;
  if (ending.failure === null || there <= 0 || partFile === null) return text;
  if (size === null) return downloads.someKept(text, shownBytes(there), partFile);
  // Not all that came need be right: somebody may have touched it since.
  if (there >= size) return downloads.whatCameKept(text, partFile);
  return downloads.partKept(text, shownBytes(there), shownBytes(size), partFile);
}
