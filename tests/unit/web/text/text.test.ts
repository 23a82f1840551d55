import { expect, test } from "bun:test";
import { TEXTS } from "../../../../src/web/text/text.ts";
import { expectSameTexts } from "../../../support/same-texts.ts";

test("every text is there in both languages, with the same values in it", () => {
  expect(expectSameTexts(TEXTS.en, TEXTS.es)).toBeGreaterThan(100);
});
