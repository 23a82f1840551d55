import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { temporaryFolder } from "./folder.ts";
import { MAY_MOUNT } from "./tmpfs.ts";

const PROGRAMS = ["losetup", "mkfs.exfat", "mount.exfat-fuse"];

/** Whether this process may mount an exFAT, by Debian's packages exfatprogs and exfat-fuse. */
export const MAY_FOLD = MAY_MOUNT && fs.existsSync("/dev/fuse") && PROGRAMS.every((name) => Bun.which(name) !== null);

/** A disk that finds a file by its name in capitals too, as those of cameras and of Windows do; until it is disposed. */
export class ExfatDisk implements Disposable {
  readonly folder = temporaryFolder();
  private readonly device: string;

  constructor() {
    const image = path.join(temporaryFolder(), "image");
    fs.closeSync(fs.openSync(image, "w"));
    fs.truncateSync(image, 32 * 1024 * 1024);
    run("mkfs.exfat", image);
    this.device = run("losetup", "--find", "--show", image).trim();
    run("mount.exfat-fuse", this.device, this.folder);
  }

  [Symbol.dispose](): void {
    run("umount", "-l", this.folder);
    run("losetup", "--detach", this.device);
  }
}

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program}: ${stderr || stdout}`);
  return stdout;
}
