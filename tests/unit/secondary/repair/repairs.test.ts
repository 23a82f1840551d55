import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import type { FileStat } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk, systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { MARKER } from "../../../../src/secondary/folder/marker.ts";
import { SECONDARY_STORE } from "../../../../src/secondary/remote-store.ts";
import { Repairs } from "../../../../src/secondary/repair/repairs.ts";
import { OpenFiles } from "../../../../src/secondary/serving/descriptor-cache.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import { decodeJournal } from "../../../../src/transfer/sinks/journal.ts";
import { PartFile } from "../../../../src/transfer/sinks/part-file.ts";
import { stagingFilesOf } from "../../../../src/transfer/sinks/work-files.ts";
import { directly } from "../../../support/directly.ts";
import { content } from "../../transfer/content.ts";
import { Shelf } from "../library-fixture.ts";

const FILM = content(5 * MIB + 11);
const { id, size } = FILM.version;
const NOTE = content(77, 2);

/** A disk that rots: what changes in a file shows in none of its times. */
function timeless<Key>(stat: (key: Key) => Promise<FileStat>): (key: Key) => Promise<FileStat>;
function timeless<Key>(stat: (key: Key) => Promise<FileStat | null>): (key: Key) => Promise<FileStat | null>;
function timeless<Key>(stat: (key: Key) => Promise<FileStat | null>) {
  return async (key: Key) => {
    const found = await stat(key);
    return found && { ...found, mtimeNs: 0n, ctimeNs: 0n };
  };
}

const rotting = {
  stat: timeless(systemDisk.stat),
  lstat: timeless(systemDisk.lstat),
  fstat: timeless(systemDisk.fstat),
};

/** A secondary's folder, what it repairs, and a central that says who else holds a version. */
class Ward {
  readonly shelf: Shelf;
  readonly files: OpenFiles;
  readonly repairs: Repairs;
  readonly said: string[] = [];
  readonly disk = { ...systemDisk, ...rotting };
  /** Pieces read for one accusation alone, and files read through. */
  pieces = 0;
  wholes = 0;
  /** Null: it does not answer. */
  holders: number | null = 1;
  watching = 0;

  constructor(folder?: string, store = new SecondaryStore(":memory:")) {
    this.shelf = new Shelf({ settled: true, disk: rotting, store, ...(folder ? { folder } : {}) });
    const { library, clock } = this.shelf;
    this.files = new OpenFiles({ disk: this.disk, clock, library });
    const say = (event: string) => void this.said.push(event);
    const log = { info: say, warn: say, error: say };
    const inner = inlineHashing(systemBlockingDisk, log);
    this.repairs = new Repairs({
      clock,
      disk: this.disk,
      log,
      library,
      files: this.files,
      store: directly(this.shelf.store, SECONDARY_STORE),
      number: 1,
      folder: this.workshop,
      stagingFor: async () => this.workshop,
      hashing: {
        hash: (file, length) => {
          this.wholes += 1;
          return inner.hash(file, length);
        },
        hashPiece: (file, length, piece) => {
          this.pieces += 1;
          return inner.hashPiece(file, length, piece);
        },
      },
      watch: (name, version) => {
        this.watching += 1;
        const { holders } = this;
        if (holders === null) return;
        const sources = Array.from({ length: holders + 1 }, (_, index) => {
          return { number: index + 1, host: "h", port: 1, partial: false };
        });
        const copier = { number: 9, host: "h", port: 1, partial: true };
        queueMicrotask(() => this.repairs.sources(name, version, [...sources, copier]));
      },
      unwatch: () => {
        this.watching -= 1;
      },
    });
    library.listen((changes) => {
      this.shelf.changes.push(...changes);
      this.repairs.changed(changes);
    });
  }

  static async open(files: Readonly<Record<string, Uint8Array>>): Promise<Ward> {
    const ward = new Ward();
    for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(ward.shelf.path(name), bytes);
    fs.mkdirSync(ward.workshop);
    await ward.repairs.start();
    await ward.shelf.start();
    return ward;
  }

