import { fstatSync, writeSync } from "node:fs";
import { canWrite } from "../../platform/linux/stream-calls.ts";

/**
 * stdout and stderr. To load the streams of the runtime takes 10 ms of a processor, as long as a small file. So a command that
 * writes a line or two to a file or a pipe does that without them.
 */
type Name = "stdout" | "stderr";

const DESCRIPTORS: Readonly<Record<Name, number>> = { stdout: 1, stderr: 2 };
/** The device number of /dev/null, on every Linux. */
const NULL_DEVICE = 0x103;
/** Bytes for which a pipe has room when it has room at all: PIPE_BUF of Linux. */
const PIPE_BYTES = 4096;

/** Those that are loaded: what is written after something that waits in one must go the same way. */
const loaded = new Map<Name, NodeJS.WriteStream>();

/** The stream of the runtime. That its reader is gone is no reason to crash. */
export function streamOf(name: Name): NodeJS.WriteStream {
  const known = loaded.get(name);
  if (known) return known;
  const stream = process[name];
  stream.on("error", () => {});
  loaded.set(name, stream);
  return stream;
}

/** Whether it leads to a terminal. Loads the stream only where it may. */
export function isTerminal(name: Name): boolean {
  return kindOf(name) === "device" && streamOf(name).isTTY === true;
}

/**
 * Writes all of a text without waiting, and without the stream of the runtime; false where that cannot be promised, and
 * nothing is written. Throws what the system says.
 */
export function writeAtOnce(name: Name, text: string): boolean {
  if (loaded.has(name)) return false;
  const bytes = Buffer.from(text);
  const kind = kindOf(name);
  const fd = DESCRIPTORS[name];
  if (kind === "pipe" ? bytes.length > PIPE_BYTES || !canWrite(fd) : kind !== "file") return false;
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  return true;
}

/** Writes to stderr. What cannot be written is lost. */
export function writeStderr(text: string): void {
  try {
    if (writeAtOnce("stderr", text)) return;
  } catch {
    return;
  }
  streamOf("stderr").write(text);
}

/** `file`: what takes everything at once, as /dev/null does. `device`: a terminal, or something like one. */
function kindOf(name: Name): "file" | "pipe" | "device" | "other" {
  try {
    const stat = fstatSync(DESCRIPTORS[name]);
    if (stat.isFile() || stat.rdev === NULL_DEVICE) return "file";
    if (stat.isFIFO()) return "pipe";
    return stat.isCharacterDevice() ? "device" : "other";
  } catch {
    return "other";
  }
}
