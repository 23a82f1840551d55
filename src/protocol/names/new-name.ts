import { MAX_SEGMENT_BYTES, nameFault } from "../name.ts";
import { isPartialName } from "./partial-names.ts";

/** Why nobody could share a file under this name, in a sentence; null: nothing of the name speaks against it. */
export function newNameFault(name: string): string | null {
  const fault = nameFault(name);
  if (fault !== null) return `${JSON.stringify(name)} cannot be the name of a file: ${fault}`;
  if (isPartialName(name))
    return `${name} is named like a file that another program has not finished, which nobody shares`;
  if (name.split("/").some((part) => Buffer.byteLength(part) > MAX_SEGMENT_BYTES))
    return `a part of ${name} is longer than ${MAX_SEGMENT_BYTES} bytes, which no disk takes`;
  return null;
}
