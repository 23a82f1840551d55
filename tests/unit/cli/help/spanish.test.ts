import { afterEach, beforeEach, expect, test } from "bun:test";
import { allCommands, redes } from "../../../../src/cli/commands.ts";
import { flagsOf } from "../../../../src/cli/flags/command.ts";
import { helpFor } from "../../../../src/cli/flags/help.ts";
import { languageIn } from "../../../../src/cli/flags/language.ts";
import { manPage } from "../../../../src/cli/help/man/man-page.ts";
import { spanish } from "../../../../src/sentences/spanish/spanish.ts";
import { speak } from "../../../../src/text/texts.ts";

/** Sentences of three words or more, whose Spanish is another: none of them is a word of a command, or the name of a file. */
const ENGLISH = Object.entries(spanish)
  .filter(([text, inSpanish]) => text !== inSpanish && /\p{L}+ \p{L}+ \p{L}+/u.test(text) && !text.includes("{"))
  .map(([text]) => text);

beforeEach(() => speak("es"));
afterEach(() => speak("en"));

/** What there is of English in a text, whose lines may be broken between words. */
function englishIn(text: string): string[] {
  const flat = text.replaceAll(/\s+/g, " ").replaceAll("\\-", "-").replaceAll("\\(aq", "'");
  return ENGLISH.filter((sentence) => flat.includes(sentence.replaceAll(/\s+/g, " ")));
}

test.each([...allCommands()].map((command) => [command.meta.name, command] as const))(
  "the help and the manual page of %s are Spanish, and fit into 80 columns",
  (_name, command) => {
    const help = helpFor(command, false);
    for (const line of help.split("\n")) expect([line, line.length <= 80]).toEqual([line, true]);
    expect(help).toContain("Uso: redes");
    expect(englishIn(help)).toEqual([]);
    expect(englishIn(manPage(command, command === redes ? [] : [redes]))).toEqual([]);
    for (const { value, preset, help: text } of flagsOf(command)) {
      for (const word of [value, text]) if (word) expect(Object.hasOwn(spanish, word)).toBe(true);
      if (preset !== null && /\p{Ll}{2,} \p{Ll}{2,}/u.test(preset)) expect(Object.hasOwn(spanish, preset)).toBe(true);
    }
  },
);

test("the language is known before a command line is checked: of --lang, else of the environment", () => {
  const of = (line: string, LANG = "es_ES.UTF-8") => languageIn(line.split(" "), { LANG });
  expect(of("client get")).toBe("es");
  expect(of("client get --lang en")).toBe("en");
  expect(of("client get --lang=es", "en_GB")).toBe("es");
  expect(of("client get --lang fr", "en_GB")).toBe("en");
  expect(of("client get -- --lang en")).toBe("es");
  expect(of("client get --lang")).toBe("es");
});
