import { spawnSync } from "node:child_process";
import fs from "node:fs";

/** Whether this process may mount file systems. */
export const MAY_MOUNT = process.getuid?.() === 0 && process.platform === "linux" && mayMount();

function mayMount(): boolean {
  const folder = fs.mkdtempSync("/tmp/redes-mount-");
  const can = run("mount", "-t", "tmpfs", "none", folder);
  if (can) run("umount", folder);
  fs.rmdirSync(folder);
  return can;
}

function run(program: string, ...args: string[]): boolean {
  return spawnSync(program, args).status === 0;
}

/** A small disk of its own in a folder, until it is disposed. */
export class Tmpfs implements Disposable {
  constructor(
    private readonly folder: string,
    /** As mount takes it: 16m. */
    size: string,
  ) {
    fs.mkdirSync(folder, { recursive: true });
    if (!run("mount", "-t", "tmpfs", "-o", `size=${size}`, "none", folder)) throw new Error(`cannot mount ${folder}`);
  }

  /** Gives it other options: size=40m, ro. */
  change(options: string): void {
    if (!run("mount", "-o", `remount,${options}`, this.folder)) throw new Error(`cannot change ${this.folder}`);
  }

  [Symbol.dispose](): void {
    run("umount", "-l", this.folder);
  }
}
