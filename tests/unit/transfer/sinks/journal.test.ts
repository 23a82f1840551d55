import { describe, expect, test } from "bun:test";
import { MIB } from "../../../../src/platform/units.ts";
import { pieceHash } from "../../../../src/protocol/versions/version.ts";
import {
  decodeJournal,
  encodeJournal,
  journalMark,
  MAX_JOURNAL_BYTES,
  markPosition,
  marksOffset,
} from "../../../../src/transfer/sinks/journal.ts";
import { content } from "../content.ts";

const { version, hashes } = content(9 * MIB + 5);
const HAVE = [0, 3, 9];

const FILE = { device: 2n ** 63n + 5n, inode: 7n };
const STATE = { name: "a/b.bin", version, hashes, session: "boot-1", file: FILE, checked: true };

/** A journal with some marks, as connections make them. */
function journal(): Uint8Array {
  const bytes = encodeJournal(STATE);
  const offset = marksOffset(bytes, version.size);
  for (const piece of HAVE) bytes.set(journalMark(pieceHash(hashes, piece)), markPosition(offset, piece));
  return bytes;
}

function hexOf(text: string): string {
  return Buffer.from(text).toString("hex");
}

function pieces(bytes: Uint8Array): number[] | null {
  const have = decodeJournal(bytes)?.have;
  return have ? Array.from({ length: 10 }, (_, piece) => piece).filter((piece) => have.has(piece)) : null;
}

describe("a journal", () => {
  test("says what was written into it", () => {
    const state = decodeJournal(journal());
    expect(state).toMatchObject({ name: "a/b.bin", version, session: "boot-1", file: FILE, checked: true });
    expect(state?.hashes).toEqual(new Uint8Array(hashes));
    expect(pieces(journal())).toEqual(HAVE);
    expect(decodeJournal(encodeJournal({ ...STATE, session: null }))).toMatchObject({ session: null });
  });

  test("has the form that programs before and after this one read", () => {
    const empty = content(0);
    const bytes = encodeJournal({ ...STATE, ...empty, name: "f", file: { device: 1n, inode: 2n } });
    const fields = [
      ...["88", "a4".concat(hexOf("name")), "a1".concat(hexOf("f"))],
      ...["a2".concat(hexOf("id")), "d940".concat(hexOf(empty.version.id)), "a4".concat(hexOf("size")), "00"],
      ...["a6".concat(hexOf("hashes")), "c400", "a7".concat(hexOf("session")), "a6".concat(hexOf("boot-1"))],
      ...[
        "a6".concat(hexOf("device")),
        "a131",
        "a5".concat(hexOf("inode")),
        "a132",
        "a7".concat(hexOf("checked")),
        "c3",
      ],
    ];
    expect(Buffer.from(bytes).toString("latin1")).toStartWith("redes journal 2\n");
    // After the magic, the length and the hash.
    expect(Buffer.from(bytes).toString("hex", 16 + 4 + 32)).toBe(fields.join(""));
  });

  test("that is checked differs from one that is not in its header alone", () => {
    const unchecked = encodeJournal({ ...STATE, checked: false });
    expect(decodeJournal(unchecked)?.checked).toBe(false);
    expect(marksOffset(unchecked, version.size)).toBe(marksOffset(encodeJournal(STATE), version.size));
  });

  test("of an empty file, and of one of the most pieces, can be told", () => {
    const empty = content(0);
    expect(decodeJournal(encodeJournal({ ...STATE, ...empty }))?.have.full).toBe(true);
    const most = new Uint8Array(16_384 * 32);
    expect(
      encodeJournal({
        ...STATE,
        name: "n".repeat(1024),
        version: { id: "0".repeat(64), size: 2 ** 50 },
        hashes: most,
        session: "b".repeat(60),
      }).length,
    ).toBeLessThan(MAX_JOURNAL_BYTES);
  });

  test("that is cut off anywhere is none: what it no longer tells of may be there", () => {
    const whole = journal();
    for (let length = 0; length < whole.length; length++) expect(pieces(whole.subarray(0, length))).toBeNull();
    expect(pieces(whole)).toEqual([...HAVE]);
  });

  test("with any byte changed loses pieces, and invents none", () => {
    const whole = journal();
    const offset = marksOffset(whole, version.size);
    for (let place = 0; place < whole.length; place++) {
      for (const change of [1, 0x80, 0xff]) {
        const damaged = new Uint8Array(whole);
        damaged[place] = (damaged[place] ?? 0) ^ change;
        const found = pieces(damaged);
        if (place < offset) expect(found).toBeNull();
        else expect(found?.every((piece) => HAVE.includes(piece))).toBe(true);
      }
    }
  });

  test("is not what is something else", () => {
    for (const text of ["", "redes", "hello, this is a text file of somebody", "\0".repeat(500)]) {
      expect(decodeJournal(Buffer.from(text))).toBeNull();
    }
  });

  test("whose hashes are not those of its version is none", () => {
    const other = content(9 * MIB + 5, 2);
    expect(decodeJournal(encodeJournal({ ...STATE, hashes: other.hashes }))).toBeNull();
    expect(decodeJournal(encodeJournal({ ...STATE, version: { ...version, size: 10 * MIB + 5 } }))).toBeNull();
  });

  test("mark leaves the hash alone, also where it is a Buffer", () => {
    const piece = Buffer.alloc(32, 2);
    expect(journalMark(piece)).toEqual(new Uint8Array([3, 2, 2, 2]));
    expect(piece[0]).toBe(2);
  });

  test("never marks a piece with what an unwritten mark reads as", () => {
    expect(journalMark(new Uint8Array(32))).toEqual(new Uint8Array([1, 0, 0, 0]));
  });
});
