import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../../src/hashing/hasher-client.ts";
import { FileChanged } from "../../../../src/hashing/hashing.ts";
import { DiskError, type FileStat } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { MARKER } from "../../../../src/secondary/folder/marker.ts";
import { SECONDARY_STORE } from "../../../../src/secondary/remote-store.ts";
import { RepairRecords } from "../../../../src/secondary/repair/repair-records.ts";
import { Repairs } from "../../../../src/secondary/repair/repairs.ts";
import { DescriptorCache } from "../../../../src/secondary/serving/descriptor-cache.ts";
import { SecondaryStore } from "../../../../src/secondary/store.ts";
import { decodeJournal } from "../../../../src/transfer/sinks/journal.ts";
import { PartFile } from "../../../../src/transfer/sinks/part-file.ts";
import { stagingFilesFor } from "../../../../src/transfer/sinks/work-files/work-files.ts";
import { directly } from "../../../support/directly.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { content } from "../../transfer/content.ts";
import { IndexFixture } from "../index-fixture.ts";

const FILM = content(5 * MIB + 11);
const { id, size } = FILM.version;
const NOTE = content(77, 2);

/** A time with a fraction of a second, as of a disk whose times show every change. */
const UNMOVED = 1n;

/** A disk that rots: what changes in a file shows in none of its times. */
function timeless<Key>(stat: (key: Key) => Promise<FileStat>): (key: Key) => Promise<FileStat>;
function timeless<Key>(stat: (key: Key) => Promise<FileStat | null>): (key: Key) => Promise<FileStat | null>;
function timeless<Key>(stat: (key: Key) => Promise<FileStat | null>) {
  return async (key: Key) => {
    const found = await stat(key);
    return found && { ...found, mtimeNs: UNMOVED, ctimeNs: UNMOVED };
  };
}

const rotting = {
  stat: timeless(systemDisk.stat),
  lstat: timeless(systemDisk.lstat),
  fstat: timeless(systemDisk.fstat),
};
const rottingForHasher = {
  fstat: (fd: number) => ({ ...systemBlockingDisk.fstat(fd), mtimeNs: UNMOVED, ctimeNs: UNMOVED }),
};

/** A secondary's folder, what it repairs, and a central that says who else holds a version. */
class RepairFixture {
  readonly indexFixture: IndexFixture;
  readonly files: DescriptorCache;
  readonly repairs: Repairs;
  readonly events: string[] = [];
  readonly messages: string[] = [];
  /** What reading a piece fails with. */
  readFailure: Error | null = null;
  readonly disk = { ...systemDisk, ...rotting };
  /** Pieces read for one accusation alone, and files read through. */
  pieceReads = 0;
  wholeReads = 0;
  /** Null: it does not answer. */
  otherHolders: number | null = 1;
  openQueries = 0;
  /** The folder of a disk that is not mounted. */
  missingDisk: string | null = null;

  constructor(folder?: string, store = new SecondaryStore(":memory:")) {
    this.indexFixture = new IndexFixture({
      settled: true,
      disk: rotting,
      blocking: rottingForHasher,
      store,
      ...(folder ? { folder } : {}),
    });
    const { index, clock } = this.indexFixture;
    this.files = new DescriptorCache({ disk: this.disk, clock, index });
    const say = (event: string, message: string) => {
      this.events.push(event);
      this.messages.push(message);
    };
    const log = { info: say, warn: say, error: say };
    const inner = inlineHashing(systemBlockingDisk, log);
    const remoteStore = directly(this.indexFixture.store, SECONDARY_STORE);
    const missingDiskAbove = (name: string) => (name.startsWith(`${this.missingDisk}/`) ? this.missingDisk : null);
    this.repairs = new Repairs({
      clock,
      disk: this.disk,
      log,
      index,
      files: this.files,
      store: remoteStore,
      number: 1,
      records: new RepairRecords({ disk: this.disk, log, store: remoteStore, staging: this.staging, missingDiskAbove }),
      stagingFor: async () => this.staging,
      hashing: {
        hash: (file, length) => {
          this.wholeReads += 1;
          return inner.hash(file, length);
        },
        hashPiece: (file, length, piece) => {
          this.pieceReads += 1;
          if (this.readFailure) return Promise.reject(this.readFailure);
          return inner.hashPiece(file, length, piece);
        },
      },
      central: {
        watch: (name, version) => {
          this.openQueries += 1;
          const { otherHolders } = this;
          if (otherHolders === null) return;
          const sources = Array.from({ length: otherHolders + 1 }, (_, index) => {
            return { number: index + 1, host: "h", port: 1, partial: false };
          });
          const copier = { number: 9, host: "h", port: 1, partial: true };
          queueMicrotask(() => this.repairs.sourcesChanged(name, version, [...sources, copier]));
        },
        unwatch: () => {
          this.openQueries -= 1;
        },
      },
    });
    index.listen((changes) => this.repairs.filesChanged(changes));
  }

