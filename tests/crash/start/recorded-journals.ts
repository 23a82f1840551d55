import fs from "node:fs";
import { decodeJournal, encodeJournal, encodeMarks } from "../../../src/transfer/sinks/journal.ts";

const JOURNAL = /(\.part)?\.journal$/;

/**
 * Makes the journals of parts be about copies of these parts, and newer than they are: then only the boot in which the marks
 * were made tells that they are not to be trusted. On the disk on which the power was lost the part is the same file as before,
 * and its times say nothing of its bytes. `session`: in which the marks count as made, if not in the recorded one.
 */
export function adoptParts(paths: Iterable<string>, session?: string): void {
  for (const path of paths) {
    const journal = JOURNAL.test(path) ? decodeJournal(fs.readFileSync(path)) : null;
    const part = `${path.replace(JOURNAL, "")}.part`;
    if (!journal || !fs.existsSync(part)) continue;
    const { ino, dev, ctime } = fs.statSync(part, { bigint: true });
    const header = encodeJournal({
      ...journal,
      session: session ?? journal.session,
      file: { inode: ino, device: dev },
    });
    fs.writeFileSync(path, encodeMarks(header, journal.version.size, journal.hashes, journal.have));
    const later = new Date(ctime.getTime() + 1000);
    fs.utimesSync(path, later, later);
  }
}
