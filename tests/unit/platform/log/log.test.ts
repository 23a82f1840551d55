import { describe, expect, test } from "bun:test";
import { createLog, type LogFormat, type Verbosity } from "../../../../src/platform/log/log.ts";
import { formatTime } from "../../../../src/platform/units.ts";
import { say } from "../../../../src/sentences/sentence.ts";
import { shown } from "../../../../src/text/shown/sentence.ts";
import { speak } from "../../../../src/text/texts.ts";

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

test("for who speaks another language the level is said in it too", () => {
  speak("es");
  try {
    const lines: string[] = [];
    const log = createLog({ format: "text", verbosity: "normal", colors: false, spoken: shown }, (line) => {
      lines.push(line.slice(9));
    });
    log.warn("w", say("permission denied"));
    log.error("e", say("permission denied"));
    expect(lines).toEqual(["aviso: permiso denegado", "error: permiso denegado"]);
  } finally {
    speak("en");
  }
});

test("the log of a server has dates, in local time", () => {
  const lines: string[] = [];
  const log = createLog({ format: "text", verbosity: "normal", colors: false, dates: true }, (line) =>
    lines.push(line),
  );
  const before = formatTime(Date.now());
  log.info("i", "what");
  log.warn("w", "careful");
  const after = formatTime(Date.now());
  expect(lines.map((line) => line.slice(20))).toEqual(["what", "warn: careful"]);
  for (const line of lines) {
    const time = line.slice(0, 19);
    expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(time >= before && time <= after).toBe(true);
    expect(line[19]).toBe(" ");
  }
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

test.each(["text", "json"] as const)(
  "nothing in a line commands a terminal, ends the line or turns the writing (%s)",
  (format) => {
    const hostile = "a\n\r\t\u001b[2J\u007f\u009b2J\u2028\u2029\u202e\u2067\ud800z";
    const lines: string[] = [];
    const log = createLog({ format, verbosity: "verbose", colors: true }, (line) => lines.push(line));
    log.warn("w", hostile, { name: hostile });
    const [line = ""] = lines;
    const told = format === "text" ? Bun.stripANSI(line) : line;
    expect(told.slice(1)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
    if (format === "json") expect(JSON.parse(line)).toMatchObject({ message: hostile, name: hostile });
    else expect(told).toContain("a\\u000a\\u000d\\u0009\\u001b[2J\\u007f\\u009b2J\\u2028\\u2029\\u202e\\u2067\\ud800z");
  },
);