  static async open(files: Readonly<Record<string, Uint8Array>>): Promise<RepairFixture> {
    const fixture = new RepairFixture();
    for (const [name, bytes] of Object.entries(files)) fs.writeFileSync(fixture.indexFixture.path(name), bytes);
    fs.mkdirSync(fixture.staging);
    await fixture.repairs.start();
    await fixture.indexFixture.start();
    return fixture;
  }

  /** What is in the staging folder, without the marker. */
  get stagedNames(): string[] {
    return fs.readdirSync(this.staging).filter((name) => name !== MARKER);
  }

  get staging(): string {
    return this.indexFixture.path(".redes");
  }

  get part(): string {
    return path.join(this.staging, `${id}.part`);
  }

  reportWrongPiece(piece: number, version = id): void {
    this.repairs.requestVerification({ type: "suspect", id: version, piece, accuser: "client ana" });
  }

  damage(name: string, ...positions: number[]): void {
    const fd = fs.openSync(this.indexFixture.path(name), "r+");
    for (const position of positions) fs.writeSync(fd, "rot", position);
    fs.closeSync(fd);
  }

  async untilLogged(event: string): Promise<void> {
    await this.indexFixture.until(event, () => this.events.includes(event));
  }

  async close(): Promise<void> {
    await this.repairs.stop();
    await this.indexFixture.stop();
    this.files.close();
    expect(this.openQueries).toBe(0);
  }
}

test("a false accusation costs the reading of a piece, and the next one soon after nothing", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  fixture.reportWrongPiece(3);
  await fixture.untilLogged("sound");
  fixture.reportWrongPiece(4);
  fixture.reportWrongPiece(99);
  fixture.reportWrongPiece(0, "0".repeat(64));
  await fixture.indexFixture.nextScans();
  expect([fixture.pieceReads, fixture.wholeReads]).toEqual([1, 0]);
  expect(fixture.repairs.counts).toEqual({ sound: 1, damaged: 0, unrepairable: 0, repaired: 0 });
  fixture.indexFixture.clock.advance(60_000);
  fixture.reportWrongPiece(4);
  await fixture.indexFixture.until("it is read again", () => fixture.pieceReads === 2);
  await fixture.close();
});

test("a damaged file becomes a part with the pieces that are right, and is served by nobody's descriptor", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  (await fixture.files.acquire(id))?.release();
  fixture.damage("film", MIB + 5, 5 * MIB);
  fixture.reportWrongPiece(1);
  await fixture.untilLogged("repairing");
  expect(fixture.indexFixture.kinds("film")).toEqual(["present", "gone"]);
  expect(fs.existsSync(fixture.indexFixture.path("film"))).toBe(false);
  expect(await fixture.files.acquire(id)).toBeNull();
  const state = decodeJournal(fs.readFileSync(`${fixture.part}.journal`));
  expect(state).toMatchObject({ name: "film", version: { id, size } });
  expect([0, 1, 2, 3, 4, 5].filter((piece) => state?.have.has(piece))).toEqual([0, 2, 3, 4]);
  expect(fixture.repairs.isPartNeeded(`${id}.part`)).toBe(true);

  // As replication does it.
  const { clock, hashing: hasher } = fixture.indexFixture;
  const options = { disk: fixture.disk, clock, hasher, name: "film", version: FILM.version, modified: 0, force: true };
  const files = stagingFilesFor(fixture.staging, id);
  const ready = files.path;
  const log = { info() {}, warn() {}, error() {} };
  const sink = await PartFile.prepare({ ...options, log, files, direct: false });
  const { have, unverified: unread } = await sink.begin(FILM.hashes);
  expect(unread.size).toBe(0);
  for (let piece = 0; piece < have.length; piece++) {
    if (have.has(piece)) continue;
    const bytes = FILM.bytes.subarray(piece * MIB, (piece + 1) * MIB);
    fs.writeSync(sink.file, bytes, 0, bytes.length, sink.position(piece));
  }
  await sink.finish();
  const staged = {
    name: "film",
    version: FILM.version,
    hashes: FILM.hashes,
    vector: "",
    edits: "",
    modified: 0,
    blake3: null,
    sha256: null,
    temp: ready,
    unnamed: null,
  };
  expect(await fixture.indexFixture.index.install([staged])).toEqual(["installed"]);
  expect(fixture.events).toContain("repaired");
  expect(fs.readFileSync(fixture.indexFixture.path("film")).equals(FILM.bytes)).toBe(true);
  expect(fixture.stagedNames).toEqual([]);
  expect(fixture.repairs.isPartNeeded(`${id}.part`)).toBe(false);
  await fixture.close();
});

