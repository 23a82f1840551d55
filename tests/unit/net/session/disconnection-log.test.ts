import { expect, test } from "bun:test";
import type { CloseCause } from "../../../../src/net/session/channel.ts";
import { DisconnectionLog } from "../../../../src/net/session/disconnection-log.ts";
import type { Log } from "../../../../src/platform/log/log.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

test("who is sent away is reported once in a while, and not without bound", () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const note = (event: string, text: string) => void lines.push(`${event}: ${text}`);
  const log: Log = { info: note, warn: note, error: note };
  const disconnections = new DisconnectionLog(clock, log);
  const end = (remoteHost: string, cause: CloseCause) =>
    disconnections.record({ remoteHost }, { cause, message: "no" });
  for (const cause of ["ours", "theirs", "lost", "silent"] as const) end("10.0.0.1", cause);
  expect(lines).toEqual([]);
  for (let times = 0; times < 50; times++) end("10.0.0.1", "protocol");
  expect(lines).toEqual(["protocol: 10.0.0.1 was disconnected: no"]);
  for (let host = 2; host < 200; host++) end(`10.0.0.${host}`, "stranger");
  expect(lines.length).toBeLessThanOrEqual(20);
  clock.advance(3_600_000);
  lines.length = 0;
  end("10.0.0.1", "protocol");
  end("10.0.0.2", "slow");
  expect(lines).toHaveLength(2);
});
