import fs from "node:fs";
import { DiskError } from "../disk/disk.ts";
import { diskCall } from "../disk/disk-errors.ts";

/** Where in /proc/PID/stat, after the program's name, it says when the process began. */
const START_TIME_FIELD = 19;

/** See Disk.bootId. */
export async function bootId(): Promise<string | null> {
  return (await readFromKernel("/proc/sys/kernel/random/boot_id"))?.trim() ?? null;
}

/** See Disk.diskSequence. */
export async function diskSequence(device: bigint): Promise<string> {
  // As the C library takes them out of st_dev.
  const [major, minor] = [(device >> 8n) & 0xfffn, (device & 0xffn) | ((device >> 12n) & 0xfff00n)];
  // A partition's is that of its disk.
  for (const place of ["diskseq", "../diskseq"]) {
    try {
      return (await fs.promises.readFile(`/sys/dev/block/${major}:${minor}/${place}`, "utf8")).trim();
    } catch {
      // Not there.
    }
  }
  return "";
}

/** See Disk.processStart. */
export async function processStart(pid: number): Promise<string | null> {
  const stat = await readFromKernel(`/proc/${pid}/stat`);
  // Where /proc hides the processes of other users, or is not mounted.
  if (stat === null) return exists(pid) ? "" : null;
  // The program's name, in brackets, may hold anything; the 22nd field is the 20th after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // One that has ended and was not waited for yet holds nothing any more.
  return fields[0] === "Z" ? null : (fields[START_TIME_FIELD] ?? "");
}

/** Null where the kernel has no such file. That too much is open is no answer: it throws DiskError. */
async function readFromKernel(path: string): Promise<string | null> {
  try {
    return await diskCall("read", path, () => fs.promises.readFile(path, "utf8"));
  } catch (error) {
    if (error instanceof DiskError && error.failure === "limit") throw error;
    return null;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
