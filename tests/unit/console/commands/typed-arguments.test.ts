import { describe, expect, test } from "bun:test";
import { quoteWord, splitWords, typedArguments } from "../../../../src/console/commands/typed-arguments.ts";

test.each<[string, readonly string[]]>([
  ["", []],
  ["  a   b\tc ", ["a", "b", "c"]],
  ['"my film" other', ["my film", "other"]],
  ["'a b' 'c'", ["a b", "c"]],
  ["it's fine", ["it's", "fine"]],
  [`"it's so" x`, ["it's so", "x"]],
  [`'a" b' "c' d"`, ['a" b', "c' d"]],
  // A quote that nothing ends is a part of the word.
  ['"a b', ['"a', "b"]],
  ['a"b c"', ['a"b', 'c"']],
  ['""', [""]],
  ["'series/**' \"[x] *\"", ["series/**", "[x] *"]],
  ["película\u3000日本 x", ["película", "日本", "x"]],
])("the words of %j", (text, words) => {
  expect(splitWords(text)).toEqual([...words]);
});

test.each(["a", "my film", "it's", "it's so", '"a"', 'a" b', "--all", "-x", "'", '"', 'it\'s "so" nice'])(
  "%j, quoted, is that word again",
  (word) => {
    expect(splitWords(quoteWord(word))).toEqual([word]);
    expect(typedArguments(quoteWord(word), {}).line).toBe(word);
  },
);

describe("what was typed", () => {
  const flags = { sort: "value", all: "toggle" } as const;
  const typed = (text: string) => {
    const { flags: given, words, line } = typedArguments(text, flags);
    return { given: Object.fromEntries(given), words: [...words], line };
  };

  test("is one text as well as its words", () => {
    expect(typed("my  film.mkv")).toEqual({ given: {}, words: ["my", "film.mkv"], line: "my  film.mkv" });
    expect(typed('"my film"')).toEqual({ given: {}, words: ["my film"], line: "my film" });
    expect(typed("-x.mkv")).toEqual({ given: {}, words: ["-x.mkv"], line: "-x.mkv" });
  });

  test("has flags anywhere, and none behind two dashes", () => {
    expect(typed("--sort size a b")).toEqual({ given: { sort: "size" }, words: ["a", "b"], line: "a b" });
    expect(typed("a --all --sort=name")).toEqual({ given: { all: "", sort: "name" }, words: ["a"], line: "a" });
    expect(typed('"--all" b')).toEqual({ given: {}, words: ["--all", "b"], line: '"--all" b' });
    expect(typed('--all "--sort"')).toEqual({ given: { all: "" }, words: ["--sort"], line: "--sort" });
    expect(typed("-- --all")).toEqual({ given: {}, words: ["--all"], line: "--all" });
  });

  test.each([
    ["--nope", "unknown flag --nope: there are --sort, --all; a name that begins so stands in quotes"],
    ["a --sort", "--sort needs a value"],
    ["a --sort=", "--sort needs a value"],
    ["--all=3", "--all takes no value"],
  ])("%s is refused", (text, message) => {
    expect(() => typed(text)).toThrow(message);
  });
});
