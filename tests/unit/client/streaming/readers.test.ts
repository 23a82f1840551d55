import { expect, test } from "bun:test";
import { ReadAhead } from "../../../../src/client/streaming/read-ahead.ts";
import { Readers } from "../../../../src/client/streaming/readers.ts";
import { MIB } from "../../../support/files.ts";

const SIZE = 1000 * MIB;

function readersAt(...starts: readonly number[]): Readers {
  return readersWith(new ReadAhead(), ...starts);
}

function readersWith(readAhead: ReadAhead, ...starts: readonly number[]): Readers {
  const readers = new Readers(SIZE, readAhead);
  for (const [reader, start] of starts.entries()) {
    readers.add(reader);
    readers.begin(reader, start, SIZE);
  }
  return readers;
}

test("a reader that has not said what it wants, wants nothing", () => {
  const readers = new Readers(SIZE, new ReadAhead());
  readers.add(1);
  expect([readers.count, readers.windows()]).toEqual([1, []]);
});

test("little is fetched ahead of a reader at first, more as it reads on, and little again after a seek", () => {
  const readers = readersAt(10.5 * MIB);
  const lengths = [readers.windows()[0]?.length];
  for (const at of [11, 12, 16, 100, 200]) {
    readers.advance(0, at * MIB);
    lengths.push(readers.windows()[0]?.length);
  }
  expect(lengths).toEqual([4, 5, 7, 15, 64, 64]);
  readers.begin(0, 500 * MIB, SIZE);
  expect(readers.windows()).toEqual([{ start: 500, length: 4 }]);
});

test("nothing is fetched beyond what a reader wants, and nothing when it has had that", () => {
  const readers = new Readers(SIZE, new ReadAhead());
  readers.add(1);
  readers.begin(1, 10 * MIB, 11 * MIB + 1);
  expect(readers.windows()).toEqual([{ start: 10, length: 2 }]);
  readers.advance(1, 11 * MIB + 1);
  expect(readers.windows()).toEqual([]);
});

test("what a reader was told that it can read is wanted until it has had it", () => {
  const readers = readersAt(0);
  readers.extendReadable(0, 9 * MIB + 1);
  expect(readers.windows()).toEqual([{ start: 0, length: 10 }]);
  readers.advance(0, 9 * MIB);
  expect(readers.windows()[0]).toEqual({ start: 9, length: 22 });
});

test("readers of all files share what may be fetched ahead, and one that is gone leaves it to the others", () => {
  const readAhead = new ReadAhead();
  const [film, other] = [readersWith(readAhead, 0), readersWith(readAhead, 0, 500 * MIB)];
  for (const readers of [film, other]) readers.advance(0, 90 * MIB);
  expect([film, other].map((readers) => readers.windows()[0]?.length)).toEqual([21, 21]);
  other.end(0);
  other.end(1);
  other.end(1);
  expect(film.windows()[0]?.length).toBe(64);
});

test("what was wanted for a reader stays wanted when others come, until it has had it", () => {
  const readAhead = new ReadAhead();
  const film = readersWith(readAhead, 0);
  film.advance(0, 90 * MIB);
  expect(film.windows()).toEqual([{ start: 90, length: 64 }]);
  readersWith(readAhead, ...Array.from({ length: 31 }, () => 0));
  film.advance(0, 91 * MIB);
  expect(film.windows()).toEqual([{ start: 91, length: 63 }]);
  film.advance(0, 153 * MIB);
  expect(film.windows()).toEqual([{ start: 153, length: 2 }]);
});

test("many readers share what may be fetched ahead, and each has two pieces at least", () => {
  const many = readersAt(...Array.from({ length: 8 }, (_, index) => index * 100 * MIB));
  for (let reader = 0; reader < 8; reader++) many.advance(reader, (reader * 100 + 90) * MIB);
  expect(many.windows().map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 8));
  const crowd = readersAt(...Array.from({ length: 500 }, (_, index) => index * MIB));
  expect(new Set(crowd.windows().map(({ length }) => length))).toEqual(new Set([2]));
});

test("what all have had together counts, and a reader that is gone wants nothing", () => {
  const readers = readersAt(0, 600 * MIB);
  readers.advance(0, 600 * MIB);
  readers.advance(1, SIZE);
  expect(readers.had.covers(SIZE)).toBe(true);
  readers.end(0);
  readers.end(1);
  expect([readers.count, readers.windows()]).toEqual([0, []]);
});

test("what a reader has had already, or has had after its end, counts no more", () => {
  const readers = readersAt(10 * MIB);
  readers.advance(0, 12 * MIB);
  const windows = readers.windows();
  readers.advance(0, 11 * MIB);
  expect(readers.windows()).toEqual(windows);
  readers.end(0);
  readers.advance(0, 20 * MIB);
  expect([readers.count, readers.windows()]).toEqual([0, []]);
});
