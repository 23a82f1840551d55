import fs from "node:fs";
import { nextData, nextHole, punchHole } from "../linux/file-space.ts";
import { GIB, MIB } from "../units.ts";
import { writeFully } from "./full-io.ts";

/** Holes in one answer: a file may have one in every other block. */
const MAX_HOLES = 1024;
/** Bytes whose room is given back with one call: others get their turn after it. */
const MAX_HOLE_BYTES = GIB;
/** Bytes of zeros that are written at once. */
const MAX_ZERO_BYTES = MIB;

/** Like `BlockingDisk.holes`. Where the system does not say there is no hole. */
export function holes(fd: number, position: number, length: number): readonly (readonly [number, number])[] {
  const end = position + length;
  const first = nextHole(fd, position) ?? end;
  if (first >= end) return [];
  try {
    fs.fdatasyncSync(fd);
  } catch {
    return [];
  }
  const found: [number, number][] = [];
  for (let hole = nextHole(fd, position); hole !== null && hole < end && found.length < MAX_HOLES; ) {
    // At the end of the file nothing follows a hole.
    const data = nextData(fd, hole) ?? fs.fstatSync(fd).size;
    if (data <= hole) break;
    found.push([hole, Math.min(data, end) - hole]);
    hole = nextHole(fd, data);
  }
  return found;
}

/** Makes bytes of a file read as zeros: a hole where the file system can. Rejects with the system's error. */
export async function zeroRange(fd: number, position: number, length: number): Promise<void> {
  for (let done = 0; done < length; done += MAX_HOLE_BYTES) {
    const part = Math.min(MAX_HOLE_BYTES, length - done);
    if (!punchHole(fd, position + done, part)) await writeZeros(fd, position + done, part);
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function writeZeros(fd: number, position: number, length: number): Promise<void> {
  const zeros = new Uint8Array(Math.min(length, MAX_ZERO_BYTES));
  for (let done = 0; done < length; done += zeros.length) {
    await writeFully(fd, zeros.subarray(0, length - done), position + done);
  }
}
