import { type Sentence, say } from "../../sentences/sentence.ts";
import { MAX_SEGMENT_BYTES, nameFault } from "../name.ts";
import { isPartialName } from "./partial-names.ts";

/** Why nobody could share a file under this name, in a sentence; null: nothing of the name speaks against it. */
export function newNameFault(name: string): Sentence | null {
  const fault = nameFault(name);
  if (fault !== null) return say("{to} cannot be the name of a file: {fault}", { to: JSON.stringify(name), fault });
  if (isPartialName(name))
    return say("{to} is named like a file that another program has not finished, which nobody shares", { to: name });
  if (name.split("/").some((part) => Buffer.byteLength(part) > MAX_SEGMENT_BYTES))
    return say("a part of {to} is longer than {most} bytes, which no disk takes", {
      to: name,
      most: MAX_SEGMENT_BYTES,
    });
  return null;
}