test("a damaged file of one piece is copied whole, and then nothing is left of it", async () => {
  const fixture = await RepairFixture.open({ note: NOTE.bytes });
  fixture.damage("note", 5);
  fixture.reportWrongPiece(0, NOTE.version.id);
  await fixture.untilLogged("repairing");
  expect(fixture.stagedNames).toEqual([`${NOTE.version.id}.part`]);
  const temp = path.join(fixture.staging, "small-1");
  fs.writeFileSync(temp, NOTE.bytes);
  const { version, hashes } = NOTE;
  const staged = {
    name: "note",
    version,
    hashes,
    vector: "",
    edits: "",
    modified: 0,
    blake3: null,
    sha256: null,
    temp,
    unnamed: null,
  };
  expect(await fixture.indexFixture.index.install([staged])).toEqual(["installed"]);
  await fixture.indexFixture.until("nothing is left", () => fixture.stagedNames.length === 0);
  expect(fixture.repairs.counts).toEqual({ sound: 0, damaged: 1, unrepairable: 0, repaired: 1 });
  await fixture.close();
});

test.each([0, null])(
  "a damaged file that nobody else holds (%p) stays, and is not read again and again",
  async (otherHolders) => {
    const fixture = await RepairFixture.open({ film: FILM.bytes });
    fixture.otherHolders = otherHolders;
    fixture.damage("film", 7);
    fixture.reportWrongPiece(0);
    await fixture.untilLogged("damaged");
    fixture.indexFixture.clock.advance(590_000);
    fixture.reportWrongPiece(0);
    await fixture.indexFixture.nextScans();
    expect([fixture.pieceReads, fixture.wholeReads]).toEqual([1, 1]);
    expect(fixture.repairs.counts.unrepairable).toBe(1);
    expect(fs.statSync(fixture.indexFixture.path("film")).size).toBe(size);
    expect(fixture.indexFixture.kinds("film")).toEqual(["present"]);
    expect(fixture.stagedNames).toEqual([]);
    await fixture.close();
  },
);

test("a damaged file that nobody else holds is read again under another name, so that the log names that", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  fixture.otherHolders = 0;
  fixture.damage("film", 7);
  fixture.reportWrongPiece(0);
  await fixture.untilLogged("damaged");
  expect(await fixture.indexFixture.index.renameConflict("film", id, "film.conflict-1")).toBe(true);
  fixture.reportWrongPiece(0);
  await fixture.indexFixture.until("it was read again", () => fixture.repairs.counts.unrepairable === 2);
  expect(fixture.messages.at(-1)).toStartWith("film.conflict-1 is damaged on this disk");
  await fixture.close();
});

