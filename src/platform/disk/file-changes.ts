import fs from "node:fs";
import { promisify } from "node:util";
import { libc } from "../linux/libc.ts";

/** Bytes whose room is given back with one call: others get their turn after it. */
const MAX_HOLE_BYTES = 2 ** 30;
/** Bytes of zeros that are written at once. */
const MAX_ZERO_BYTES = 2 ** 20;

const write = promisify(fs.write) as (
  fd: number,
  bytes: Uint8Array,
  offset: number,
  length: number,
  position: number,
) => Promise<number | { readonly bytesWritten: number }>;

/** Makes bytes of a file read as zeros: a hole where the file system can. Rejects with the system's error. */
export async function zeroRange(fd: number, position: number, length: number): Promise<void> {
  for (let done = 0; done < length; done += MAX_HOLE_BYTES) {
    const part = Math.min(MAX_HOLE_BYTES, length - done);
    if (!libc()?.punchHole(fd, position + done, part)) await writeZeros(fd, position + done, part);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function writeZeros(fd: number, position: number, length: number): Promise<void> {
  const zeros = new Uint8Array(Math.min(length, MAX_ZERO_BYTES));
  for (let done = 0; done < length; ) {
    const wrote = await write(fd, zeros, 0, Math.min(zeros.length, length - done), position + done);
    done += typeof wrote === "number" ? wrote : wrote.bytesWritten;
  }
}

/** Sets a file's modification time, in microseconds since 1970; says whether the file system did. */
export function setModified(fd: number, modified: number): boolean {
  if (!Number.isSafeInteger(modified) || modified < 0) throw new RangeError(`not a time: ${modified}`);
  const c = libc();
  if (c) return c.setModified(fd, BigInt(modified) * 1000n);
  try {
    // A float of seconds is not exact to the microsecond.
    fs.futimesSync(fd, new Date(), modified / 1e6);
    return true;
  } catch {
    return false;
  }
}
