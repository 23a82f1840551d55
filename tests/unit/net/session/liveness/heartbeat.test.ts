import { expect, test } from "bun:test";
import { Heartbeat } from "../../../../../src/net/session/liveness/heartbeat.ts";

const HEARTBEAT = { pingAfterMs: 1000, deadAfterMs: 4000 };

test("a peer that talks is well, and is still pinged now and then so that it receives something", () => {
  const heartbeat = new Heartbeat(HEARTBEAT, 0);
  const results = [];
  for (let now = 1000; now <= 6000; now += 1000) {
    heartbeat.bytesReceived(now - 1);
    results.push(heartbeat.check(now));
  }
  expect(results).toEqual(["well", "ping", "well", "ping", "well", "ping"]);
});

test("who sends anything, be it answers to pings, need not ping a peer that talks", () => {
  const heartbeat = new Heartbeat(HEARTBEAT, 0);
  const results = [];
  for (let now = 1000; now <= 6000; now += 1000) {
    heartbeat.bytesReceived(now - 1);
    if (now <= 3000) heartbeat.messageSent(now - 1);
    results.push(heartbeat.check(now));
  }
  expect(results).toEqual(["well", "well", "well", "well", "ping", "well"]);
});

test("a silent peer is pinged and then given up", () => {
  const heartbeat = new Heartbeat(HEARTBEAT, 0);
  expect([1000, 2000, 3000, 4000].map((now) => heartbeat.check(now))).toEqual(["ping", "ping", "ping", "dead"]);
});

test("one byte is enough", () => {
  const heartbeat = new Heartbeat(HEARTBEAT, 0);
  expect([1000, 2000, 3000].map((now) => heartbeat.check(now))).toEqual(["ping", "ping", "ping"]);
  heartbeat.bytesReceived(3900);
  expect([4000, 5000, 6000, 7000].map((now) => heartbeat.check(now))).not.toContain("dead");
  expect(heartbeat.check(8000)).toBe("dead");
});

test("a look that comes late blames this process, not the peer", () => {
  const heartbeat = new Heartbeat(HEARTBEAT, 0);
  heartbeat.check(1000);
  expect(heartbeat.check(3_600_000)).not.toBe("dead");
  expect([1, 2, 3].map((second) => heartbeat.check(3_600_000 + second * 1000))).not.toContain("dead");
  expect(heartbeat.check(3_604_000)).toBe("dead");
});
