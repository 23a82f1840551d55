import { isCoarseTime } from "../../platform/content-state.ts";
import { type FileStat, sameFile } from "../../platform/disk/disk.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import type { JournalState } from "./journal.ts";

/** What an earlier try left, as it is found under the lock. */
export interface Leftover {
  /** What its journal says; null when that is missing, damaged or none. */
  readonly earlier: JournalState | null;
  readonly part: FileStat;
  readonly journal: FileStat;
}

/** Pieces that may be here already. */
export interface ClaimedPieces {
  readonly pieces: Bitmap;
  /** Why they must be read before they count; null: they count as they are. */
  readonly whyVerify: Sentence | null;
}

/**
 * The pieces of a leftover that may be used for a version, in this session (see markSession). A pure function. Without being
 * read, pieces count only where nothing has touched the part since the last mark: a connection writes a piece and then its
 * mark, so a part that is newer than its journal has bytes without a mark. A killed process wrote them, or another program.
 */
export function claimedPieces(
  { earlier, part, journal }: Leftover,
  version: Version,
  session: string | null,
): ClaimedPieces {
  if (part.size === 0) return { pieces: new Bitmap(pieceCount(version.size)), whyVerify: null };
  if (!earlier) return { pieces: within(version, part.size), whyVerify: say("its journal is missing or damaged") };
  if (earlier.version.id !== version.id)
    return { pieces: within(version, part.size), whyVerify: say("it is of another version") };
  // A part has its full length before the first mark is made.
  if (part.size !== version.size)
    return { pieces: within(version, part.size), whyVerify: say("somebody has cut it or added to it") };
  return { pieces: earlier.have, whyVerify: whyVerifyOf(earlier, part, journal, session) };
}

function whyVerifyOf(
  earlier: JournalState,
  part: FileStat,
  journal: FileStat,
  session: string | null,
): Sentence | null {
  if (earlier.have.size === 0) return null;
  if (!earlier.checked) return say("it was being checked when the last try ended");
  if (session === null) return say("nothing tells that it was not touched since");
  if (earlier.session !== session) return say("the machine was started again since, or its disk was attached again");
  if (!sameFile(earlier.file, part)) return say("it is a copy of the file that its journal is about");
  const newest = part.mtimeNs > part.ctimeNs ? part.mtimeNs : part.ctimeNs;
  if (newest > journal.mtimeNs) return say("it was touched after its journal's last mark");
  const sameStep = newest === journal.mtimeNs && isCoarseTime(newest);
  return sameStep ? say("its disk counts times in seconds, which does not tell whether it was touched since") : null;
}

/** All pieces that have at least one byte in a part of `size` bytes. */
function within(version: Version, size: number): Bitmap {
  const pieces = new Bitmap(pieceCount(version.size));
  const end = Math.ceil(Math.min(size, version.size) / pieceSize(version.size));
  for (let piece = 0; piece < end; piece++) pieces.add(piece);
  return pieces;
}
