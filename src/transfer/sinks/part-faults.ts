import type { Bitmap } from "../../protocol/versions/bitmap.ts";
import { counted, type Sentence, say, type Told } from "../../sentences/sentence.ts";
import { SinkError } from "./sink.ts";

/** What may be wrong with the part of a file, for its user. `part`, `path`: where it is. */

export function isChecked(name: string, part: string, whyVerify: Told): Sentence {
  return say("{name}: {part} is checked piece by piece: {reason}", { name, part, reason: whyVerify });
}

export function uncheckable(part: string, reason: Told): SinkError {
  return new SinkError(say("{part} cannot be checked: {reason}", { part, reason }));
}

export function writtenTo(path: string): SinkError {
  return new SinkError(say("{path} was written to while it got its name: what is there was not verified", { path }));
}

export function changedInLength(part: string): SinkError {
  return new SinkError(
    say("{part} was changed by somebody while it grew: its length changes; run it once more", { part }),
  );
}

/** `lost`: the pieces that are not right any more. */
export function changedPieces(part: string, lost: Pick<Bitmap, "size" | "length">): SinkError {
  const pieces = counted(lost.size, "piece");
  return new SinkError(
    say("{part} was changed by somebody while it grew: {pieces} of {all} must come again; run it once more", {
      ...{ part, pieces, all: lost.length },
    }),
  );
}
