import fs from "node:fs";

/** Where in /proc/PID/stat, after the program's name, it says when the process began. */
const START_TIME_FIELD = 19;

/** See Disk.bootId. */
export async function bootId(): Promise<string | null> {
  try {
    return (await fs.promises.readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    return null;
  }
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
  if (process.platform !== "linux") return alive(pid) ? "" : null;
  try {
    const stat = await fs.promises.readFile(`/proc/${pid}/stat`, "utf8");
    // The program's name, in brackets, may hold anything; the 22nd field is the 20th after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // One that has ended and was not waited for yet holds nothing any more.
    return fields[0] === "Z" ? null : (fields[START_TIME_FIELD] ?? null);
  } catch {
    return null;
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
