import type { Fingerprint } from "../../platform/content-state.ts";
import { HASH_BYTES } from "../../platform/hash.ts";
import { StringPool } from "../../platform/string-pool.ts";
import type { FileRecord } from "./file-record.ts";

/** Rows at the beginning. */
const FIRST_ROWS = 64;
/** Whether a file was changed, and which of its hashes are known. */
const [CHANGED, HAS_BLAKE3, HAS_SHA256] = [1, 2, 4];

/**
 * Records by number, in columns: of a million files the objects, with two hashes each as text, would take three times the
 * memory. A record is made anew each time that somebody asks for it.
 */
export class RecordColumns {
  private rows = FIRST_ROWS;
  /** A row that was removed has no name. */
  private readonly names: (string | undefined)[] = [];
  private readonly vectors: string[] = [];
  private readonly edits: string[] = [];
  private readonly vectorPool = new StringPool();
  private readonly editsPool = new StringPool();
  private readonly free: number[] = [];
  private sizes = new Float64Array(FIRST_ROWS);
  private mtimes = new BigInt64Array(FIRST_ROWS);
  private ctimes = new BigInt64Array(FIRST_ROWS);
  private inodes = new BigUint64Array(FIRST_ROWS);
  private flags = new Uint8Array(FIRST_ROWS);
  private ids = Buffer.alloc(FIRST_ROWS * HASH_BYTES);
  private blake3s = Buffer.alloc(FIRST_ROWS * HASH_BYTES);
  /** Null as long as none is known: only servers with HTTP make them. */
  private sha256s: Buffer | null = null;

  /** Rows that there are, with those that were removed. */
  get length(): number {
    return this.names.length;
  }

  /** Adds a record; gives its number. */
  add(record: FileRecord): number {
    const row = this.free.pop() ?? this.names.length;
    if (row === this.rows) this.grow();
    this.set(row, record);
    return row;
  }

  /** Puts a record in the place of another one. */
  set(row: number, record: FileRecord): void {
    const { blake3, sha256 } = record;
    this.names[row] = record.name;
    this.vectors[row] = this.vectorPool.intern(record.vector);
    this.edits[row] = this.editsPool.intern(record.edits);
    this.sizes[row] = record.size;
    this.mtimes[row] = record.mtimeNs;
    this.ctimes[row] = record.ctimeNs;
    this.inodes[row] = record.inode;
    writeHash(this.ids, row, record.id);
    if (blake3 !== null) writeHash(this.blake3s, row, blake3);
    if (sha256 !== null) {
      this.sha256s ??= Buffer.alloc(this.rows * HASH_BYTES);
      writeHash(this.sha256s, row, sha256);
    }
    this.flags[row] =
      (record.changed ? CHANGED : 0) | (blake3 === null ? 0 : HAS_BLAKE3) | (sha256 === null ? 0 : HAS_SHA256);
  }

  remove(row: number): void {
    this.names[row] = undefined;
    this.free.push(row);
  }

  /** Undefined where the record was removed. */
  get(row: number): FileRecord | undefined {
    const name = this.names[row];
    if (name === undefined) return undefined;
    const flags = this.flags[row] ?? 0;
    return {
      name,
      size: this.sizes[row] ?? 0,
      ...this.fingerprintTimes(row),
      id: hexAt(this.ids, row),
      vector: this.vectors[row] ?? "",
      changed: (flags & CHANGED) !== 0,
      edits: this.edits[row] ?? "",
      blake3: flags & HAS_BLAKE3 ? hexAt(this.blake3s, row) : null,
      sha256: flags & HAS_SHA256 && this.sha256s ? hexAt(this.sha256s, row) : null,
    };
  }

  nameAt(row: number): string | undefined {
    return this.names[row];
  }

  sizeAt(row: number): number {
    return this.sizes[row] ?? 0;
  }

  idAt(row: number): string {
    return hexAt(this.ids, row);
  }

  /** A number that two records of the same version have in common, and others seldom. */
  idKeyAt(row: number): number {
    return this.ids.readUIntBE(row * HASH_BYTES, ID_KEY_BYTES);
  }

  private fingerprintTimes(row: number): Omit<Fingerprint, "size"> {
    return { mtimeNs: this.mtimes[row] ?? 0n, ctimeNs: this.ctimes[row] ?? 0n, inode: this.inodes[row] ?? 0n };
  }

  /** By half, so that little is unused. */
  private grow(): void {
    const rows = this.rows + Math.max(FIRST_ROWS, this.rows >> 1);
    this.sizes = copied(this.sizes, new Float64Array(rows));
    this.mtimes = copied(this.mtimes, new BigInt64Array(rows));
    this.ctimes = copied(this.ctimes, new BigInt64Array(rows));
    this.inodes = copied(this.inodes, new BigUint64Array(rows));
    this.flags = copied(this.flags, new Uint8Array(rows));
    this.ids = copied(this.ids, Buffer.alloc(rows * HASH_BYTES));
    this.blake3s = copied(this.blake3s, Buffer.alloc(rows * HASH_BYTES));
    this.sha256s &&= copied(this.sha256s, Buffer.alloc(rows * HASH_BYTES));
    this.rows = rows;
  }
}

/** Bytes of an id that make a number which is exact. */
const ID_KEY_BYTES = 6;

/** The number of {@link RecordColumns.idKeyAt} for an id. */
export function idKey(id: string): number {
  return Number.parseInt(id.slice(0, 2 * ID_KEY_BYTES), 16);
}

function writeHash(hashes: Buffer, row: number, hash: string): void {
  if (hashes.write(hash, row * HASH_BYTES, HASH_BYTES, "hex") !== HASH_BYTES)
    throw new RangeError(`${JSON.stringify(hash)} is no hash of 64 hexadecimal digits`);
}

function hexAt(hashes: Buffer, row: number): string {
  return hashes.toString("hex", row * HASH_BYTES, (row + 1) * HASH_BYTES);
}

function copied<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from);
  return to;
}
