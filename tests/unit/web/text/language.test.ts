import { expect, test } from "bun:test";
import { chooseLanguage } from "../../../../src/web/text/language.ts";
import { TEXTS } from "../../../../src/web/text/text.ts";

test("the first language that the page has is taken, else English", () => {
  const wanted = [["es-MX", "en"], ["fr", "es", "en"], ["de"], [], ["en-US", "es"], ["EST"]];
  expect(wanted.map(chooseLanguage)).toEqual(["es", "es", "en", "en", "en", "en"]);
});

/** Each text with where it is in the table; a text with values is filled in with them. */
function textsOf(table: object, path = ""): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const at = `${path}/${key}`;
    if (typeof value === "string") return [[at, value]];
    if (typeof value === "function") return [[at, String(value(...Array(value.length).fill("◆")))]];
    return textsOf(value, at);
  });
}

test("every text is there in both languages, with the same values in it", () => {
  const [english, spanish] = [textsOf(TEXTS.en), new Map(textsOf(TEXTS.es))];
  expect([...spanish.keys()]).toEqual(english.map(([at]) => at));
  const valuesIn = (text: string) => text.split("◆").length - 1;
  for (const [at, text] of english) {
    expect([at, text.trim() !== ""]).toEqual([at, true]);
    expect([at, valuesIn(spanish.get(at) ?? "")]).toEqual([at, valuesIn(text)]);
    expect([at, spanish.get(at)?.trim() !== ""]).toEqual([at, true]);
  }
});
