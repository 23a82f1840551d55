import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type ContentState, contentState } from "../../../src/platform/content-state.ts";
import { MIB } from "../../../src/platform/units.ts";

/** A file that the attacked servers serve. */
export interface WebFile {
  readonly name: string;
  /** The id of its version. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
  /** Microseconds since 1970. */
  readonly modified: number;
  readonly sha256: string | null;
}

/** More than the buffers of a connection hold: a reader of all of it is never far ahead of what it takes. */
const FILM_BYTES = 24 * MIB;
/** Prime, so that no two blocks of the server are the same. */
const PERIOD = 65_521;
const MODIFIED = 1_700_000_000_000_000;

const NAMES = ["film.mkv", "a b/ñ%?#.txt", "a b/page.html", "empty", "folder/deep/er/1.mp4", "odd \"'<&>;\ufffe.svg"];

/** In the order of {@link NAMES}: the first is the large one, and one is empty. */
export const WEB_FILES: readonly WebFile[] = NAMES.map((name, index) => ({
  name,
  id: String(index + 1).repeat(64),
  size: index === 0 ? FILM_BYTES : name === "empty" ? 0 : 1000 * index,
  modified: MODIFIED + index * 1_000_000,
  sha256: index % 2 === 0 ? "e".repeat(64) : null,
}));

/** The content of the large file; the others are its beginning. */
export const FILM = Buffer.alloc(FILM_BYTES, Buffer.from(Uint8Array.from({ length: PERIOD }, (_, at) => at * 31)));

/** The content on the real disk. */
export class WebDisk implements Disposable {
  readonly fd: number;
  readonly state: ContentState;
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "redes-fuzz-web-"));

  constructor() {
    const file = path.join(this.folder, "film");
    fs.writeFileSync(file, FILM);
    this.fd = fs.openSync(file, "r");
    const { size, mtimeNs, ino } = fs.fstatSync(this.fd, { bigint: true });
    this.state = contentState({ size: Number(size), mtimeNs, inode: ino });
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.fd);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
