import fs from "node:fs";
import { dirname, resolve } from "node:path";
import * as v from "valibot";
import { type Fingerprint, LONGEST_TIME_STEP_MS } from "../../platform/content-state.ts";
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from "../../platform/disk/folders.ts";
import { MIB } from "../../platform/units.ts";

/** Which files of this machine were verified, so that they need not be read again while nobody changes them. */
export interface VerifiedFiles {
  /** Whether the file at a path was verified to have the version of an id, and was not changed since. */
  has(path: string, state: Fingerprint, id: string): boolean;
  /**
   * The file at a path has the version of an id. `seenAt`: a wall time (milliseconds) not after its state was looked at, which is
   * before it was read: what somebody has written since then must show.
   */
  add(path: string, state: Fingerprint, id: string, seenAt: number): void;
}

/** Files that are remembered, at most: those that were verified last. */
const MAX_FILES = 100_000;
/** Lines of the file from which on it is written anew: a file that is verified again has one more. */
const MAX_LINES = 2 * MAX_FILES;
/** Bytes beyond which it is not read: that many lines of usual paths are a third of it. */
const MAX_FILE_BYTES = 128 * MIB;

const whole = v.pipe(v.string(), v.regex(/^\d{1,20}$/));
/** Path, id, and the state: a line of the file. */
const line = v.tuple([v.string(), v.string(), v.number(), whole, whole, whole]);

/**
 * In a file of a line for each, which running programs share: each appends. To remember is a comfort: whatever fails here is
 * ignored, and the files are read again.
 */
export class VerifiedFilesStore implements VerifiedFiles {
  /** What was verified, as text, by the path; null before it was read. */
  private known: Map<string, string> | null;
  /** Lines that were appended since the file was read. */
  private appended = 0;

  constructor(
    /** Null: this process alone remembers. */
    private readonly path: string | null,
    private readonly maxFiles = MAX_FILES,
    private readonly maxLines = MAX_LINES,
    private readonly maxBytes = MAX_FILE_BYTES,
  ) {
    this.known = path === null ? new Map() : null;
  }

  has(path: string, state: Fingerprint, id: string): boolean {
    this.known ??= this.read();
    const key = resolve(path);
    return this.known.get(key) === lineOf(key, state, id);
  }

  add(path: string, state: Fingerprint, id: string, seenAt: number): void {
    const key = resolve(path);
    const text = lineOf(key, state, id);
    if (!isSettled(state, seenAt) || this.known?.get(key) === text) return;
    this.known?.set(key, text);
    if (this.path === null) return;
    try {
      fs.mkdirSync(dirname(this.path), { recursive: true, mode: PRIVATE_FOLDER_MODE });
      fs.appendFileSync(this.path, `${text}\n`, { mode: PRIVATE_FILE_MODE });
    } catch {
      // It is read again the next time.
    }
    this.appended += 1;
    if (this.appended > this.maxLines) this.known = this.read();
  }

  private read(): Map<string, string> {
    const known = new Map<string, string>();
    this.appended = 0;
    if (this.path === null) return known;
    try {
      const stat = fs.statSync(this.path);
      if (!stat.isFile()) return known;
      if (stat.size > this.maxBytes) {
        // Nobody would read it again, and everybody would write on.
        fs.rmSync(this.path);
        return known;
      }
      const lines = fs.readFileSync(this.path, "utf8").split("\n");
      for (const text of lines) {
        const path = pathIn(text);
        if (path === null) continue;
        // At its end again: it is one of the latest.
        known.delete(path);
        known.set(path, text);
      }
      for (const path of known.keys()) {
        if (known.size <= this.maxFiles) break;
        known.delete(path);
      }
      if (lines.length > this.maxLines) this.shorten(this.path, known);
    } catch {
      // There is none yet, or it cannot be read.
    }
    return known;
  }

  private shorten(path: string, known: ReadonlyMap<string, string>): void {
    const temporary = `${path}.${process.pid}`;
    try {
      fs.writeFileSync(temporary, [...known.values(), ""].join("\n"), { mode: PRIVATE_FILE_MODE });
      fs.renameSync(temporary, path);
    } catch {
      fs.rmSync(temporary, { force: true });
    }
  }
}

/**
 * Whether whoever changes the file from a wall time on gives it another time. The change time is compared too: it is the one
 * that programs cannot put back.
 */
function isSettled({ mtimeNs }: Fingerprint, seenAt: number): boolean {
  return seenAt - Number(mtimeNs / 1_000_000n) > LONGEST_TIME_STEP_MS;
}

function lineOf(path: string, { size, mtimeNs, ctimeNs, inode }: Fingerprint, id: string): string {
  return JSON.stringify([path, id, size, String(mtimeNs), String(ctimeNs), String(inode)] satisfies v.InferOutput<
    typeof line
  >);
}

/** Null for what is no line of ours. */
function pathIn(text: string): string | null {
  try {
    const [path] = v.parse(line, JSON.parse(text));
    return path;
  } catch {
    return null;
  }
}
