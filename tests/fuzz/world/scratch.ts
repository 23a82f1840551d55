import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { FILE, SMALL } from "./content.ts";

/** Files of the targets on the real disk. */
export class Scratch implements Disposable {
  private readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "redes-fuzz-")));
  readonly small = path.join(this.root, "small");
  /** Descriptor of the file that a secondary serves. */
  readonly served: number;
  /** Descriptor of the file that a download writes to. */
  readonly part: number;
  private folders = 0;

  constructor() {
    const file = path.join(this.root, "file");
    fs.writeFileSync(file, FILE.bytes);
    fs.writeFileSync(this.small, SMALL.bytes);
    this.served = fs.openSync(file, "r");
    this.part = fs.openSync(path.join(this.root, "part"), "w+");
  }

  /** A new empty folder. */
  folder(): string {
    this.folders += 1;
    const folder = path.join(this.root, `folder${this.folders}`);
    fs.mkdirSync(folder);
    return folder;
  }

  remove(folder: string): void {
    fs.rmSync(folder, { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.served);
    fs.closeSync(this.part);
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}
