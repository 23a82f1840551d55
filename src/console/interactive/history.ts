import fs from "node:fs";
import path from "node:path";
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from "../../platform/disk/folders.ts";
import { MIB } from "../../platform/units.ts";

/** Lines that are kept, as many shells do: weeks of what somebody types. */
export const MAX_HISTORY_LINES = 1000;
/** Bytes beyond which a file is none of ours: that many usual lines are a tenth of it. */
const MAX_FILE_BYTES = MIB;

/**
 * The lines typed in this run and the ones before. The file may be shared by several running programs: each appends its
 * lines at once. History is a comfort: whatever fails here is ignored.
 */
export class History {
  private readonly path: string | null;
  private last: string | undefined;
  private inFile = 0;
  /** As the file had them when the program started, the newest first. */
  readonly earlier: readonly string[];

  constructor(path: string | null) {
    this.path = path;
    const lines = this.read();
    this.inFile = lines.length;
    this.last = lines.at(-1);
    this.earlier = lines.slice(-MAX_HISTORY_LINES).reverse();
    if (lines.length > MAX_HISTORY_LINES) this.shorten();
  }

  add(line: string): void {
    if (this.path === null || line.trim() === "" || line === this.last) return;
    this.last = line;
    try {
      fs.mkdirSync(path.dirname(this.path), { recursive: true, mode: PRIVATE_FOLDER_MODE });
      fs.appendFileSync(this.path, `${line}\n`, { mode: PRIVATE_FILE_MODE });
      fs.chmodSync(this.path, PRIVATE_FILE_MODE);
      this.inFile += 1;
    } catch {
      return;
    }
    if (this.inFile > MAX_HISTORY_LINES) this.shorten();
  }

  private read(): string[] {
    if (this.path === null) return [];
    try {
      const stat = fs.statSync(this.path);
      // Not a file of ours: a device, or something huge that was named by mistake.
      if (!stat.isFile() || stat.size > MAX_FILE_BYTES) return [];
      const lines = fs.readFileSync(this.path, "utf8").split("\n");
      return lines.filter((line) => line.trim() !== "");
    } catch {
      return [];
    }
  }

  /** Reads again first, so that what another program has appended stays. */
  private shorten(): void {
    if (this.path === null) return;
    const lines = this.read().slice(-MAX_HISTORY_LINES);
    if (lines.length === 0) return;
    const temporary = `${this.path}.${process.pid}`;
    try {
      fs.writeFileSync(temporary, `${lines.join("\n")}\n`, { mode: PRIVATE_FILE_MODE });
      fs.renameSync(temporary, this.path);
      this.inFile = lines.length;
    } catch {
      fs.rmSync(temporary, { force: true });
    }
  }
}