test("a file that a user has changed or has open is a new version, and no damage", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  fs.truncateSync(fixture.indexFixture.path("film"), 5 * MIB);
  fixture.reportWrongPiece(0);
  await fixture.indexFixture.until(
    "the new version is known",
    () => fixture.indexFixture.index.get("film")?.size === 5 * MIB,
  );
  expect(fixture.events).not.toContain("repairing");
  await fixture.close();

  const other = await RepairFixture.open({ film: FILM.bytes });
  const writer = fs.openSync(other.indexFixture.path("film"), "r+");
  fs.writeSync(writer, "new", 0);
  other.reportWrongPiece(0);
  await other.indexFixture.until("it was looked at", () => other.wholeReads === 1 && other.indexFixture.writers > 0);
  await other.indexFixture.nextScans();
  fs.closeSync(writer);
  expect(other.events).not.toContain("repairing");
  expect(fs.existsSync(other.indexFixture.path("film"))).toBe(true);
  expect(other.stagedNames).toEqual([]);
  await other.close();
});

test("a version that is being copied for another name is not touched, and is repaired once that copy has its name", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  const journal = await systemDisk.open(`${fixture.part}.journal`, "update");
  expect(systemDisk.lock(journal)).toBe("taken");
  fixture.damage("film", 7);
  fixture.reportWrongPiece(0);
  await fixture.indexFixture.until("it was read", () => fixture.wholeReads === 1);
  await fixture.indexFixture.nextScans();
  expect(fs.existsSync(fixture.indexFixture.path("film"))).toBe(true);
  expect(fixture.stagedNames).toEqual([`${id}.part.journal`]);
  expect(fixture.events).not.toContain("repairing");
  await systemDisk.close(journal);
  fs.writeFileSync(fixture.indexFixture.path("other"), FILM.bytes);
  await fixture.untilLogged("repairing");
  expect(fixture.indexFixture.kinds("film")).toEqual(["present", "gone"]);
  expect(fs.existsSync(fixture.indexFixture.path("other"))).toBe(true);
  await fixture.close();
});

test("what is being repaired is known after a restart, and what did not come to it is forgotten", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes, note: NOTE.bytes });
  fixture.damage("film", 7);
  fixture.reportWrongPiece(0);
  await fixture.untilLogged("repairing");
  await fixture.close();
  const { folder, store } = fixture.indexFixture;
  const next = new RepairFixture(folder, store);
  await next.repairs.start();
  expect(next.repairs.isPartNeeded(`${id}.part.journal`)).toBe(true);
  expect(next.repairs.isPartNeeded(`${NOTE.version.id}.part`)).toBe(false);
  next.repairs.withdraw("film");
  expect(next.repairs.isPartNeeded(`${id}.part`)).toBe(false);
  await next.indexFixture.start();
  await next.close();

  store.setMeta("repairs", `${NOTE.version.id} note`);
  const third = new RepairFixture(folder, store);
  await third.repairs.start();
  expect(third.repairs.isPartNeeded(NOTE.version.id)).toBe(false);
});

test("a repair goes on although its disk is not mounted when the secondary starts", async () => {
  const fixture = new RepairFixture();
  const part = fixture.indexFixture.path(`disk/.redes/${id}.part`);
  fixture.indexFixture.store.setMeta("repairs", `${id} disk/film\t${part}`);
  fixture.missingDisk = "disk";
  await fixture.repairs.start();
  expect(fixture.repairs.isPartNeeded(`${id}.part`)).toBe(true);
  expect(fixture.repairs.isRepairing("disk/film")).toBe(true);
  // In the next run the disk is mounted, and the part is not on it.
  const next = new RepairFixture(fixture.indexFixture.folder, fixture.indexFixture.store);
  await next.repairs.start();
  expect(next.repairs.isRepairing("disk/film")).toBe(false);
});

test("a file that was put back while the secondary was stopped is not repaired any more, whatever starts first", async () => {
  for (const first of ["repairs", "index"] as const) {
    const fixture = new RepairFixture();
    const { indexFixture, repairs } = fixture;
    fs.mkdirSync(fixture.staging);
    fs.writeFileSync(fixture.part, FILM.bytes);
    fs.writeFileSync(indexFixture.path("film"), FILM.bytes);
    indexFixture.store.setMeta("repairs", `${id} film\t${fixture.part}`);
    // Nobody may delete the part of a repair before it is known which there are.
    expect(repairs.isPartNeeded(`${id}.part`)).toBe(true);
    if (first === "repairs") await repairs.start();
    await indexFixture.start();
    if (first === "index") await repairs.start();
    await indexFixture.until("it is repaired", () => !repairs.isRepairing("film"));
    expect(fixture.events).toContain("repaired");
    await fixture.close();
  }
});

