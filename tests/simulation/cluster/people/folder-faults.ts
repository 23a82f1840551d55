import { parentOf } from "../../../../src/platform/disk/names.ts";
import type { SeededRandom } from "../../world/random.ts";
import type { SimSecondary } from "../servers/sim-secondary.ts";
import type { Users } from "./users.ts";

/** A file as it was before a fault. */
export interface PastFile {
  readonly id: string;
  /** Whether somebody put the content there again that its secondary has stored. */
  readonly isPutAgain: boolean;
}

/** What faults do to files of the shared folders, and what becomes of the versions that people had made there. */
export class FolderFaults {
  constructor(private readonly users: Users) {}

  /** A bit of a file flips on the disk. */
  flipBit(secondary: SimSecondary, name: string, random: SeededRandom): void {
    const { contents, versions } = this.users;
    const files = this.users.filesOf(secondary);
    const id = files.idOf(name);
    if (id === null || !files.flipBit(name, random)) return;
    const bytes = files.read(name);
    if (bytes) {
      const damagedId = contents.learn(bytes, false);
      // Without its data the secondary takes it for a file of its own.
      versions.found(name, damagedId);
      // What it has not read since somebody wrote it is what that person wrote, as far as it can know.
      if (!secondary.hasRead(name, files.modifiedNs(name))) versions.pass(secondary, name, damagedId, id);
      versions.damaged(id, damagedId);
    }
    versions.excuseUnlessElsewhere(name, id);
  }

  /** The files of a folder before a fault that may change them. */
  filesBefore(secondary: SimSecondary): ReadonlyMap<string, PastFile> {
    const files = this.users.filesOf(secondary);
    const past = [...files.all()].map(([name, id]): [string, PastFile] => {
      return [name, { id, isPutAgain: secondary.hasStoredEarlier(name, id, files.modifiedNs(name)) }];
    });
    return new Map(past);
  }

  /** A fault has changed files of a folder, which were these before. */
  changedSince(secondary: SimSecondary, before: ReadonlyMap<string, PastFile>): void {
    const { contents, versions, leftFolders } = this.users;
    const files = this.users.filesOf(secondary);
    for (const [name, id] of files.all()) {
      const past = before.get(name);
      const bytes = past?.id === id ? null : files.read(name);
      if (!bytes) continue;
      versions.found(name, contents.learn(bytes, false));
      // A name that somebody took from a file is back, and what was written to the file by its new name: to the program an edit.
      if (!past && !secondary.hasRead(name, files.modifiedNs(name))) versions.pass(secondary, name, id, null);
      // The program knows the content that somebody put there again: it cannot know that this is not what it finds.
      if (past?.isPutAgain && !secondary.hasRead(name, files.modifiedNs(name)))
        versions.pass(secondary, name, id, past.id);
    }
    for (const [name, { id }] of before) {
      const now = files.idOf(name);
      if (now === null) {
        // Its secondary knows it still.
        versions.gone(secondary, name, id);
        leftFolders.add(secondary, parentOf(name));
      } else if (now !== id) versions.excuseUnlessElsewhere(name, id);
    }
  }
}
