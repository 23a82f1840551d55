import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readBashLine } from "../../../../src/cli/completion/bash-line.ts";
import { bashReplacement } from "../../../../src/cli/completion/bash-quoting.ts";

/** What bash has in COMP_WORDBREAKS by itself. */
const BREAKS = " \t\n\"'><=;|&(:";

describe("a line up to the cursor", () => {
  test.each([
    ["redes", [], "redes", 0, ""],
    ["redes ", ["redes"], "", 0, ""],
    ["redes  get\tmy", ["redes", "get"], "my", 0, ""],
    ["redes get my\\ fi", ["redes", "get"], "my fi", 0, ""],
    ["redes get 'my fi", ["redes", "get"], "my fi", 0, "'"],
    ['redes get "my fi', ["redes", "get"], "my fi", 0, '"'],
    ['redes get "a\\"b\\x', ["redes", "get"], 'a"b\\x', 0, '"'],
    ["redes get a'b c", ["redes", "get"], "ab c", 1, "'"],
    ["redes get 'a b'", ["redes", "get"], "a b", 0, ""],
    ["redes get 'a b' ", ["redes", "get", "a b"], "", 0, ""],
    ["redes --log=j", ["redes"], "--log=j", 6, ""],
    ["redes --key-file='my k", ["redes"], "--key-file=my k", 11, "'"],
    ["redes get a\\:b:c", ["redes", "get"], "a:b:c", 4, ""],
    ["redes get a'='b", ["redes", "get"], "a=b", 0, ""],
    ["redes get $'a\\nb' $'c\\'d", ["redes", "get", "a\nb"], "c'd", 0, "'"],
    ["redes get ñandú\\ 😀", ["redes", "get"], "ñandú 😀", 0, ""],
    ["redes get a\\", ["redes", "get"], "a", 0, ""],
    ["redes get ''", ["redes", "get"], "", 0, ""],
  ] as const)("%p", (line, before, typed, kept, quote) => {
    expect(readBashLine(line, BREAKS)).toEqual({ before: [...before], typed, kept, quote });
  });
});

test("a word takes the place of what bash replaces, in the quotes that are open", () => {
  const replaced = (line: string, word: string) => bashReplacement(word, readBashLine(line, BREAKS), false);
  expect(replaced("redes get my", "my film.mkv")).toBe("my\\ film.mkv");
  expect(replaced("redes get 'my", "my film.mkv")).toBe("'my film.mkv'");
  expect(replaced('redes get "my', "my film.mkv")).toBe('"my film.mkv"');
  expect(replaced('redes get "a', 'a "b" $c `d` \\e!')).toBe('"a \\"b\\" \\$c \\`d\\` \\\\e"\\!""');
  expect(replaced("redes get 'it", "it's")).toBe("'it'\\''s'");
  expect(replaced("redes --log=", "--log=json")).toBe("json");
  expect(replaced("redes --log", "--log=json")).toBe("--log\\=json");
  expect(replaced("redes get a'b", "ab c")).toBe("'b c'");
  expect(replaced("redes get ", "Ñandú 😀.mkv")).toBe("Ñandú\\ 😀.mkv");
  expect(bashReplacement("my films/", readBashLine("redes get 'my", BREAKS), true)).toBe("'my films/");
});

test("what is inserted is read as the word again", () => {
  const character = fc.constantFrom(...`ab é😀'"\\$\`!#~&|;<>()*?[]{}=:@/\n\t-`);
  const word = fc.array(character, { minLength: 1, maxLength: 12 }).map((characters) => characters.join(""));
  fc.assert(
    fc.property(word, fc.nat(12), fc.constantFrom("", "'", '"'), (wanted, length, quote) => {
      const start = [...wanted].slice(0, length).join("");
      const typed = `redes get ${bashReplacement(start, { before: [], typed: "", kept: 0, quote }, true)}`;
      const line = readBashLine(typed, BREAKS);
      if (line.typed !== start) throw new Error(`${typed}: ${line.typed}`);
      // Bash keeps what is before, and an open quote with which the new text begins anew.
      const position = typed.length - rawLengthBehind(typed, line.kept, line.quote);
      const whole = typed.slice(0, position) + bashReplacement(wanted, line, false);
      expect(readBashLine(`${whole} `, BREAKS).before.at(-1)).toBe(wanted);
    }),
    { numRuns: 2000 },
  );
});

/** How much of a line bash replaces: what lies behind the characters that are kept. */
function rawLengthBehind(typed: string, kept: number, quote: string): number {
  for (let length = 0; length <= typed.length; length++) {
    const before = typed.slice(0, typed.length - length);
    const line = readBashLine(before, "");
    if (line.quote === "" && line.typed.length === kept && (quote === "" || typed[before.length] === quote)) {
      if (!/[^\\](\\\\)*\\$/.test(before)) return length;
    }
  }
  throw new Error(`nothing of ${typed} is kept`);
}
