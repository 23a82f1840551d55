import { expect, test } from "bun:test";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { LogLimiter } from "../../../../src/platform/log/log-limiter.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

function limiter(most = 2) {
  const lines: string[] = [];
  const clock = new FakeClock();
  const log = { ...silentLog, warn: (event: string, message: string) => void lines.push(`${event}: ${message}`) };
  return { lines, clock, limited: new LogLimiter(log, clock, { maxLines: most, periodMs: 1000 }) };
}

test("so many lines of one kind are written in a period, and the rest is counted", () => {
  const { lines, clock, limited } = limiter();
  for (let line = 1; line <= 5; line++) limited.warn("bad", `line ${line}`);
  limited.warn("other", "line 6");
  clock.advance(1000);
  limited.warn("bad", "line 7");
  limited.warn("bad", "line 8");
  limited.warn("bad", "line 9");
  expect(lines).toEqual([
    "bad: line 1",
    "bad: line 2",
    "other: line 6",
    "bad: line 7 (and 3 more like this before)",
    "bad: line 8",
  ]);
});

test("what takes turns is written once each where its kind is its text, until it is news again", () => {
  const { lines, limited } = limiter(1);
  for (const text of ["refused", "timeout", "refused", "timeout"]) limited.warn("waiting", text, {}, text);
  limited.reset();
  limited.warn("waiting", "refused", {}, "refused");
  expect(lines).toEqual(["waiting: refused", "waiting: timeout", "waiting: refused"]);
});

test("a thousand kinds are remembered", () => {
  const { lines, limited } = limiter(1);
  for (let kind = 0; kind <= 1000; kind++) limited.warn("x", "y", {}, `${kind}`);
  limited.warn("x", "y", {}, "1000");
  limited.warn("x", "y", {}, "0");
  expect(lines).toHaveLength(1002);
});
