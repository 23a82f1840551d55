import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import type { Clock } from "../../../../src/platform/clock.ts";
import { type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import type { Log } from "../../../../src/platform/log/log.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { Bitmap } from "../../../../src/protocol/versions/bitmap.ts";
import { pieceHash } from "../../../../src/protocol/versions/version.ts";
import { journalMark } from "../../../../src/transfer/sinks/journal.ts";
import { PartFile } from "../../../../src/transfer/sinks/part-file.ts";
import { workFilesFor } from "../../../../src/transfer/sinks/work-files/work-files.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { type Content, content } from "../content.ts";

export const FILE = content(3 * MIB + 77);
export const OTHER = content(3 * MIB + 77, 2);
/** What a file of the size of FILE holds that is not FILE. */
export const WRONG = new Uint8Array(MIB).fill(7);
/** In microseconds since 1970. */
export const MODIFIED = 1_000_000_000_123_457;
export const ALL = [0, 1, 2, 3];

/** A clock on which every wait is over at once. */
export function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    wall: () => Date.now(),
    after(delay, run) {
      now += delay;
      const timer = setTimeout(run, 0);
      return () => clearTimeout(timer);
    },
    nextTurn: setImmediate,
  };
}

interface PrepareOptions {
  readonly force?: boolean;
  readonly direct?: boolean;
  readonly file?: Content;
  readonly name?: string;
}

/** A folder to download to, and the machine it is on. */
export class PartFileFixture {
  readonly folder = temporaryFolder();
  readonly path = path.join(this.folder, "sub", "film.mkv");
  readonly files = workFilesFor(this.path);
  readonly part = this.files.part;
  readonly journal = this.files.journal;
  readonly warnings: string[] = [];
  readonly clock = new FakeClock();
  boot: string | null = "boot-1";
  /** Pieces that were read. */
  hashed: number[] = [];
  /** Whether the disk cannot give back what was written. */
  unreadable = false;
  /** What the disk does otherwise. */
  disk: Partial<Disk> = {};

  async prepare(wish: PrepareOptions = {}): Promise<PartFile> {
    const warn = (_event: string, message: string) => void this.warnings.push(String(message));
    const log: Log = { info() {}, warn, error: warn };
    const hashing = inlineHashing(systemBlockingDisk, log);
    const hasher = {
      hashPieces: (file: string, size: number, from: number, end: number) => {
        for (let piece = from; piece < end; piece++) this.hashed.push(piece);
        if (this.unreadable) return Promise.reject(new DiskError("other", file, "EIO"));
        return hashing.hashPieces(file, size, from, end);
      },
    };
    const { files, clock } = this;
    const disk = { ...systemDisk, bootId: async () => this.boot, ...this.disk };
    const { version } = wish.file ?? FILE;
    const { force = false, direct = false, name = "film.mkv" } = wish;
    return PartFile.prepare({ disk, clock, hasher, log, files, name, version, modified: MODIFIED, force, direct });
  }

  /** Begins, and reads what is in doubt; gives the pieces that are there then. */
  async begin(sink: PartFile, file = FILE, zeros = new Bitmap(0)): Promise<number[]> {
    const found: number[] = [];
    let calls = 0;
    const over = Promise.withResolvers<void>();
    let expected = 0;
    sink.setListener({
      consumed() {},
      pieceChecked(piece, there) {
        if (there) found.push(piece);
        calls += 1;
        if (calls === expected) over.resolve();
      },
      failed: over.reject,
    });
    const { have, unverified: unread } = await sink.begin(file.hashes, zeros);
    expected = unread.size;
    sink.verifyUnread();
    if (expected > 0) await over.promise;
    // The journal says so in the next turns.
    await Bun.sleep(0);
    return [...list(have), ...found].sort((left, right) => left - right);
  }

  /** Writes pieces as a connection does. */
  write(sink: PartFile, pieces: readonly number[], file = FILE): void {
    for (const piece of pieces) {
      const length = Math.min(MIB, file.bytes.length - piece * MIB);
      fs.writeSync(sink.file, file.bytes, piece * MIB, length, sink.position(piece));
      fs.writeSync(sink.journal, journalMark(pieceHash(file.hashes, piece)), 0, 4, sink.markPosition(piece));
      sink.pieceWritten();
    }
  }

  /** A download that was begun, with some pieces. */
  async growing(pieces: readonly number[], wish: PrepareOptions = {}): Promise<PartFile> {
    const sink = await this.prepare(wish);
    await this.begin(sink, wish.file);
    this.write(sink, pieces, wish.file);
    return sink;
  }

  /** Begins, writes pieces and ends early. */
  async begun(pieces: readonly number[], file = FILE): Promise<void> {
    await (await this.growing(pieces, { file })).abandon();
  }

  /** What is there when it is begun once more. */
  async again(wish: PrepareOptions = {}): Promise<number[]> {
    const sink = await this.prepare(wish);
    const have = await this.begin(sink, wish.file);
    await sink.abandon();
    return have;
  }

  /** The names in the folder of the finished file. */
  names(): string[] {
    return fs.readdirSync(path.dirname(this.path)).sort();
  }

  /** Writes into the part as somebody else may. */
  tamper(text: string | Uint8Array, position: number): void {
    const fd = fs.openSync(this.part, "r+");
    const bytes = Buffer.from(text);
    fs.writeSync(fd, bytes, 0, bytes.length, position);
    fs.closeSync(fd);
  }

  /** Lets the journal have been written so many milliseconds after (or, negative, before) the part. */
  markedLater(milliseconds: number): void {
    const { mtimeMs, ctimeMs } = fs.statSync(this.part);
    const at = (Math.max(mtimeMs, ctimeMs) + milliseconds) / 1000;
    fs.utimesSync(this.journal, at, at);
  }
}

export function list(have: Bitmap): number[] {
  return Array.from({ length: have.length }, (_, piece) => piece).filter((piece) => have.has(piece));
}

export async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}
