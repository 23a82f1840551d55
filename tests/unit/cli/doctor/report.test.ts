import { expect, test } from "bun:test";
import { type Check, failed, ok, warning, worstState } from "../../../../src/cli/doctor/check.ts";
import { reportJson, reportText } from "../../../../src/cli/doctor/report.ts";

const CHECKS: readonly Check[] = [
  ok("central", "answers at 10.0.0.2:50000 in 2 ms"),
  failed("secondary 2", "cannot connect to 10.0.0.3:50002: nobody listens there", "start it there"),
  warning("clock", "the central's clock is 5.0 s behind the one here", "set both clocks by a time server"),
];

test("for people, in the columns that there are", () => {
  expect(reportText(CHECKS, 60, false).split("\n")).toEqual([
    "ok      central      answers at 10.0.0.2:50000 in 2 ms",
    "FAILED  secondary 2  cannot connect to 10.0.0.3:50002:",
    "                     nobody listens there",
    "                     → start it there",
    "warning clock        the central's clock is 5.0 s behind the",
    "                     one here",
    "                     → set both clocks by a time server",
    "",
    "3 checks: 1 failed, 1 with a warning",
  ]);
  for (const line of reportText(CHECKS, 40, false).split("\n")) expect(line.length).toBeLessThanOrEqual(40);
  expect(reportText(CHECKS.slice(0, 1), 80, false)).toEndWith("\n\nall 1 checks are well");
  expect(Bun.stripANSI(reportText(CHECKS, 80, true))).toBe(reportText(CHECKS, 80, false));
  expect(reportText(CHECKS, 80, true)).toContain("\x1b[31mFAILED");
});

test("what others have sent moves no cursor", () => {
  expect(reportText([ok("central", "a\x1b[2Jb\nc")], 80, false)).toStartWith("ok      central  a�[2Jb�c\n");
});

test("for programs", () => {
  expect(JSON.parse(reportJson(CHECKS))).toEqual({
    state: "failed",
    checks: [
      { check: "central", state: "ok", finding: "answers at 10.0.0.2:50000 in 2 ms" },
      {
        ...{ check: "secondary 2", state: "failed", advice: "start it there" },
        finding: "cannot connect to 10.0.0.3:50002: nobody listens there",
      },
      {
        ...{ check: "clock", state: "warning", advice: "set both clocks by a time server" },
        finding: "the central's clock is 5.0 s behind the one here",
      },
    ],
  });
});

test("the worst counts", () => {
  expect(worstState([])).toBe("ok");
  expect(worstState(CHECKS)).toBe("failed");
  expect(worstState([CHECKS[0], CHECKS[2]].filter((check) => check !== undefined))).toBe("warning");
});
