import { expect, test } from "bun:test";
import { forPipe, forTerminal } from "../../../src/console/text.ts";

test("a text for a terminal keeps its lines and colors, and neither commands it otherwise nor turns the writing", () => {
  const text = "one\n\u001b[31mred\u001b[0m\u001b[2J\u009b2J\u0007 a\u202efdp.exe\u2067z";
  expect(forTerminal(text)).toBe("one\n\u001b[31mred\u001b[0m[2J2J a�fdp.exe�z\u001b[0m");
});

test("one for a pipe keeps its lines and tabs, and has nothing that a terminal would obey when it is shown there", () => {
  const text = "one\ttwo\n\u001b[31mred\u001b[0m\u009b2J\u0007 a\u202efdp.exe\u2067z\u2028";
  const shown = forPipe(text);
  expect(shown).toStartWith("one\ttwo\nred");
  expect(shown).toEndWith(" a�fdp.exe�z�");
  expect(shown.replaceAll("\n", "").replaceAll("\t", "")).not.toMatch(/[\p{Cc}\u2028\u202a-\u202e\u2066-\u2069]/u);
});
