import type { Defect } from "./defect.ts";

/** Defects of how shared folders are changed. */
export const FOLDER_DEFECTS: readonly Defect[] = [
  {
    name: "the marker is not checked",
    file: "src/secondary/folder/marker.ts",
    find: "if (familiar || (id === null && !records)) return",
    replace: 'if (familiar || found.kind === "unmarked" || (id === null && !records)) return',
    why: "an empty mount point is shared in the place of the disk that is not there",
    breaks: ["nothing is written to another disk"],
    needs: ["unmounted disk", "pulled disk"],
  },
  {
    name: "a disk that goes is not noticed",
    file: "src/secondary/folder/folder-guard.ts",
    find: `if (stat.device !== folder.device)
        return say("the disk of the shared folder {root} is not in its place", { root });
      if (stat.inode !== folder.inode)
        return say("another folder is in the place of the shared folder {root}", { root });
      const found = marker && (await disk.lstat(join(root, STAGING_FOLDER, MARKER)));
      if (!marker || (found && isAt(found, marker))) return null;`,
    replace: "if (stat.device || folder || marker) return null;",
    why: "all files of a disk that was unmounted count as deleted, and copies fail for ever, since nothing is put elsewhere",
    breaks: ["replicas converge"],
    needs: ["unmounted disk", "pulled disk"],
  },
  {
    name: "a disk that goes in the last moment is not noticed",
    file: "src/secondary/folder/anchored-disk.ts",
    find: "isBeneath(path) ? narrowed(guard.reach(), reach) : reach;",
    replace: "isBeneath(path) && isSpot(reach) ? { anchor: null, device: reach.device } : reach;",
    why: "between the look and what is done then, an empty mount point or another disk comes into its place",
    breaks: ["nothing is written to another disk"],
    needs: ["take a disk away while its folder changes"],
  },
  {
    name: "room is not reserved",
    file: "src/secondary/replication/placement/disk-space.ts",
    find: "for (const other of this.reservations) if (other.staging === staging) needed += other.remaining();",
    replace: "",
    why: "several copies are begun for which there is not enough room together, and all of them fail",
    breaks: ["copies have room"],
    needs: ["room for one of two", "full disk"],
  },
  {
    name: "room is not looked at",
    file: "src/secondary/replication/placement/disk-space.ts",
    find: "if ((await this.deps.disk.freeBytes(staging)) >= needed) return true;",
    replace: "if ((await this.deps.disk.freeBytes(staging)) >= 0) return true;",
    why: "copies are begun for which there is no room, and fail in the middle",
    breaks: ["copies have room"],
    needs: ["room for one of two", "full disk"],
  },
  {
    name: "a rename is lost in a power loss",
    file: "src/secondary/changes/folder-changes.ts",
    find: "if (replaced.length > 0) await this.steps.syncParents(replaced);",
    replace: "",
    why: "the old version is back under a name whose record says the new one, and counts as an edit of it",
    breaks: ["older never replaces newer"],
    needs: ["power loss", "pulled disk", "lose power once a file is replaced"],
  },
  {
    name: "a kept file is not made durable",
    file: "src/secondary/changes/removal-steps.ts",
    find: `await slot.sync();
      // The sync lasts`,
    replace: "// The sync lasts",
    why: "a replaced file is lost in a power loss instead of kept",
    breaks: ["what leaves a folder is kept"],
    needs: ["power loss", "pulled disk", "lose power once a file is replaced"],
  },
  {
    name: "a replaced file is not kept",
    file: "src/secondary/changes/removal-steps.ts",
    find: `return stat?.kind === "file" ? this.kept.reserve(known, why) : null;`,
    replace: "return stat === undefined ? this.kept.reserve(known, why) : null;",
    why: "what a replacement takes out of a folder cannot be restored",
    breaks: ["what leaves a folder is kept"],
  },
  {
    name: "a new file is overwritten",
    file: "src/secondary/changes/install-steps.ts",
    find: 'await this.disk.renameNoReplace(from, this.sharedFolder.pathOf(name), "real");',
    replace: "await this.disk.rename(from, this.sharedFolder.pathOf(name));",
    why: "a file that a user puts there in the middle of a copy is lost",
    breaks: ["older never replaces newer", "what leaves a folder is kept"],
  },
  {
    name: "an edit before the rename is not noticed",
    file: "src/secondary/changes/removal-steps.ts",
    find: `if (!(await this.disk.renameIf(from, path, (there) => isRecorded(there, known), "real"))) return false;`,
    replace: `await this.disk.rename(from, path, "real");`,
    why: "a file that a user puts there while the kept one is synced is lost",
    breaks: ["older never replaces newer", "what leaves a folder is kept"],
  },
  {
    name: "a file is recorded that changed while it was hashed",
    file: "src/secondary/scanning/file-checker.ts",
    find: "if (hashed && sameFingerprint(before, hashed.stat)) {",
    replace: "if (hashed) {",
    why: "half of an edit becomes a version",
    breaks: ["what is being written is no version"],
    needs: ["write over a new file in steps"],
  },
  {
    name: "who writes to a file is not asked",
    file: "src/secondary/scanning/file-checker.ts",
    find: "const unfinished = hasWriters || this.sharedFolder.rulesPending",
    replace: "const unfinished = this.sharedFolder.rulesPending",
    why: "a file that is still being written is shared",
    breaks: ["what is being written is no version"],
    needs: ["write over a new file in steps"],
  },
];