  /** What is in the work folder beside the marker. */
  get left(): string[] {
    return fs.readdirSync(this.workshop).filter((name) => name !== MARKER);
  }

  get workshop(): string {
    return this.shelf.path(".redes");
  }

  get part(): string {
    return path.join(this.workshop, `${id}.part`);
  }

  accuse(piece: number, version = id): void {
    this.repairs.suspect({ type: "suspect", id: version, piece, accuser: "client ana" });
  }

  rot(name: string, ...positions: number[]): void {
    const fd = fs.openSync(this.shelf.path(name), "r+");
    for (const position of positions) fs.writeSync(fd, "rot", position);
    fs.closeSync(fd);
  }

  async says(event: string): Promise<void> {
    await this.shelf.until(event, () => this.said.includes(event));
  }

  async close(): Promise<void> {
    this.repairs.stop();
    await this.shelf.stop();
    this.files.close();
    expect(this.watching).toBe(0);
  }
}

test("a false accusation costs the reading of a piece, and the next one soon after nothing", async () => {
  const ward = await Ward.open({ film: FILM.bytes });
  ward.accuse(3);
  await ward.says("sound");
  ward.accuse(4);
  ward.accuse(99);
  ward.accuse(0, "0".repeat(64));
  await ward.shelf.nextScans();
  expect([ward.pieces, ward.wholes]).toEqual([1, 0]);
  ward.shelf.clock.advance(60_000);
  ward.accuse(4);
  await ward.shelf.until("it is read again", () => ward.pieces === 2);
  await ward.close();
});

test("a damaged file becomes a part with the pieces that are right, and is served by nobody's descriptor", async () => {
  const ward = await Ward.open({ film: FILM.bytes });
  (await ward.files.acquire(id))?.release();
  ward.rot("film", MIB + 5, 5 * MIB);
  ward.accuse(1);
  await ward.says("repairing");
  expect(ward.shelf.kinds("film")).toEqual(["present", "gone"]);
  expect(fs.existsSync(ward.shelf.path("film"))).toBe(false);
  expect(await ward.files.acquire(id)).toBeNull();
  const state = decodeJournal(fs.readFileSync(`${ward.part}.journal`));
  expect(state).toMatchObject({ name: "film", version: { id, size } });
  expect([0, 1, 2, 3, 4, 5].filter((piece) => state?.have.has(piece))).toEqual([0, 2, 3, 4]);
  expect(ward.repairs.keeps(`${id}.part`)).toBe(true);

  // As replication does it.
  const { clock, hashing: hasher } = ward.shelf;
  const options = { disk: ward.disk, clock, hasher, name: "film", version: FILM.version, modified: 0, force: true };
  const files = stagingFilesOf(ward.workshop, id);
  const ready = files.path;
  const log = { info() {}, warn() {}, error() {} };
  const sink = await PartFile.prepare({ ...options, log, files, direct: false });
  const { have, unread } = await sink.begin(FILM.hashes);
  expect(unread.size).toBe(0);
  for (let piece = 0; piece < have.length; piece++) {
    if (have.has(piece)) continue;
    const bytes = FILM.bytes.subarray(piece * MIB, (piece + 1) * MIB);
    fs.writeSync(sink.file, bytes, 0, bytes.length, sink.position(piece));
  }
  await sink.finish();
  const delivery = {
    name: "film",
    version: FILM.version,
    hashes: FILM.hashes,
    vector: "",
    edits: "",
    modified: 0,
    blake3: null,
    temp: ready,
    unnamed: null,
  };
  expect(await ward.shelf.library.adopt([delivery])).toEqual(["adopted"]);
  expect(ward.said).toContain("repaired");
  expect(fs.readFileSync(ward.shelf.path("film")).equals(FILM.bytes)).toBe(true);
  expect(ward.left).toEqual([]);
  expect(ward.repairs.keeps(`${id}.part`)).toBe(false);
  await ward.close();
});

