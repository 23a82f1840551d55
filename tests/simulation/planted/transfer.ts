import type { Defect } from "./defect.ts";

/** Defects of how bytes come from other machines, and of what an interrupted download leaves. */
export const TRANSFER_DEFECTS: readonly Defect[] = [
  {
    name: "a piece is not verified",
    file: "src/transfer/connection/piece-connection.ts",
    find: "const right = bytesEqual(hasher.digest(), request.hash);",
    replace: "const right = hasher.digest().length === request.hash.length;",
    why: "a lying source or a flipped bit gets into a file that counts as verified",
  },
  {
    name: "a small file is not verified",
    file: "src/transfer/connection/small-files-connection.ts",
    find: "if (bytes.length !== file.size || !hashesMatch(file, hashes))",
    replace: "if (bytes.length !== file.size)",
    why: "a lying source gets its bytes into a shared folder",
  },
  {
    name: "a part is trusted",
    file: "src/transfer/sinks/leftover.ts",
    find: `if (newest > journal.mtimeNs) return "it was touched after its journal's last mark";`,
    replace: "",
    why: "what somebody wrote to an unfinished download counts as verified",
  },
  {
    name: "a journal is trusted after a power loss",
    file: "src/transfer/sinks/leftover.ts",
    find: `if (earlier.session !== session) return "the machine was started again since, or its disk was attached again";`,
    replace: "",
    why: "pieces whose bytes never reached the disk count as verified",
  },
  {
    name: "a journal of another version is trusted",
    file: "src/transfer/sinks/leftover.ts",
    find: `if (earlier.version.id !== version.id)
    return { pieces: within(version, part.size), doubt: "it is of another version" };`,
    replace: "",
    why: "a file that was replaced in the middle of a download becomes a mixture of two versions",
  },
  {
    name: "a part is renamed by its path",
    file: "src/transfer/sinks/work-files/publishing.ts",
    find: `  if (loss !== null) throw new SinkError(loss);
  try {`,
    replace: `  if (loss !== null && loss.includes("moved")) throw new SinkError(loss);
  try {`,
    why: "a file that somebody put in the place of the part gets the name of the finished download",
  },
  {
    name: "a folder that another download removes is missed",
    file: "src/transfer/sinks/work-files/made-folders.ts",
    find: "if (!isGone || loss === MAX_LOSSES) throw error;",
    replace: "if (!isGone || loss > 0) throw error;",
    why: "a download that waits for another one fails when that one fails, and says that a folder is missing",
  },
  {
    name: "a download is not synced",
    file: "src/transfer/sinks/part-file.ts",
    find: "await disk.sync(this.file);",
    replace: "",
    why: "after a power loss a finished download has holes",
  },
  {
    name: "small files are not synced",
    file: "src/transfer/connection/writing/small-files-writer.ts",
    find: "disk.syncfs(folder);",
    replace: "",
    why: "after a power loss a shared folder has files without their bytes, which are served",
  },
  {
    name: "a bundle of small files has no deadline",
    file: "src/transfer/connection/small-files-connection.ts",
    find: "const message = this.deadline?.check(this.deps.clock.now()) ?? null;",
    replace: "const message = null;",
    why: "a source that answers ping and sends nothing holds up copies for ever",
  },
  {
    name: "a source that does not open is waited for",
    file: "src/transfer/source.ts",
    find: `return this.state === "connecting" && now - this.attempt.at >= timeout;`,
    replace: "return false && timeout > now;",
    why: "a download whose only source answers nothing but ping never tries it again",
  },
  {
    name: "a lock on an unlinked journal counts",
    file: "src/transfer/sinks/work-files/work-lock.ts",
    find: "const isGone = !(await isAt(disk, journal, files.journal)) || !",
    replace: "const isGone = !",
    why: "a download works without a journal at its path: when it is broken off, all of it must come again",
  },
  {
    name: "a part is not locked",
    file: "src/transfer/sinks/work-files/work-lock.ts",
    find: `if (disk.lockBeyondEnd(part) === "held") return`,
    replace: "if (part < 0) return",
    why: "two downloads write to one part when somebody has taken the journal away",
  },
];
