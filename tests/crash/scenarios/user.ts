import fs from "node:fs";
import { dirname } from "node:path";
import { USER_PART } from "./play.ts";

/**
 * What a user's program does that puts files into a folder: each is written beside its name, in parts, renamed, and not
 * synced. The folders count as made long ago: they are. Arguments: where each file is, and where it is to be.
 */
const PART_BYTES = 128 * 1024;
const files = process.argv.slice(2);
for (let at = 0; at + 1 < files.length; at += 2) put(files[at] ?? "", files[at + 1] ?? "");

function put(from: string, path: string): void {
  const topmost = fs.mkdirSync(dirname(path), { recursive: true });
  if (topmost !== undefined) syncFolders(dirname(path), dirname(topmost));
  const bytes = fs.readFileSync(from);
  const beside = `${path}${USER_PART}`;
  const fd = fs.openSync(beside, "w");
  for (let position = 0; position < bytes.length; position += PART_BYTES) {
    fs.writeSync(fd, bytes, position, Math.min(PART_BYTES, bytes.length - position), position);
  }
  fs.closeSync(fd);
  fs.renameSync(beside, path);
}

function syncFolders(innermost: string, outermost: string): void {
  for (let folder = innermost; folder.length >= outermost.length; folder = dirname(folder)) {
    const fd = fs.openSync(folder, "r");
    fs.fsyncSync(fd);
    fs.closeSync(fd);
  }
}
