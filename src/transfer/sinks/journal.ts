import { Packr } from "msgpackr/pack";
import { Unpackr } from "msgpackr/unpack";
import * as v from "valibot";
import type { FileId } from "../../platform/disk/disk.ts";
import { bytesEqual, HASH_BYTES, hash } from "../../platform/hash.ts";
import { Bitmap } from "../../protocol/versions/bitmap.ts";
import { hashesMatch, pieceCount, pieceHash, type Version } from "../../protocol/versions/version.ts";

/**
 * A journal: magic · u32 header length · 32-byte BLAKE3 of the header · header (MessagePack) · one mark for each piece.
 * A mark is the first four bytes of the piece's hash, with the lowest bit of the first byte set. It is written after the
 * piece is verified and written; other bytes in its place mean that the piece is not there. So a torn, truncated or damaged
 * journal can lose pieces but not invent them.
 */
const MAGIC = new TextEncoder().encode("redes journal 2\n");
const MARK_BYTES = 4;
const HEADER_POSITION = MAGIC.length + 4 + HASH_BYTES;
/** Largest journal in bytes: 16,384 pieces with hash and mark, and a name. */
export const MAX_JOURNAL_BYTES = 1024 * 1024;

const options = { useRecords: false, variableMapSize: true } as const;
const packr = new Packr(options);
const unpackr = new Unpackr(options);

const decimal = v.pipe(
  v.string(),
  v.regex(/^\d{1,20}$/),
  v.transform((text) => BigInt(text)),
);

const header = v.object({
  name: v.string(),
  id: v.string(),
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  hashes: v.instance(Uint8Array),
  session: v.nullable(v.string()),
  /** Decimal digits: it may be more than a number can hold. */
  device: decimal,
  inode: decimal,
  checked: v.boolean(),
});

/** What a journal says of a download that was begun. */
export interface JournalState {
  readonly name: string;
  readonly version: Version;
  /** 32 bytes for each piece; they match the version. */
  readonly hashes: Uint8Array;
  /** In which the marks were made; see markSession. */
  readonly session: string | null;
  /** The part that it is about. */
  readonly file: FileId;
  /** Whether the marks are of pieces that were verified; if not, some may be of pieces that were still to be read. */
  readonly checked: boolean;
  readonly have: Bitmap;
}

/** A journal without any mark. Those that differ in `checked` alone are of the same length. */
export function encodeJournal(state: Omit<JournalState, "have">): Uint8Array {
  const { name, version, hashes, session, checked } = state;
  const [device, inode] = [state.file.device, state.file.inode].map(String);
  const body = packr.pack({ name, id: version.id, size: version.size, hashes, session, device, inode, checked });
  const marks = pieceCount(version.size) * MARK_BYTES;
  const bytes = Buffer.alloc(HEADER_POSITION + body.length + marks);
  bytes.set(MAGIC, 0);
  bytes.writeUInt32BE(body.length, MAGIC.length);
  bytes.set(hash(body), MAGIC.length + 4);
  bytes.set(body, HEADER_POSITION);
  return bytes;
}

/** A journal made by {@link encodeJournal}, with the marks of these pieces. */
export function encodeMarks(journal: Uint8Array, size: number, hashes: Uint8Array, have: Bitmap): Uint8Array {
  const whole = new Uint8Array(journal);
  const offset = marksOffset(journal, size);
  for (const piece of have) whole.set(journalMark(pieceHash(hashes, piece)), markPosition(offset, piece));
  return whole;
}

/** What the bytes of a journal say, or null when they are not one: foreign, damaged, cut off. */
export function decodeJournal(bytes: Uint8Array): JournalState | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < HEADER_POSITION || !bytesEqual(buffer.subarray(0, MAGIC.length), MAGIC)) return null;
  const end = HEADER_POSITION + buffer.readUInt32BE(MAGIC.length);
  const body = buffer.subarray(HEADER_POSITION, end);
  if (buffer.length < end || !bytesEqual(hash(body), buffer.subarray(MAGIC.length + 4, HEADER_POSITION))) return null;
  const parsed = v.safeParse(header, unpackr.unpack(body));
  if (!parsed.success) return null;
  const { name, id, size, session, device, inode, checked } = parsed.output;
  // Not slice(): what the reader was given is a Buffer, whose slice is a view.
  const hashes = new Uint8Array(parsed.output.hashes);
  if (!hashesMatch({ id, size }, hashes)) return null;
  const have = new Bitmap(pieceCount(size));
  // It is written whole at the start: marks are missing, and which pieces they stood for is unknown.
  if (buffer.length < end + have.length * MARK_BYTES) return null;
  for (let piece = 0; piece < have.length; piece++) {
    const mark = buffer.subarray(end + piece * MARK_BYTES, end + (piece + 1) * MARK_BYTES);
    if (bytesEqual(mark, journalMark(pieceHash(hashes, piece)))) have.add(piece);
  }
  return { name, version: { id, size }, hashes, session, file: { device, inode }, checked, have };
}

/** What replaces a mark that is removed. */
export const NO_MARK: Uint8Array = new Uint8Array(MARK_BYTES);

/** The mark of a piece with this hash. Never zero, which is what an unwritten mark reads as. */
export function journalMark(pieceHash: Uint8Array): Uint8Array {
  const mark = new Uint8Array(pieceHash.subarray(0, MARK_BYTES));
  mark[0] = (mark[0] ?? 0) | 1;
  return mark;
}

/** Where the marks begin in a journal made by {@link encodeJournal}. */
export function marksOffset(journal: Uint8Array, size: number): number {
  return journal.length - pieceCount(size) * MARK_BYTES;
}

/** The position of a piece's mark. */
export function markPosition(offset: number, piece: number): number {
  return offset + piece * MARK_BYTES;
}
