import { expect, test } from "bun:test";
import { NOTICED_SILENCE_MS, Silence } from "../../../../src/transfer/waiting/silence.ts";

test("a silence is told once it has lasted, and never before anything is due", () => {
  const silence = new Silence();
  expect(silence.isNoticed(1e9)).toBe(false);
  silence.broken(500);
  expect([silence.isNoticed(499 + NOTICED_SILENCE_MS), silence.isNoticed(500 + NOTICED_SILENCE_MS)]).toEqual([
    false,
    true,
  ]);
  silence.broken(9000);
  expect(silence.isNoticed(9001)).toBe(false);
});