test("a file that cannot be read is named, and one that is gone is not called unreadable", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  fixture.readFailure = new DiskError("other", "film", "cannot read film: EIO");
  fixture.reportWrongPiece(0);
  await fixture.untilLogged("unreadable");
  expect(fixture.messages).toContain("film cannot be read: cannot read film: EIO; delete it to have it copied back");
  for (const failure of [new DiskError("missing", "film", "no such file"), new FileChanged("film")]) {
    fixture.indexFixture.clock.advance(60_000);
    fixture.events.length = 0;
    fixture.readFailure = failure;
    const before = fixture.pieceReads;
    fixture.reportWrongPiece(0);
    await fixture.indexFixture.until("it was read", () => fixture.pieceReads === before + 1);
    await fixture.indexFixture.nextScans();
    expect(fixture.events).not.toContain("unreadable");
  }
  await fixture.close();
});

test("the log says how many pieces are damaged; a piece that the file does not have is no reason to read it", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  fixture.reportWrongPiece(6);
  expect(fixture.events).not.toContain("suspect");
  fixture.damage("film", 7, 2 * MIB);
  fixture.reportWrongPiece(0);
  await fixture.untilLogged("repairing");
  expect(fixture.messages.at(-1)).toStartWith("film is damaged on this disk: 2 of its 6 pieces; ");
  await fixture.close();
});

test("a disk with very many damaged files is not emptied", async () => {
  const fixture = new RepairFixture();
  const { indexFixture, repairs } = fixture;
  fs.writeFileSync(indexFixture.path("film"), FILM.bytes);
  fs.mkdirSync(fixture.staging);
  const others = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(64, "0"));
  indexFixture.store.setMeta("repairs", others.map((other) => `${other} disk/${other}\tnowhere`).join("\n"));
  fixture.missingDisk = "disk";
  await repairs.start();
  await indexFixture.start();
  fixture.damage("film", 7);
  fixture.reportWrongPiece(0);
  await indexFixture.until("it was read", () => fixture.wholeReads === 1);
  await indexFixture.nextScans();
  expect(fs.existsSync(indexFixture.path("film"))).toBe(true);
  expect(repairs.isRepairing("film")).toBe(false);
  expect(fixture.events).not.toContain("repairing");
  await fixture.close();
});

test("only an answer about the same file counts", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  fixture.otherHolders = null;
  fixture.damage("film", 7);
  fixture.reportWrongPiece(0);
  await fixture.indexFixture.until("the central is asked", () => fixture.openQueries === 1);
  const holder = { number: 2, host: "h", port: 1, partial: false };
  fixture.repairs.sourcesChanged("film", NOTE.version.id, [holder]);
  fixture.repairs.sourcesChanged("note", id, [holder]);
  expect(fixture.openQueries).toBe(1);
  fixture.repairs.sourcesChanged("film", id, [holder]);
  expect(fixture.openQueries).toBe(0);
  await fixture.untilLogged("repairing");
  await fixture.close();
});

test("a disk that goes while a damaged file is taken out keeps nobody from repairing the file once it is back", async () => {
  const fixture = await RepairFixture.open({ film: FILM.bytes });
  const { guard, folder, clock } = fixture.indexFixture;
  guard.watch(() => {});
  fixture.damage("film", MIB + 5);
  const away = path.join(temporaryFolder(), "away");
  fixture.disk.truncate = async (fd, length) => {
    await systemDisk.truncate(fd, length);
    fixture.disk.truncate = systemDisk.truncate;
    fs.renameSync(folder, away);
    fs.mkdirSync(folder);
  };
  fixture.reportWrongPiece(1);
  await fixture.indexFixture.until("it is missed", () => fs.existsSync(away) && !guard.isPresent);
  fs.rmdirSync(folder);
  fs.renameSync(away, folder);
  await fixture.indexFixture.until("it is back", () => guard.isPresent);
  clock.advance(60_000);
  fixture.reportWrongPiece(1);
  await fixture.untilLogged("repairing");
  expect(fixture.events).not.toContain("unreadable");
  expect(fs.existsSync(fixture.part)).toBe(true);
  await fixture.close();
});
