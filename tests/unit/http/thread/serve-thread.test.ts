import { expect, test } from "bun:test";
import { serveHttpThread } from "../../../../src/http/thread/serve-thread.ts";
import type { FromHttpThread } from "../../../../src/http/thread/thread-messages.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { LateClock } from "../../../support/fake-clock.ts";

test("it tells each second how late its timers were, each tenth of a second", () => {
  const clock = new LateClock();
  const told: FromHttpThread[] = [];
  serveHttpThread({ clock, disk: systemDisk, blocking: systemBlockingDisk }, (message) => void told.push(message));
  clock.advance(900);
  expect(told).toEqual([]);
  clock.late = 300;
  clock.advance(100);
  expect(told).toEqual([{ kind: "lags", seconds: [...Array(9).fill(0), 0.3] }]);
  clock.advance(1000);
  expect(told[1]).toEqual({ kind: "lags", seconds: Array(10).fill(0) });
});
