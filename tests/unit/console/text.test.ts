import { expect, test } from "bun:test";
import { forTerminal } from "../../../src/console/text.ts";

test("a text for a terminal keeps its lines and colors, and neither commands it otherwise nor turns the writing", () => {
  const text = "one\n\u001b[31mred\u001b[0m\u001b[2J\u009b2J\u0007 a\u202efdp.exe\u2067z";
  expect(forTerminal(text)).toBe("one\n\u001b[31mred\u001b[0m[2J2J a�fdp.exe�z\u001b[0m");
});
