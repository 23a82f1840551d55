import { dirname } from "node:path";
import { type Disk, DiskError, type FileId, type Reach, sameFile } from "../../../platform/disk/disk.ts";
import { type Sentence, say } from "../../../sentences/sentence.ts";
import { SinkError } from "../sink.ts";
import { requireOwnName } from "./own-name.ts";
import type { WorkFiles } from "./work-files.ts";

export interface Publication {
  readonly disk: Disk;
  readonly files: WorkFiles;
  /** Whether what stands at the finished file's path may be replaced. */
  readonly force: boolean;
}

/**
 * Renames a part to its name: only the open file `own`, and no other file that may be at its path by now. Throws
 * {@link SinkError} or DiskError.
 */
export async function publish({ disk, files, force }: Publication, own: FileId): Promise<void> {
  const { path, part, reach } = files;
  // A file of another name may have come there while this one grew.
  if (force) await requireOwnName(disk, files);
  const loss = await lossOf(disk, files, own);
  if (loss !== null) throw new SinkError(loss);
  try {
    if (force) await disk.rename(part, path, reach);
    else await disk.renameNoReplace(part, path, reach);
  } catch (error) {
    if (!(error instanceof DiskError) || error.failure !== "exists") throw error;
    throw new SinkError(
      say("{path} has come into being meanwhile: the finished download is in {part}", { path, part }),
    );
  }
  const after = await disk.lstat(path);
  if (after && sameFile(after, own)) return;
  throw new SinkError(say("{path} was replaced while it got its name: what is there was not verified", { path }));
}

/** Whether an open file is still the one at a path. */
export async function isAt(disk: Disk, fd: number, path: string): Promise<boolean> {
  const there = await disk.lstat(path);
  return there !== null && sameFile(there, await disk.fstat(fd));
}

/** Removes an open file from its path, unless another one is there. Throws DiskError. */
export async function removeOwn(disk: Disk, fd: number, path: string, reach: Reach): Promise<void> {
  if (await isAt(disk, fd, path)) await disk.remove(path, reach);
}

/** Removes an open file from its path when it is empty. Throws DiskError. */
export async function removeEmpty(disk: Disk, fd: number, path: string, reach: Reach): Promise<void> {
  if ((await disk.fstat(fd)).size === 0) await removeOwn(disk, fd, path, reach);
}

/** What has become of a part that is not at its path any more, for people; null when it is. Throws DiskError. */
export async function lossOf(disk: Disk, { path, part }: WorkFiles, own: FileId): Promise<Sentence | null> {
  const there = await disk.lstat(part);
  if (there && sameFile(there, own)) return null;
  if (there)
    return say("{part} was replaced by another file while it grew: nothing was put at {path}; run it again", {
      part,
      path,
    });
  if (await disk.stat(dirname(part)))
    return say("{part} was moved or removed while it grew: nothing was put at {path}; run it again", { part, path });
  return say("the folder {folder} was moved or removed during the download: nothing was put at {path}", {
    folder: dirname(part),
    path,
  });
}
