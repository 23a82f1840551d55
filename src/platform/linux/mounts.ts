import fs from "node:fs";

/** From <linux/magic.h>: ext, XFS, Btrfs, tmpfs, ZFS, F2FS, bcachefs, overlayfs. */
const FILE_SYSTEMS_WITH_ANY_NAME: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x2fc12fc1, 0xf2f52010, 0xca451a4e, 0x794c7630,
]);

/** The kind of the file system of a folder, as {@link Disk.acceptsAnyName} asks for it. Throws the system's error. */
export async function acceptsAnyName(folder: string): Promise<boolean> {
  return FILE_SYSTEMS_WITH_ANY_NAME.has((await fs.promises.statfs(folder)).type >>> 0);
}

/** Where file systems are mounted. Empty where the system does not say. */
export async function mountPoints(): Promise<string[]> {
  try {
    const lines = (await fs.promises.readFile("/proc/self/mountinfo", "utf8")).split("\n");
    return lines.flatMap((line) => unescapePath(line.split(" ")[4] ?? "") || []);
  } catch {
    return [];
  }
}

/** A path of mountinfo, in which spaces and the like are written as octal digits. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
