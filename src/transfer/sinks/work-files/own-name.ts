import { basename, dirname, join } from "node:path";
import type { Disk } from "../../../platform/disk/disk.ts";
import { say } from "../../../sentences/sentence.ts";
import { SinkError } from "../sink.ts";
import type { WorkFiles } from "./work-files.ts";

/**
 * Throws {@link SinkError} where what is found at a path is there under another name, from which the file system does not tell
 * this one, as many do not tell capitals: to replace it would take away a file that nobody has named. Rejects with DiskError.
 */
export async function requireOwnName(
  disk: Pick<Disk, "acceptsAnyName" | "lstat" | "list">,
  { path, base }: Pick<WorkFiles, "path" | "base">,
): Promise<void> {
  if (!(await disk.lstat(path)) || (await disk.acceptsAnyName(dirname(path)))) return;
  // What is above the folder of all downloads its user has typed.
  for (let part = path; part === path || (base !== null && part.startsWith(`${base}/`)); part = dirname(part)) {
    const [folder, wanted] = [dirname(part), basename(part)];
    const entries = await disk.list(folder);
    if (entries.some(({ name }) => name === wanted)) continue;
    const there = entries.find(({ name }) => folded(name) === folded(wanted));
    throw new SinkError(
      there
        ? say("{path} is there already as {other}: the disk here does not tell these names from each other", {
            ...{ path, other: join(folder, there.name) },
          })
        : say("{path} is there already under another name: the disk here does not tell these names from each other", {
            path,
          }),
    );
  }
}

function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
