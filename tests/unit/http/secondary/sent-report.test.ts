import { expect, test } from "bun:test";
import { SentReport } from "../../../../src/http/secondary/sent-report.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

test("the main thread hears of what is sent while it is, and of nothing twice", () => {
  const clock = new FakeClock();
  const bodies = { sentBytes: 0 };
  const told: number[] = [];
  const report = new SentReport(bodies, { sent: async (bytes) => void told.push(bytes) });
  report.start(clock);
  clock.advance(5000);
  expect(told).toEqual([]);
  bodies.sentBytes = 100;
  clock.advance(1000);
  bodies.sentBytes = 130;
  report.tell();
  clock.advance(5000);
  expect(told).toEqual([100, 30]);
});
