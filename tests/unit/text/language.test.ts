import { expect, test } from "bun:test";
import { chooseLanguage, languageOf } from "../../../src/text/language.ts";

test("the first language that there is is taken, else English", () => {
  const wanted = [
    ["es-MX", "en"],
    ["fr", "es", "en"],
    ["de"],
    [],
    ["en-US", "es"],
    ["EST"],
    ["es_ES.UTF-8"],
    ["es@euro"],
  ];
  expect(wanted.map(chooseLanguage)).toEqual(["es", "es", "en", "en", "en", "en", "es", "es"]);
});

test("of a terminal LC_ALL counts before LC_MESSAGES, and that before LANG; what is empty says nothing", () => {
  const [es, en] = ["es_ES.UTF-8", "en_GB.UTF-8"];
  expect(languageOf({ LC_ALL: es, LC_MESSAGES: en, LANG: en })).toBe("es");
  expect(languageOf({ LC_ALL: "C", LC_MESSAGES: es, LANG: es })).toBe("en");
  expect(languageOf({ LC_ALL: "", LC_MESSAGES: es, LANG: en })).toBe("es");
  expect(languageOf({ LC_MESSAGES: "", LANG: "es" })).toBe("es");
  expect(languageOf({ LC_TIME: es, LC_CTYPE: es })).toBe("en");
  expect(languageOf({})).toBe("en");
});
