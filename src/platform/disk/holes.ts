import fs from "node:fs";
import { nextData, nextHole } from "../linux/file-space.ts";

/** Holes in one answer: a file may have one in every other block. */
const MAX_HOLES = 1024;

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
