import { describe, expect, test } from "bun:test";
import { createLog, type LogFormat, type Verbosity } from "../../../../src/platform/log/log.ts";

/** The lines of a log to which a line of each level is written. */
function linesOf(format: LogFormat, verbosity: Verbosity): string[] {
  const lines: string[] = [];
  const log = createLog({ format, verbosity, colors: false }, (line) => lines.push(line));
  log.debug("d", "how", { size: 1 });
  log.info("i", "what", { size: 2 });
  log.warn("w", "careful");
  log.error("e", "wrong");
  return lines;
}

describe("a line of text has the time, the level and the message", () => {
  test.each([
    ["quiet", ["warn: careful", "error: wrong"]],
    ["normal", ["what", "warn: careful", "error: wrong"]],
    [
      "verbose",
      [
        'debug: how {"event":"d","size":1}',
        'what {"event":"i","size":2}',
        'warn: careful {"event":"w"}',
        'error: wrong {"event":"e"}',
      ],
    ],
  ] as const)("when it is %s", (verbosity, texts) => {
    const lines = linesOf("text", verbosity);
    expect(lines.map((line) => line.slice(9))).toEqual([...texts]);
    for (const line of lines) expect(line).toMatch(/^\d\d:\d\d:\d\d /);
  });
});

test.each([
  ["quiet", ["w", "e"]],
  ["normal", ["i", "w", "e"]],
  ["verbose", ["d", "i", "w", "e"]],
] as const)("a line of JSON has the same fields however much is told (%s)", (verbosity, events) => {
  const records = linesOf("json", verbosity).map((line) => JSON.parse(line));
  expect(records.map(({ event }) => event)).toEqual([...events]);
  expect(records.find(({ event }) => event === "w")).toEqual({
    time: expect.any(String),
    level: "warn",
    event: "w",
    message: "careful",
  });
});

test("lines that are the same are written each", () => {
  const lines: string[] = [];
  const log = createLog({ format: "text", verbosity: "normal", colors: false }, (line) => lines.push(line));
  for (let turn = 0; turn < 20; turn++) log.info("lost", "a secondary is lost");
  expect(lines).toHaveLength(20);
});