test("a damaged file of one piece is copied whole, and then nothing is left of it", async () => {
  const ward = await Ward.open({ note: NOTE.bytes });
  ward.rot("note", 5);
  ward.accuse(0, NOTE.version.id);
  await ward.says("repairing");
  expect(ward.left).toEqual([`${NOTE.version.id}.part`]);
  const temp = path.join(ward.workshop, "small-1");
  fs.writeFileSync(temp, NOTE.bytes);
  const { version, hashes } = NOTE;
  const delivery = {
    name: "note",
    version,
    hashes,
    vector: "",
    edits: "",
    modified: 0,
    blake3: null,
    temp,
    unnamed: null,
  };
  expect(await ward.shelf.library.adopt([delivery])).toEqual(["adopted"]);
  await ward.shelf.until("nothing is left", () => ward.left.length === 0);
  await ward.close();
});

test.each([0, null])(
  "a damaged file that nobody else holds (%p) stays, and is not read again and again",
  async (holders) => {
    const ward = await Ward.open({ film: FILM.bytes });
    ward.holders = holders;
    ward.rot("film", 7);
    ward.accuse(0);
    await ward.says("damaged");
    ward.shelf.clock.advance(590_000);
    ward.accuse(0);
    await ward.shelf.nextScans();
    expect([ward.pieces, ward.wholes]).toEqual([1, 1]);
    expect(fs.statSync(ward.shelf.path("film")).size).toBe(size);
    expect(ward.shelf.kinds("film")).toEqual(["present"]);
    expect(ward.left).toEqual([]);
    await ward.close();
  },
);

test("a file that a user has changed or has open is a new version, and no damage", async () => {
  const ward = await Ward.open({ film: FILM.bytes });
  fs.truncateSync(ward.shelf.path("film"), 5 * MIB);
  ward.accuse(0);
  await ward.shelf.until("the new version is known", () => ward.shelf.library.get("film")?.size === 5 * MIB);
  expect(ward.said).not.toContain("repairing");
  await ward.close();

  const other = await Ward.open({ film: FILM.bytes });
  const writer = fs.openSync(other.shelf.path("film"), "r+");
  fs.writeSync(writer, "new", 0);
  other.accuse(0);
  await other.shelf.until("it was looked at", () => other.wholes === 1 && other.shelf.writers > 0);
  await other.shelf.nextScans();
  fs.closeSync(writer);
  expect(other.said).not.toContain("repairing");
  expect(fs.existsSync(other.shelf.path("film"))).toBe(true);
  expect(other.left).toEqual([]);
  await other.close();
});

test("a version that is being copied for another name is not touched", async () => {
  const ward = await Ward.open({ film: FILM.bytes });
  const journal = await systemDisk.open(`${ward.part}.journal`, "update");
  expect(systemDisk.lock(journal)).toBe("taken");
  ward.rot("film", 7);
  ward.accuse(0);
  await ward.shelf.until("it was read", () => ward.wholes === 1);
  await ward.shelf.nextScans();
  expect(fs.existsSync(ward.shelf.path("film"))).toBe(true);
  expect(ward.left).toEqual([`${id}.part.journal`]);
  await systemDisk.close(journal);
  await ward.close();
});

test("what is being repaired is known after a restart, and what did not come to it is forgotten", async () => {
  const ward = await Ward.open({ film: FILM.bytes, note: NOTE.bytes });
  ward.rot("film", 7);
  ward.accuse(0);
  await ward.says("repairing");
  await ward.close();
  const { folder, store } = ward.shelf;
  const next = new Ward(folder, store);
  await next.repairs.start();
  expect(next.repairs.keeps(`${id}.part.journal`)).toBe(true);
  expect(next.repairs.keeps(`${NOTE.version.id}.part`)).toBe(false);
  next.repairs.withdraw("film");
  expect(next.repairs.keeps(`${id}.part`)).toBe(false);
  await next.shelf.start();
  await next.close();

  store.setFact("repairs", `${NOTE.version.id} note`);
  const third = new Ward(folder, store);
  await third.repairs.start();
  expect(third.repairs.keeps(NOTE.version.id)).toBe(false);
});
