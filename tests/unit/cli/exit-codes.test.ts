import { expect, test } from "bun:test";
import { allCommands } from "../../../src/cli/commands.ts";
import { EXIT, type ExitCode, exitCodeOf, worstExitCode } from "../../../src/cli/exit-codes.ts";
import { helpFor } from "../../../src/cli/flags/help.ts";

test("each failure has its own", () => {
  expect([null, "failed", "no-such-file", "unreachable", "refused"].map((each) => exitCodeOf(each as null))).toEqual([
    0, 1, 3, 4, 5,
  ]);
});

test.each([
  [[], 0],
  [[0, 0], 0],
  [[0, 3, 0], 3],
  [[3, 4], 4],
  [[2, 3], 3],
  [[2, 0], 2],
  // What came of a failed download is kept and can be resumed: the reader of the exit code must learn of that one.
  [[5, 1, 3], 1],
] as [ExitCode[], ExitCode][])("of several, %j: %d", (codes, code) => {
  expect(worstExitCode(codes)).toBe(code);
});

test("help tells all of them", () => {
  const get = [...allCommands()].find(({ meta }) => meta.name === "redes client get");
  const help = get ? helpFor(get, false) : "";
  for (const code of Object.values(EXIT)) expect(help).toMatch(new RegExp(`^  ${code}  \\w`, "m"));
});
