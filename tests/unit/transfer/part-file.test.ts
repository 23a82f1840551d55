import { describe, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type Disk, DiskError } from "../../../src/base/disk.ts";
import type { Log } from "../../../src/base/log.ts";
import { systemDisk } from "../../../src/base/system-disk.ts";
import { MIB } from "../../../src/base/units.ts";
import { pieceHash } from "../../../src/protocol/version.ts";
import type { Bitmap } from "../../../src/transfer/bitmap.ts";
import { journalMark } from "../../../src/transfer/journal-format.ts";
import { PartFile } from "../../../src/transfer/part-file.ts";
import { SinkError } from "../../../src/transfer/sink.ts";
import { zeroPieces } from "../../../src/transfer/zero-pieces.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type Content, content, contentOf } from "./content.ts";

const FILE = content(3 * MIB + 77);
const OTHER = content(3 * MIB + 77, 2);

/** A folder to download to, and the machine it is on. */
class Desk {
  readonly folder = temporaryFolder();
  readonly path = path.join(this.folder, "sub", "film.mkv");
  readonly part = `${this.path}.part`;
  readonly journal = `${this.part}.journal`;
  readonly warnings: string[] = [];
  boot: string | null = "boot-1";
  /** Files that were read through. */
  hashed = 0;
  /** What the disk does otherwise. */
  disk: Partial<Disk> = {};

  async prepare(options: { force?: boolean; direct?: boolean; file?: Content; name?: string } = {}): Promise<PartFile> {
    const warn = (_event: string, message: string) => void this.warnings.push(message);
    const log: Log = { info() {}, warn, error: warn };
    const hasher = {
      hash: async (file: string, size: number) => {
        this.hashed += 1;
        const found = contentOf(fs.readFileSync(file).subarray(0, size));
        return { hashes: found.hashes, id: found.version.id, blake3: null };
      },
    };
    const { path: finished, part } = this;
    const disk = { ...systemDisk, bootId: async () => this.boot, ...this.disk };
    const { version } = options.file ?? FILE;
    const { force = false, direct = false, name = "film.mkv" } = options;
    return PartFile.prepare({ disk, hasher, log, path: finished, part, name, version, force, direct });
  }

  /** Writes pieces as a lane does. */
  write(sink: PartFile, pieces: readonly number[], file = FILE): void {
    for (const piece of pieces) {
      fs.writeSync(
        sink.file,
        file.bytes,
        piece * MIB,
        Math.min(MIB, file.bytes.length - piece * MIB),
        sink.position(piece),
      );
      fs.writeSync(sink.journal, journalMark(pieceHash(file.hashes, piece)), 0, 4, sink.mark(piece));
    }
  }

  /** Begins, writes pieces and is killed. */
  async begun(pieces: readonly number[], file = FILE): Promise<void> {
    const sink = await this.prepare({ file });
    await sink.begin(file.hashes);
    this.write(sink, pieces, file);
    await sink.leave();
  }

  /** What is there when it is begun once more. */
  async again(options: { force?: boolean; file?: Content; name?: string } = {}): Promise<number[]> {
    const sink = await this.prepare(options);
    const have = list(await sink.begin((options.file ?? FILE).hashes));
    await sink.leave();
    return have;
  }
}

