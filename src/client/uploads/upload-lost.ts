import { say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import { changed, type SentFile } from "./sent-file.ts";

/** The session was lost, or never made, or the secondary keeps nothing: it may be tried again. */
export class UploadLost extends SentenceError {}

/** Why a piece is wrong at a secondary each time: this file changes while it is sent, or the secondary does not keep what it gets. */
export async function wrongPieceError(file: SentFile, piece: number, secondary: number): Promise<Error> {
  try {
    if (!(await file.isUnchanged(piece))) return changed(file.path);
  } catch (error) {
    return error as Error;
  }
  const text = "secondary {number} reads other bytes than it was sent: its disk, or somebody there, changes them";
  return new UploadLost(say(text, { number: secondary }));
}
