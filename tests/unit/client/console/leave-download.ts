import fs from "node:fs";
import path from "node:path";
import { pathUnder } from "../../../../src/client/downloads/destination.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { encodeJournal, encodeMarks } from "../../../../src/transfer/sinks/journal.ts";
import { workFilesFor } from "../../../../src/transfer/sinks/work-files/work-files.ts";
import { content } from "../../transfer/content.ts";

/**
 * Puts the journal of a download of 3 MiB, of which the first pieces are there, as one of that name to a path left it; under
 * the folder where no path is said. Gives the path of the journal.
 */
export function leaveDownload(folder: string, name: string, pieces: number, at = pathUnder(folder, name)): string {
  const { version, hashes } = content(3 * MIB);
  const state = { name, version, hashes, session: null, file: { device: 1n, inode: 2n }, checked: true };
  const have = new Bitmap(3);
  for (let piece = 0; piece < pieces; piece++) have.add(piece);
  const { journal } = workFilesFor(at);
  fs.mkdirSync(path.dirname(journal), { recursive: true });
  fs.writeFileSync(journal, encodeMarks(encodeJournal(state), version.size, hashes, have));
  return journal;
}