function list(have: Bitmap): number[] {
  return Array.from({ length: have.length }, (_, piece) => piece).filter((piece) => have.has(piece));
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

describe("a part file", () => {
  test("grows beside its journal and gets its name at the end", async () => {
    const desk = new Desk();
    const sink = await desk.prepare();
    expect(sink.hashes).toBeNull();
    expect(list(await sink.begin(FILE.hashes))).toEqual([]);
    desk.write(sink, [2, 0, 3, 1]);
    expect(fs.readdirSync(path.dirname(desk.path)).sort()).toEqual(["film.mkv.part", "film.mkv.part.journal"]);
    await sink.finish();
    expect(fs.readdirSync(path.dirname(desk.path))).toEqual(["film.mkv"]);
    expect(fs.readFileSync(desk.path).equals(FILE.bytes)).toBe(true);
  });

  test("can be written past the page cache when it is large, and nobody reads it at once", async () => {
    const desk = new Desk();
    const opened: number[] = [];
    desk.disk = {
      async openDirect(fd) {
        opened.push(fd);
        return fs.openSync(desk.part, "r+");
      },
    };
    const large = { ...FILE, version: { ...FILE.version, size: 200 * MIB } };
    for (const options of [{ direct: true }, { file: large }]) {
      const sink = await desk.prepare(options);
      expect(sink.direct).toBeNull();
      await sink.leave();
    }
    const sink = await desk.prepare({ direct: true, file: large });
    expect(opened).toEqual([sink.file]);
    const { direct } = sink;
    expect(direct).not.toBeNull();
    await sink.leave();
    expect(() => fs.fstatSync(direct ?? sink.file)).toThrow("EBADF");
  });

  test("that cannot be synced is left, and is read before it is trusted again", async () => {
    const desk = new Desk();
    desk.disk = { sync: () => Promise.reject(new DiskError("other", desk.part, "cannot sync part: EIO")) };
    const sink = await desk.prepare();
    await sink.begin(FILE.hashes);
    desk.write(sink, [0, 1, 2, 3]);
    expect(String(await failure(sink.finish()))).toContain("EIO");
    desk.disk = {};
    expect(desk.hashed).toBe(0);
    expect(await desk.again()).toEqual([0, 1, 2, 3]);
    expect(desk.hashed).toBe(1);
  });

  test("of an empty file is a file", async () => {
    const desk = new Desk();
    const empty = content(0);
    const sink = await desk.prepare({ file: empty });
    expect((await sink.begin(empty.hashes)).full).toBe(true);
    await sink.finish();
    expect(fs.readFileSync(desk.path).length).toBe(0);
  });
});

describe("what an earlier try left", () => {
  test("on the same boot is trusted without reading it", async () => {
    const desk = new Desk();
    await desk.begun([0, 3]);
    const sink = await desk.prepare();
    expect(sink.hashes).toEqual(new Uint8Array(FILE.hashes));
    expect(list(await sink.begin(FILE.hashes))).toEqual([0, 3]);
    expect(desk.hashed).toBe(0);
    desk.write(sink, [1, 2]);
    await sink.leave();
    expect(await desk.again()).toEqual([0, 1, 2, 3]);
  });

  test("before a power loss is read, and only what is right counts", async () => {
    const desk = new Desk();
    await desk.begun([0, 1, 3]);
    const fd = fs.openSync(desk.part, "r+");
    fs.writeSync(fd, Buffer.alloc(MIB), 0, MIB, MIB);
    fs.closeSync(fd);
    desk.boot = "boot-2";
    expect(await desk.again()).toEqual([0, 3]);
    expect(desk.hashed).toBe(1);
    // From here on it is this boot's.
    expect(await desk.again()).toEqual([0, 3]);
    expect(desk.hashed).toBe(1);
  });

  test("on a machine that has no boot id is read each time", async () => {
    const desk = new Desk();
    desk.boot = null;
    await desk.begun([0, 1]);
    expect(await desk.again()).toEqual([0, 1]);
    expect(await desk.again()).toEqual([0, 1]);
    expect(desk.hashed).toBe(2);
  });

  test("beside a damaged journal is read", async () => {
    for (const damage of [0, 20, 80]) {
      const desk = new Desk();
      await desk.begun([0, 1]);
      fs.truncateSync(desk.journal, damage);
      expect(await desk.again()).toEqual([0, 1]);
      expect(desk.warnings).toHaveLength(1);
    }
  });

  test("of another version is used where it is the same", async () => {
    const desk = new Desk();
    const changed = contentOf(Buffer.concat([FILE.bytes.subarray(0, 2 * MIB), OTHER.bytes.subarray(2 * MIB)]));
    await desk.begun([0, 1, 2, 3]);
    expect(await failure(desk.prepare({ file: changed }).then((sink) => sink.leave()))).toBeNull();
    expect(await desk.again({ file: changed })).toEqual([0, 1]);
    expect(await desk.again({ file: changed })).toEqual([0, 1]);
    expect(desk.hashed).toBe(1);
  });

  test("under another name keeps its marks where they are looked for", async () => {
    const desk = new Desk();
    await desk.begun([0, 1]);
    const sink = await desk.prepare({ name: "a much longer name of the same film.mkv" });
    expect(list(await sink.begin(FILE.hashes))).toEqual([0, 1]);
    desk.write(sink, [2]);
    await sink.leave();
    expect(await desk.again()).toEqual([0, 1, 2]);
    expect(await desk.again()).toEqual([0, 1, 2]);
    expect(desk.hashed).toBe(0);
  });

  test("beside a part that is gone marks nothing, also when the next try ends early", async () => {
    const desk = new Desk();
    await desk.begun([0, 1, 2, 3]);
    fs.rmSync(desk.part);
    let cuts = 0;
    desk.disk.truncate = async (fd, length) => {
      cuts += 1;
      await systemDisk.truncate(fd, length);
      if (cuts === 2) throw new DiskError("other", desk.part, "the power is gone");
    };
    const sink = await desk.prepare();
    expect(await failure(sink.begin(FILE.hashes))).toBeInstanceOf(DiskError);
    await sink.leave();
    desk.disk = {};
    expect(await desk.again()).toEqual([]);
  });

  test("is read when somebody has cut or replaced the part", async () => {
    const desk = new Desk();
    await desk.begun([0, 1, 2, 3]);
    fs.truncateSync(desk.part, 2 * MIB);
    expect(await desk.again()).toEqual([0, 1]);
    fs.rmSync(desk.part);
    expect(await desk.again()).toEqual([]);
  });
});

describe("pieces of zeros", () => {
  const bytes = Buffer.from(FILE.bytes);
  bytes.fill(0, MIB, 2 * MIB).fill(0, 3 * MIB);
  const sparse = contentOf(bytes);
  const zeros = async () => zeroPieces(sparse.version, sparse.hashes);
  const taken = (file: string) => fs.statSync(file).blocks * 512;

  test("are holes of a new part, and are marked as being there", async () => {
    const desk = new Desk();
    const sink = await desk.prepare({ file: sparse });
    expect(sink.fresh).toBe(true);
    expect(list(await sink.begin(sparse.hashes, await zeros()))).toEqual([1, 3]);
    desk.write(sink, [0, 2], sparse);
    await sink.leave();
    expect(await desk.again({ file: sparse })).toEqual([0, 1, 2, 3]);
    expect(fs.readFileSync(desk.part).equals(bytes)).toBe(true);
    expect(taken(desk.part)).toBeLessThan(2.1 * MIB);
  });

  test("replace what an earlier try has left in their places", async () => {
    const desk = new Desk();
    // All of another version but its first piece.
    await desk.begun([1, 2, 3]);
    const sink = await desk.prepare({ file: sparse });
    expect(sink.fresh).toBe(false);
    expect(list(await sink.begin(sparse.hashes, await zeros()))).toEqual([1, 2, 3]);
    desk.write(sink, [0], sparse);
    await sink.finish();
    expect(fs.readFileSync(desk.path).equals(bytes)).toBe(true);
    expect(taken(desk.path)).toBeLessThan(2.1 * MIB);
  });

  test("need no room on the disk", async () => {
    const desk = new Desk();
    desk.disk.free = async () => 2 * MIB;
    const sink = await desk.prepare({ file: sparse });
    expect(list(await sink.begin(sparse.hashes, await zeros()))).toEqual([1, 3]);
    await sink.leave();
    const other = new Desk();
    other.disk.free = async () => 2 * MIB - 1;
    const refused = await other.prepare({ file: sparse });
    expect(await failure(refused.begin(sparse.hashes, await zeros()))).toMatchObject({ failure: "full" });
    await refused.leave();
  });
});

describe("what is in the way", () => {
  test("of somebody else is left alone without force", async () => {
    const desk = new Desk();
    fs.mkdirSync(path.dirname(desk.part));
    fs.writeFileSync(desk.part, "somebody's");
    const error = await failure(desk.prepare());
    expect(error).toBeInstanceOf(SinkError);
    expect(String(error)).toContain("--force");
    expect(fs.readdirSync(path.dirname(desk.path))).toEqual(["film.mkv.part"]);
    expect(fs.readFileSync(desk.part, "utf8")).toBe("somebody's");
    expect(await desk.again({ force: true })).toEqual([]);
  });

  test("where the journal would be, too", async () => {
    const desk = new Desk();
    fs.mkdirSync(path.dirname(desk.part));
    fs.writeFileSync(desk.journal, "somebody's notes");
    expect(await failure(desk.prepare())).toBeInstanceOf(SinkError);
    expect(fs.readFileSync(desk.journal, "utf8")).toBe("somebody's notes");
    expect(await desk.again({ force: true })).toEqual([]);
  });

  test("under the finished name, when it came meanwhile, is not replaced without force", async () => {
    const desk = new Desk();
    const sink = await desk.prepare();
    await sink.begin(FILE.hashes);
    desk.write(sink, [0, 1, 2, 3]);
    fs.writeFileSync(desk.path, "somebody's");
    expect(await failure(sink.finish())).toBeInstanceOf(SinkError);
    expect(fs.readFileSync(desk.path, "utf8")).toBe("somebody's");
    expect(fs.readFileSync(desk.part).equals(FILE.bytes)).toBe(true);
    const forced = await desk.prepare({ force: true });
    expect((await forced.begin(FILE.hashes)).full).toBe(true);
    await forced.finish();
    expect(fs.readFileSync(desk.path).equals(FILE.bytes)).toBe(true);
  });

  test("when another redes is at it, in this process or another", async () => {
    const desk = new Desk();
    const first = await desk.prepare();
    const error = await failure(desk.prepare());
    expect(error).toBeInstanceOf(SinkError);
    expect(String(error)).toContain("another redes");
    await first.leave();
    await (await desk.prepare()).leave();
    const holder = Bun.spawn(["flock", "--no-fork", desk.journal, "sh", "-c", "echo locked; exec cat"], {
      stdin: "pipe",
      stdout: "pipe",
    });
    const { value } = await holder.stdout.getReader().read();
    expect(Buffer.from(value ?? []).toString()).toBe("locked\n");
    expect(await failure(desk.prepare())).toBeInstanceOf(SinkError);
    holder.stdin.end();
    await holder.exited;
    await (await desk.prepare()).leave();
  });

  test("when the disk has no room, or may not be written to", async () => {
    const desk = new Desk();
    desk.disk = { free: async () => MIB };
    const sink = await desk.prepare();
    const full = await failure(sink.begin(FILE.hashes));
    expect(full).toMatchObject({ failure: "full" });
    expect(String(full)).toContain("3.0 MiB");
    await sink.leave();
    // Root may write anywhere, so the refusal itself has to be played.
    const refused = new Desk();
    refused.disk = {
      open: (file) => Promise.reject(new DiskError("denied", file, `cannot open ${file}: permission denied`)),
    };
    expect(await failure(refused.prepare())).toMatchObject({ failure: "denied" });
  });
});
