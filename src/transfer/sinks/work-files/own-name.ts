import { basename, dirname, join } from "node:path";
import type { Disk } from "../../../platform/disk/disk.ts";
import { SinkError } from "../sink.ts";
import type { WorkFiles } from "./work-files.ts";

/**
 * Throws {@link SinkError} where what is found at a path is there under another name, from which the file system does not tell
 * this one, as many do not tell capitals: to replace it would take away a file that nobody has named. Rejects with DiskError.
 */
export async function requireOwnName(
  disk: Pick<Disk, "takesAnyName" | "lstat" | "list">,
  { path, base }: Pick<WorkFiles, "path" | "base">,
): Promise<void> {
  if (!(await disk.lstat(path)) || (await disk.takesAnyName(dirname(path)))) return;
  // What is above the folder of all downloads its user has typed.
  for (let part = path; part === path || (base !== null && part.startsWith(`${base}/`)); part = dirname(part)) {
    const [folder, wanted] = [dirname(part), basename(part)];
    const entries = await disk.list(folder);
    if (entries.some(({ name }) => name === wanted)) continue;
    const there = entries.find(({ name }) => folded(name) === folded(wanted));
    const as = there ? `as ${join(folder, there.name)}` : "under another name";
    throw new SinkError(`${path} is there already ${as}: the disk here does not tell these names from each other`);
  }
}

function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
