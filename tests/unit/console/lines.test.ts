import { expect, test } from "bun:test";
import fc from "fast-check";
import { LineSplitter, OVERLONG } from "../../../src/console/lines.ts";

function split(chunks: readonly Uint8Array[], longest = 1000): (string | typeof OVERLONG)[] {
  const splitter = new LineSplitter(longest);
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

test("LF, CRLF, empty lines and a last line without a line feed", () => {
  expect(split([Buffer.from("a\r\n\nb\rc\nd")])).toEqual(["a", "", "b\rc", "d"]);
  expect(split([Buffer.from("a\n")])).toEqual(["a"]);
  expect(split([])).toEqual([]);
});

test("what is not UTF-8 is replaced, and a byte order mark left out", () => {
  expect(split([Buffer.from([0xff, 0x41, 0xc3, 0x0a, 0xef, 0xbb, 0xbf, 0x42])])).toEqual(["�A�", "B"]);
});

test("an overlong line is named once, and the next one is whole", () => {
  expect(split([Buffer.from("12345\n123456\nab\n")], 5)).toEqual(["12345", OVERLONG, "ab"]);
  expect(split([Buffer.from("12345"), Buffer.from("6"), Buffer.from("7".repeat(99)), Buffer.from("8\nx")], 5)).toEqual([
    OVERLONG,
    "x",
  ]);
  expect(split([Buffer.from("123456")], 5)).toEqual([OVERLONG]);
});

test("where the chunks are cut does not matter", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.nat(60)), (text, cuts) => {
      const bytes = Buffer.from(text);
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(split(chunks)).toEqual(split([bytes]));
    }),
  );
});
